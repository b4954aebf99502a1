import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { WebhookEventsService } from '../webhook-events.service.js';
import {
  ListWebhookEventsDto,
  ReplayedDto,
  ReplayFailedDto,
  WebhookEventDetailDto,
  WebhookEventIdDto,
  WebhookEventPageDto,
} from './webhook-event.dto.js';
import { toDetailResponse, toResponse } from './webhook-event.response.js';

@ApiTags('admin: webhook events')
@Controller('api/v1/admin/webhook-events')
@AdminRoute()
export class WebhookEventController {
  constructor(private readonly events: WebhookEventsService) {}

  @Get()
  @ApiOperation({ summary: 'List received events, newest first' })
  @ApiOkResponse({ type: WebhookEventPageDto })
  @ApiProblems('validation_failed')
  async list(@Query() query: ListWebhookEventsDto): Promise<WebhookEventPageDto> {
    const { limit, cursor, ...filter } = query;
    const { rows, hasMore } = await this.events.list(filter, { limit, before: cursor });
    return { items: rows.map(toResponse), next_cursor: hasMore ? (rows.at(-1)?.id ?? null) : null };
  }

  @Post('replay')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send all failed events through the inbox again',
    description: 'Or those of them that the filter finds. Safe to repeat: applying an event twice changes nothing.',
  })
  @ApiOkResponse({ type: ReplayedDto })
  @ApiProblems('validation_failed')
  async replayFailed(@Body() filter: ReplayFailedDto): Promise<ReplayedDto> {
    return { replayed: await this.events.replayFailed(filter) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one event with its payload and its last error' })
  @ApiOkResponse({ type: WebhookEventDetailDto })
  @ApiProblems('not_found', 'validation_failed')
  async read(@Param() { id }: WebhookEventIdDto): Promise<WebhookEventDetailDto> {
    return toDetailResponse(await this.events.get(id));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send one settled event through the inbox again',
    description: 'An event that is pending or being processed is left alone: `replayed` is 0.',
  })
  @ApiOkResponse({ type: ReplayedDto })
  @ApiProblems('not_found', 'validation_failed')
  async replay(@Param() { id }: WebhookEventIdDto): Promise<ReplayedDto> {
    return { replayed: await this.events.replay(id) };
  }
}
