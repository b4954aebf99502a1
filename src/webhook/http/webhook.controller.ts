import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { ApiProblems, type RouteSettings } from '../../common/http/index.js';
import { WebhookInbox } from '../webhook-inbox.js';
import { ReceivedDto } from './webhook.dto.js';

const STRIPE_ROUTE: RouteSettings = { rawBody: true, bodyLimit: 2 * 1024 * 1024, helmet: false };

@ApiTags('webhooks')
@Controller('api/v1/admin/stripe/webhook')
export class WebhookController {
  constructor(private readonly inbox: WebhookInbox) {}

  @Post()
  @HttpCode(200)
  @RouteConfig(STRIPE_ROUTE)
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
  @ApiProblems('signature_invalid', 'payload_too_large', 'service_unavailable')
  async receive(@Req() request: FastifyRequest): Promise<ReceivedDto> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0); // no body: no signature holds
    await this.inbox.receive('stripe', body, request.headers);
    return { received: true };
  }
}
