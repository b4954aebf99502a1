import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { WebhookDeliveriesService } from '../webhook-deliveries.service.js';
import { toDeliveryDetailResponse, toDeliveryResponse } from './to-response.js';
import {
  ListWebhookDeliveriesDto,
  ReplayedDeliveriesDto,
  ReplayFailedDeliveriesDto,
  WebhookDeliveryDetailDto,
  WebhookDeliveryPageDto,
  WebhookDeliveryPathDto,
} from './webhook-delivery.dto.js';

@ApiTags('admin: merchant webhooks')
@Controller('api/v1/admin/webhook-deliveries')
@AdminRoute()
export class WebhookDeliveryController {
  constructor(private readonly deliveries: WebhookDeliveriesService) {}

  @Get()
  @ApiOperation({ summary: 'List messages to the merchant, newest first' })
  @ApiOkResponse({ type: WebhookDeliveryPageDto })
  @ApiProblems('cursor_unknown', 'validation_failed')
  async list(@Query() query: ListWebhookDeliveriesDto): Promise<WebhookDeliveryPageDto> {
    const { limit, cursor: before, status, endpoint_id: endpointUuid, event_type: eventType } = query;
    const { records, hasMore } = await this.deliveries.list({ status, endpointUuid, eventType }, { limit, before });
    return { items: records.map(toDeliveryResponse), next_cursor: hasMore ? (records.at(-1)?.uuid ?? null) : null };
  }

  @Post('replay')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send again all messages that have failed for good',
    description:
      'Those of status `failed`, or those of them that the filter finds. Pending messages are left alone: they are tried ' +
      'again by themselves. Receivers know a message by its `webhook-id`.',
  })
  @ApiOkResponse({ type: ReplayedDeliveriesDto })
  @ApiProblems('validation_failed')
  async replayFailed(@Body() body: ReplayFailedDeliveriesDto): Promise<ReplayedDeliveriesDto> {
    const filter = { endpointUuid: body.endpoint_id, eventType: body.event_type };
    return { replayed: await this.deliveries.replayFailed(filter) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one message with its body and its last error' })
  @ApiOkResponse({ type: WebhookDeliveryDetailDto })
  @ApiProblems('not_found', 'validation_failed')
  async read(@Param() { id }: WebhookDeliveryPathDto): Promise<WebhookDeliveryDetailDto> {
    return toDeliveryDetailResponse(await this.deliveries.get(id));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send one message again, delivered or not',
    description: 'A message that is being sent just now is left alone: `replayed` is 0.',
  })
  @ApiOkResponse({ type: ReplayedDeliveriesDto })
  @ApiProblems('not_found', 'validation_failed')
  async replay(@Param() { id }: WebhookDeliveryPathDto): Promise<ReplayedDeliveriesDto> {
    return { replayed: await this.deliveries.replay(id) };
  }
}
