import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { DEFAULT_PAGE_LIMIT, IsMoment, PageLimit } from '../../common/http/index.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../identity/index.js';
import {
  DIFFERENCE_ACTIONS,
  DIFFERENCE_STATUSES,
  DIFFERENCE_TYPES,
  type DifferenceAction,
  type DifferenceStatus,
  type DifferenceType,
} from '../domain/difference.js';
import { RUN_KINDS, RUN_STATUSES, type RunKind, type RunStatus } from '../domain/run.js';

export class StartReconciliationDto {
  @ApiPropertyOptional({ enum: PAYMENT_PROVIDERS, description: 'Every configured provider when left out' })
  @IsOptional()
  @IsIn(PAYMENT_PROVIDERS)
  provider?: PaymentProvider;

  @ApiPropertyOptional({
    default: true,
    description: 'Only tells the differences; false applies what follows from them',
  })
  @IsOptional()
  @IsBoolean()
  dry_run: boolean = true;

  @ApiPropertyOptional({
    example: '2026-05-01T00:00:00Z',
    description: 'How far back payments, refunds and new subscriptions are compared; 7 days when left out',
  })
  @IsOptional()
  @IsMoment()
  since?: string;
}

export class ReconciliationPathDto {
  @ApiProperty({ example: '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11' })
  @IsUUID()
  id: string;
}

export class ListReconciliationsDto {
  @ApiPropertyOptional({ enum: PAYMENT_PROVIDERS })
  @IsOptional()
  @IsIn(PAYMENT_PROVIDERS)
  provider?: PaymentProvider;

  @ApiPropertyOptional({ enum: RUN_STATUSES })
  @IsOptional()
  @IsIn(RUN_STATUSES)
  status?: RunStatus;

  @PageLimit()
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before' })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class ListDifferencesDto {
  @ApiPropertyOptional({ enum: DIFFERENCE_STATUSES })
  @IsOptional()
  @IsIn(DIFFERENCE_STATUSES)
  status?: DifferenceStatus;

  @ApiPropertyOptional({ enum: DIFFERENCE_TYPES })
  @IsOptional()
  @IsIn(DIFFERENCE_TYPES)
  type?: DifferenceType;

  @ApiPropertyOptional({ enum: DIFFERENCE_ACTIONS })
  @IsOptional()
  @IsIn(DIFFERENCE_ACTIONS)
  action?: DifferenceAction;

  @PageLimit()
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before' })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class DifferencePathDto {
  @ApiProperty({ example: '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11' })
  @IsUUID()
  id: string;

  @ApiProperty({ example: '0d0f6e1a-6d7a-4c58-9e5d-1f6b1c9e2a77' })
  @IsUUID()
  difference_id: string;
}

export class SettleDifferenceDto {
  @ApiProperty({
    enum: ['adopt', 'dismiss'],
    description: '`adopt` takes over what the provider says, if there is anything',
  })
  @IsIn(['adopt', 'dismiss'])
  decision: 'adopt' | 'dismiss';

  @ApiPropertyOptional({ example: 'Refunded by hand on 3 May.', maxLength: 1_000 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  note?: string;
}

/** What was read of the provider's lists. */
export class ReconciliationReadDto {
  @ApiProperty({ example: 1200 })
  subscriptions: number;

  @ApiProperty({ example: 340 })
  payments: number;

  @ApiProperty({ example: 120, description: 'Pages that were paid; none at Dodo Payments, which lists none' })
  checkouts: number;

  @ApiProperty({ example: 4 })
  refunds: number;

  @ApiProperty({ example: 1 })
  disputes: number;

  @ApiProperty({ example: 17, description: 'Of these: carry nothing of ours' })
  foreign: number;

  @ApiProperty({ example: 0, description: 'Of these: make no sense' })
  unreadable: number;
}

export class DifferenceCountDto {
  @ApiProperty({ enum: DIFFERENCE_TYPES, example: 'subscription_period' })
  type: DifferenceType;

  @ApiProperty({ enum: DIFFERENCE_ACTIONS, example: 'adopt' })
  action: DifferenceAction;

  @ApiProperty({ enum: DIFFERENCE_STATUSES, example: 'applied' })
  status: DifferenceStatus;

  @ApiProperty({ example: 12 })
  count: number;
}

export class ReconciliationDto {
  @ApiProperty({ example: '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11' })
  id: string;

  @ApiProperty({ enum: PAYMENT_PROVIDERS })
  provider: PaymentProvider;

  @ApiProperty({ enum: RUN_KINDS })
  kind: RunKind;

  @ApiProperty({ example: true })
  dry_run: boolean;

  @ApiProperty({ format: 'date-time' })
  since: string;

  @ApiProperty({
    enum: RUN_STATUSES,
    description: 'One that is `running` may pause for minutes while the provider takes no calls',
  })
  status: RunStatus;

  @ApiProperty({ example: 'payments', description: 'What it is at, or was at last' })
  phase: string;

  @ApiProperty({ type: ReconciliationReadDto })
  read: ReconciliationReadDto;

  @ApiProperty({ type: [DifferenceCountDto] })
  differences: DifferenceCountDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed, or pauses' })
  error: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Goes on by itself after it' })
  paused_until: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'upl_ab12',
    description: 'Prefix of the API key; null: the schedule',
  })
  requested_by: string | null;

  @ApiProperty({ format: 'date-time' })
  started_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: string | null;
}

export class StartedReconciliationsDto {
  @ApiProperty({ type: [ReconciliationDto], description: 'One for each provider' })
  items: ReconciliationDto[];
}

export class ReconciliationPageDto {
  @ApiProperty({ type: [ReconciliationDto] })
  items: ReconciliationDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  next_cursor: string | null;
}

export class DifferenceDto {
  @ApiProperty({ example: '0d0f6e1a-6d7a-4c58-9e5d-1f6b1c9e2a77' })
  id: string;

  @ApiProperty({ enum: DIFFERENCE_TYPES, example: 'subscription_period' })
  type: DifferenceType;

  @ApiProperty({
    example: 'The period ends at another time: mostly a renewal that nobody told of.',
    description: 'What a difference of this type is; also what to do about it, where a person must',
  })
  meaning: string;

  @ApiProperty({
    enum: DIFFERENCE_ACTIONS,
    description:
      '`adopt`: the provider is right. `restore`: a customer’s wish is carried on with. `ask`: a person decides.',
  })
  action: DifferenceAction;

  @ApiProperty({
    enum: DIFFERENCE_STATUSES,
    description: '`found`: by a dry run, or not treated yet. `open`: waits for a person.',
  })
  status: DifferenceStatus;

  @ApiProperty({ example: 'sub_1QxGrW2eZvKYlo2C', description: 'Its id at the provider' })
  provider_id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Id of ours, where there is one' })
  our_id: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description: 'As we know it' })
  ours: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description: 'As the provider has it' })
  theirs: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ type: String, nullable: true, description: 'What came of it' })
  note: string | null;

  @ApiProperty({ type: String, nullable: true, description: '`run:<id>` or `key:<prefix>`' })
  settled_by: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  settled_at: string | null;
}

export class DifferencePageDto {
  @ApiProperty({ type: [DifferenceDto] })
  items: DifferenceDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  next_cursor: string | null;
}
