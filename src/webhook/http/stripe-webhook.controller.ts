import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../../common/http/index.js';
import { WebhookInbox } from '../webhook-inbox.js';
import { bodyOf, WebhookRoute } from './webhook-route.js';
import { ReceivedDto } from './webhook.dto.js';

@ApiTags('webhooks')
@Controller('api/v1/admin/stripe/webhook')
export class StripeWebhookController {
  constructor(private readonly inbox: WebhookInbox) {}

  @Post()
  @HttpCode(200)
  @WebhookRoute()
  @ApiOperation({
    summary: 'Receive an event from Stripe',
    description:
      'Authenticated by its signature over the raw body, by nothing else. A 200 means that the event is stored ' +
      'durably; a repeated delivery is a 200 as well. A signed event is never refused for what is in it.',
  })
  @ApiHeader({
    name: 'Stripe-Signature',
    required: true,
    example: 't=1767225600,v1=5257a869e7ecebeda32affa62cdca3fa51',
  })
  @ApiBody({ schema: { type: 'object', description: 'A Stripe event, up to 2 MiB' } })
  @ApiOkResponse({ type: ReceivedDto })
  @ApiProblems('signature_invalid', 'payload_too_large', 'provider_not_configured', 'service_unavailable')
  async receive(@Req() request: FastifyRequest): Promise<ReceivedDto> {
    await this.inbox.receive('stripe', bodyOf(request), request.headers);
    return { received: true };
  }
}
