import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../../common/http/index.js';
import { WebhookInbox } from '../webhook-inbox.js';
import { bodyOf, WebhookRoute } from './webhook-route.js';
import { ReceivedDto } from './webhook.dto.js';

@ApiTags('webhooks')
@Controller('webhooks/dodo')
export class DodoWebhookController {
  constructor(private readonly inbox: WebhookInbox) {}

  @Post()
  @HttpCode(200)
  @WebhookRoute()
  @ApiOperation({
    summary: 'Receive an event from Dodo Payments',
    description:
      'Authenticated by its signature (Standard Webhooks) over the raw body, by nothing else. A 200 means that the event is ' +
      'stored durably; a repeated delivery is a 200 as well. A signed event is never refused for what is in it.',
  })
  @ApiHeader({ name: 'webhook-id', required: true, example: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W' })
  @ApiHeader({ name: 'webhook-timestamp', required: true, example: '1767225600' })
  @ApiHeader({
    name: 'webhook-signature',
    required: true,
    example: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  })
  @ApiBody({ schema: { type: 'object', description: 'An event of Dodo Payments, up to 2 MiB' } })
  @ApiOkResponse({ type: ReceivedDto })
  @ApiProblems('signature_invalid', 'payload_too_large', 'provider_not_configured', 'service_unavailable')
  async receive(@Req() request: FastifyRequest): Promise<ReceivedDto> {
    await this.inbox.receive('dodo', bodyOf(request), request.headers);
    return { received: true };
  }
}
