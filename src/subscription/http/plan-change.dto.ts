import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { PRORATION_MODES, type ProrationMode } from '../../billing-providers/index.js';
import { DOWNGRADE_POLICIES } from '../../catalog/index.js';
import { IfGiven } from '../../common/http/index.js';
import { GroupChoiceDto, PlanSummaryDto } from './subscription.dto.js';

const MODES =
  '`difference_immediately`: the difference of the two prices; `prorated_immediately`: by the time that is left; ' +
  '`full_immediately`: the whole new price, for a period from now; `do_not_bill`: nothing until the renewal. ';

export class PreviewChangeDto extends GroupChoiceDto {
  @ApiProperty({ example: '7b0c1a52-6f0e-4d53-9f0e-2d6b7d0a9a11' })
  @IsUUID()
  plan_id: string;

  @ApiProperty({
    enum: PRORATION_MODES,
    required: false,
    description: `${MODES}Those that the merchant offers for the plan; the first of them where none is named`,
  })
  @IfGiven()
  @IsIn(PRORATION_MODES)
  proration_mode?: ProrationMode;
}

export class ChangePlanDto extends GroupChoiceDto {
  @ApiProperty({
    required: false,
    example: '7b0c1a52-6f0e-4d53-9f0e-2d6b7d0a9a11',
    description: 'Switch at the next renewal; replaces a pending change',
  })
  @IfGiven()
  @IsUUID()
  plan_id?: string;

  @ApiProperty({ required: false, enum: ['renewal'], description: 'May be said with `plan_id`' })
  @IfGiven()
  @IsIn(['renewal'])
  effective?: 'renewal';

  @ApiProperty({
    required: false,
    example: '0c9d7f5e-6a34-4f55-8d0f-2c8f3a0c7b11',
    description: 'Switch at once, for what this quote says; `when` is `now`',
  })
  @IfGiven()
  @IsUUID()
  quote_id?: string;

  @ApiProperty({ required: false, enum: ['now'], description: 'Needed with `quote_id`' })
  @IfGiven()
  @IsIn(['now'])
  when?: 'now';
}

export class QuotedMoneyDto {
  @ApiProperty({ type: 'integer', example: 5000, description: 'Minor units of the currency' })
  amount: number;

  @ApiProperty({ example: 'USD', description: 'ISO 4217' })
  currency: string;
}

export class BilledMethodDto {
  @ApiProperty({ example: 'visa' })
  brand: string;

  @ApiProperty({ example: '4242' })
  last4: string;
}

export class ExceededLimitDto {
  @ApiProperty({ example: 'seats' })
  limit: string;

  @ApiProperty({ type: 'integer', example: 7 })
  used: number;

  @ApiProperty({ type: 'integer', example: 5 })
  allowed: number;

  @ApiProperty({ example: 'seats: 7 used, 5 allowed', description: 'In the language of Accept-Language' })
  message: string;
}

export class DowngradeDto {
  @ApiProperty({ description: 'Whether the plan can be switched to at once' })
  allowed: boolean;

  @ApiProperty({ enum: DOWNGRADE_POLICIES, description: '`schedule`: at the next renewal, not at once' })
  decision: string;

  @ApiProperty({ type: [ExceededLimitDto], description: 'Limits of the plan that the group uses more than' })
  reasons: ExceededLimitDto[];
}

export class QuoteDto {
  @ApiProperty({ example: '0c9d7f5e-6a34-4f55-8d0f-2c8f3a0c7b11' })
  quote_id: string;

  @ApiProperty({ enum: PRORATION_MODES })
  mode: ProrationMode;

  @ApiProperty({ type: QuotedMoneyDto, description: 'Charged at once; never more' })
  charge_now: QuotedMoneyDto;

  @ApiProperty({ type: QuotedMoneyDto, description: 'Put down for the next renewals, which it pays first' })
  credit: QuotedMoneyDto;

  @ApiProperty({ format: 'date-time', description: 'When the new plan would begin to hold (UTC): at once' })
  effective_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'As the provider says (UTC)' })
  next_billing_at: string | null;

  @ApiProperty({ type: PlanSummaryDto })
  plan: PlanSummaryDto;

  @ApiProperty({ type: PlanSummaryDto })
  current_plan: PlanSummaryDto;

  @ApiProperty({
    type: BilledMethodDto,
    nullable: true,
    description: 'What is charged; null: the provider does not say',
  })
  method: BilledMethodDto | null;

  @ApiProperty({ description: 'A change is pending, and the switch takes its place' })
  replaces_scheduled_change: boolean;

  @ApiProperty({ format: 'date-time', description: 'Until when it can be executed (UTC)' })
  expires_at: string;

  @ApiProperty({ type: DowngradeDto })
  downgrade: DowngradeDto;
}
