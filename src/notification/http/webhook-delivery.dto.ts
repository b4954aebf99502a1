import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { DEFAULT_PAGE_LIMIT, PageLimit } from '../../common/http/index.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../domain/delivery.js';
import { MERCHANT_EVENT_TYPES, type MerchantEventType } from '../domain/merchant-event.js';

export class WebhookDeliveryPathDto {
  @ApiProperty({ example: '8f0b7a52-54c9-4a1e-9d57-0a3f0f3c9c11' })
  @IsUUID()
  id: string;
}

export class ReplayFailedDeliveriesDto {
  @ApiPropertyOptional({ example: '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001' })
  @IsOptional()
  @IsUUID()
  endpoint_id?: string;

  @ApiPropertyOptional({ enum: MERCHANT_EVENT_TYPES })
  @IsOptional()
  @IsIn(MERCHANT_EVENT_TYPES)
  event_type?: MerchantEventType;
}

export class ListWebhookDeliveriesDto extends ReplayFailedDeliveriesDto {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @IsOptional()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;

  @PageLimit()
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before' })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class WebhookDeliveryDto {
  @ApiProperty({ example: '8f0b7a52-54c9-4a1e-9d57-0a3f0f3c9c11' })
  id: string;

  @ApiProperty({ example: '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001' })
  endpoint_id: string;

  @ApiProperty({
    example: 'upsell.paid:0d0f6e1a-1f0c-4c55-8a3d-2b7c9d1e4f55',
    description: '`webhook-id` of every try: the receiver drops what it has seen',
  })
  message_id: string;

  @ApiProperty({ enum: MERCHANT_EVENT_TYPES })
  event_type: MerchantEventType;

  @ApiProperty({ enum: DELIVERY_STATUSES })
  status: DeliveryStatus;

  @ApiProperty({ example: 1, description: 'How often it was sent' })
  attempts: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: not by itself any more' })
  next_attempt_at: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 500, description: 'Of the last try; null: no answer' })
  response_status: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'The endpoint answered 500: database is down' })
  error: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  delivered_at: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;
}

export class WebhookDeliveryDetailDto extends WebhookDeliveryDto {
  @ApiProperty({ description: 'The body as it is sent', example: '{"type":"upsell.paid","timestamp":"…","data":{}}' })
  payload: string;
}

export class WebhookDeliveryPageDto {
  @ApiProperty({ type: [WebhookDeliveryDto] })
  items: WebhookDeliveryDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  next_cursor: string | null;
}

export class ReplayedDeliveriesDto {
  @ApiProperty({ example: 1, description: 'How many messages are sent again' })
  replayed: number;
}
