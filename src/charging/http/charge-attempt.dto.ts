import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { DEFAULT_PAGE_LIMIT, PageLimit } from '../../common/http/index.js';
import { ATTEMPT_STATUSES, type AttemptStatus } from '../domain/attempt-status.js';

export class ChargeAttemptPathDto {
  @ApiProperty({ example: '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11' })
  @IsUUID()
  id: string;
}

export class ListChargeAttemptsDto {
  @ApiPropertyOptional({ enum: ATTEMPT_STATUSES })
  @IsOptional()
  @IsIn(ATTEMPT_STATUSES)
  status?: AttemptStatus;

  @ApiPropertyOptional({ example: 'upsell', description: 'Whose charge it is' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  purpose?: string;

  @PageLimit()
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before' })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

/** Ids at the provider, as far as they are known. */
export class ChargeReferencesDto {
  @ApiProperty({ type: String, nullable: true, example: 'pi_3QxGrW2eZvKYlo2C' })
  payment_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  checkout_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  subscription_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  refund_id: string | null;
}

export class ChargeAttemptDto {
  @ApiProperty({ example: '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11', description: 'Also in the provider’s metadata' })
  id: string;

  @ApiProperty({ enum: ATTEMPT_STATUSES, example: 'succeeded' })
  status: AttemptStatus;

  @ApiProperty({ example: 'upsell' })
  purpose: string;

  @ApiProperty({ example: 'upsell:0d0f6e1a:1f6b1c9e', description: 'What may happen at most once' })
  intent_key: string;

  @ApiProperty({ example: 'one_click', enum: ['one_click', 'checkout', 'pix', 'start_plan', 'change_plan', 'refund'] })
  kind: string;

  @ApiProperty({ example: 'stripe' })
  provider: string;

  @ApiProperty({ example: 'cus_QxGrW2eZvKYlo2', description: 'Customer at the provider' })
  provider_customer_id: string;

  @ApiProperty({ example: 4900, description: 'Minor units: what the provider took, until then what it is asked for' })
  amount: number;

  @ApiProperty({ example: 'BRL' })
  currency: string;

  @ApiProperty({ example: 4900, description: 'Minor units' })
  asked_amount: number;

  @ApiProperty({ type: ChargeReferencesDto })
  references: ChargeReferencesDto;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['authenticate', 'checkout', 'pix'],
    example: null,
    description: 'What the customer has to do',
  })
  next_step: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_code: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'The provider’s own word' })
  failure_detail: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the provider was called' })
  sent_at: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When an open one is looked at again',
  })
  expires_at: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;
}

export class ChargeAttemptMoveDto {
  @ApiProperty({ type: String, nullable: true, enum: ATTEMPT_STATUSES, example: 'sent' })
  from: AttemptStatus | null;

  @ApiProperty({ enum: ATTEMPT_STATUSES, example: 'succeeded' })
  to: AttemptStatus;

  @ApiProperty({
    example: 'webhook:evt_1QxGrW2eZvKYlo2C',
    description: '`http:<request id>`, `webhook:<event id>`, `reconciliation:<id>`, `job:<name>` or `internal`',
  })
  cause: string;

  @ApiProperty({ format: 'date-time' })
  moved_at: string;
}

export class ChargeAttemptDetailDto extends ChargeAttemptDto {
  @ApiProperty({ type: [ChargeAttemptMoveDto], description: 'Oldest first' })
  moves: ChargeAttemptMoveDto[];
}

export class ChargeAttemptPageDto {
  @ApiProperty({ type: [ChargeAttemptDto] })
  items: ChargeAttemptDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  next_cursor: string | null;
}
