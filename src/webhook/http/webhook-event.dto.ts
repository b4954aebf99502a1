import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { DEFAULT_PAGE_LIMIT, PageLimit } from '../../common/http/index.js';
import type { WebhookEventStatus } from '../domain/settlement.js';

const STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;
const ID = /^[1-9]\d{0,17}$/;

export class WebhookEventIdDto {
  @ApiProperty({ example: '1042' })
  @Matches(ID, { message: 'id must be a positive whole number' })
  id: string;
}

class EventFilterDto {
  @ApiPropertyOptional({ example: 'customer.subscription.updated' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  event_type?: string;

  @ApiPropertyOptional({
    example: 'foreign',
    description:
      'applied, ignored:<reason>, foreign, unsupported, livemode_mismatch, fetch_requested or quarantined; ' +
      'none while it is not settled',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  outcome?: string;
}

export class ListWebhookEventsDto extends EventFilterDto {
  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: WebhookEventStatus;

  @ApiPropertyOptional({ example: 'evt_1QxGrW2eZvKYlo2C' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  provider_event_id?: string;

  @PageLimit()
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ example: '1042', description: '`next_cursor` of the page before' })
  @IsOptional()
  @Matches(ID, { message: 'cursor must be the next_cursor of a page' })
  cursor?: string;
}

export class ReplayFailedDto extends EventFilterDto {}

export class WebhookEventDto {
  @ApiProperty({ example: '1042' })
  id: string;

  @ApiProperty({ example: 'stripe' })
  provider: string;

  @ApiProperty({ example: 'evt_1QxGrW2eZvKYlo2C' })
  provider_event_id: string;

  @ApiProperty({ example: 'customer.subscription.updated' })
  event_type: string;

  @ApiProperty({ enum: STATUSES, example: 'failed' })
  status: WebhookEventStatus;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it is settled as it is' })
  outcome: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Price price_1QxGr of subscription sub_1QxGr belongs to no plan.',
    description: 'What failed, for an operator',
  })
  error: string | null;

  @ApiProperty({ example: 1, description: 'How often a worker took it' })
  attempts: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Pending: since when it is due. Failed: when it is tried again; null: not by itself',
  })
  next_attempt_at: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'price:stripe:price_1QxGr',
    description: 'Tried again as soon as this appears',
  })
  waiting_for: string | null;

  @ApiProperty({ example: true })
  livemode: boolean;

  @ApiProperty({ example: 5123 })
  payload_bytes: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'By the provider’s clock' })
  occurred_at: string | null;

  @ApiProperty({ format: 'date-time', description: 'When it was received' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completed_at: string | null;
}

export class WebhookEventDetailDto extends WebhookEventDto {
  @ApiProperty({ example: '{"id":"evt_1QxGrW2eZvKYlo2C","object":"event"}', description: 'The body as it came' })
  payload: string;

  @ApiProperty({ enum: ['utf8', 'base64'], description: 'base64 when the body is not UTF-8' })
  payload_encoding: 'utf8' | 'base64';
}

export class WebhookEventPageDto {
  @ApiProperty({ type: [WebhookEventDto] })
  items: WebhookEventDto[];

  @ApiProperty({ type: String, nullable: true, example: '993', description: 'Null on the last page' })
  next_cursor: string | null;
}

export class ReplayedDto {
  @ApiProperty({ example: 12, description: 'How many events are pending again' })
  replayed: number;
}
