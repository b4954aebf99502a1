import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayUnique, IsArray, IsBoolean, IsIn, IsOptional, IsUUID } from 'class-validator';
import { IfGiven, IsText } from '../../common/http/index.js';
import { MERCHANT_EVENT_TYPES, type MerchantEventType } from '../domain/merchant-event.js';

const LONGEST_URL = 2_000;
const LONGEST_DESCRIPTION = 200;
const TYPES_DESCRIPTION = 'Which events it is told of; empty: all, also those to come';

export class WebhookEndpointPathDto {
  @ApiProperty({ example: '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001' })
  @IsUUID()
  id: string;
}

export class CreateWebhookEndpointDto {
  @ApiProperty({
    example: 'https://shop.example/hooks/uplift',
    description: 'https in production, without credentials',
  })
  @IsText(LONGEST_URL)
  url: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'order system' })
  @IsOptional()
  @IsText(LONGEST_DESCRIPTION)
  description?: string | null;

  @ApiPropertyOptional({ enum: MERCHANT_EVENT_TYPES, isArray: true, default: [], description: TYPES_DESCRIPTION })
  @IfGiven()
  @IsArray()
  @ArrayUnique()
  @IsIn(MERCHANT_EVENT_TYPES, { each: true })
  event_types?: MerchantEventType[];
}

export class UpdateWebhookEndpointDto {
  @ApiPropertyOptional({ example: 'https://shop.example/hooks/uplift' })
  @IfGiven()
  @IsText(LONGEST_URL)
  url?: string;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsText(LONGEST_DESCRIPTION)
  description?: string | null;

  @ApiPropertyOptional({ enum: MERCHANT_EVENT_TYPES, isArray: true, description: TYPES_DESCRIPTION })
  @IfGiven()
  @IsArray()
  @ArrayUnique()
  @IsIn(MERCHANT_EVENT_TYPES, { each: true })
  event_types?: MerchantEventType[];

  @ApiPropertyOptional({ description: 'False: as DELETE. True: takes that back; failed messages wait for a replay' })
  @IfGiven()
  @IsBoolean()
  is_active?: boolean;
}

export class WebhookEndpointDto {
  @ApiProperty({ example: '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001' })
  id: string;

  @ApiProperty({ example: 'https://shop.example/hooks/uplift' })
  url: string;

  @ApiProperty({ type: String, nullable: true, example: 'order system' })
  description: string | null;

  @ApiProperty({ enum: MERCHANT_EVENT_TYPES, isArray: true, description: TYPES_DESCRIPTION })
  event_types: MerchantEventType[];

  @ApiProperty({ description: 'False: nothing is sent to it' })
  is_active: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Until then the secret before the last rotation signs too',
  })
  previous_secret_until: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;
}

export class WebhookEndpointWithSecretDto extends WebhookEndpointDto {
  @ApiProperty({
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfgcNnXEfg=',
    description: 'Verifies the messages (Standard Webhooks). It is shown this once.',
  })
  secret: string;
}
