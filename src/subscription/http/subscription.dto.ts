import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, IsUUID, Length, Matches } from 'class-validator';
import { IfGiven, IsForeignId } from '../../common/http/index.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../identity/index.js';

const GROUP = { example: 'acme', description: 'Your id of the group; needed only by users of several groups' };

export class GroupChoiceDto {
  @ApiProperty({ ...GROUP, required: false })
  @Transform(({ value }: { value: unknown }) => value ?? undefined)
  @IsOptional()
  @IsForeignId()
  group_id?: string;
}

export class BillingPortalDto extends GroupChoiceDto {
  @ApiProperty({
    example: 'http://127.0.0.1:3020/',
    description: 'Where the portal sends the customer back; its origin must be allowed',
  })
  @IsString()
  @Length(1, 2000)
  return_url: string;
}

export class HostedPageDto {
  @ApiProperty({
    example: 'https://billing.stripe.com/p/session/test_YWNjdF8x',
    description: 'Works for a few minutes, for whoever has it',
  })
  url: string;
}

export class CheckoutDto extends GroupChoiceDto {
  @ApiProperty({ example: '7b0c1a52-6f0e-4d53-9f0e-2d6b7d0a9a11' })
  @IsUUID()
  plan_id: string;

  @ApiProperty({ example: 'http://127.0.0.1:3020/?checkout=done' })
  @IsString()
  @Length(1, 2000)
  success_url: string;

  @ApiProperty({ example: 'http://127.0.0.1:3020/?checkout=canceled' })
  @IsString()
  @Length(1, 2000)
  cancel_url: string;

  @ApiProperty({
    example: 'usd',
    required: false,
    description: 'ISO 4217; needed only where a plan has prices in several currencies',
  })
  @IsOptional()
  @Matches(/^[A-Za-z]{3}$/)
  currency?: string;

  @ApiProperty({
    required: false,
    enum: PAYMENT_PROVIDERS,
    description: 'Where to pay; what the installation prefers otherwise. See `prices` of the plans',
  })
  @IfGiven()
  @IsIn(PAYMENT_PROVIDERS)
  provider?: PaymentProvider;
}

export class PlanSummaryDto {
  @ApiProperty({ example: '7b0c1a52-6f0e-4d53-9f0e-2d6b7d0a9a11' })
  id: string;

  @ApiProperty({ example: 'pro-monthly' })
  code: string;

  @ApiProperty({ example: 'Pro' })
  name: string;
}

export class SubscriptionPriceDto {
  @ApiProperty({ example: 'USD', description: 'ISO 4217' })
  currency: string;

  @ApiProperty({ example: 2900, description: 'Minor units of the currency' })
  unit_amount: number;

  @ApiProperty({ enum: ['day', 'week', 'month', 'year'] })
  billing_interval: string;

  @ApiProperty({ example: 1, description: 'Intervals between two invoices' })
  interval_count: number;
}

export class HistoryEntryDto {
  @ApiProperty({ enum: ['new', 'renewal', 'change'] })
  type: string;

  @ApiProperty({ enum: ['pending', 'active', 'inactive'], description: 'Follows the switch of plan' })
  status: string;

  @ApiProperty({
    enum: ['pending', 'paid', 'failed', 'N/A'],
    description: 'Follows the invoice; `N/A`: nothing to pay',
  })
  payment_status: string;

  @ApiProperty({ type: PlanSummaryDto })
  plan: PlanSummaryDto;

  @ApiProperty({ type: PlanSummaryDto, nullable: true, description: 'The plan before; only for a change' })
  old_plan: PlanSummaryDto | null;

  @ApiProperty({ enum: ['upgrade', 'downgrade', 'lateral'], nullable: true })
  direction: string | null;

  @ApiProperty({
    example: '2026-12-20T10:00:00.000Z',
    description: 'When the plan began, or will begin, to hold (UTC)',
  })
  effective_at: string;
}

export class EntitlementDto {
  @ApiProperty({ description: 'Whether the customer has access now' })
  entitled: boolean;

  @ApiProperty({
    type: PlanSummaryDto,
    nullable: true,
    description: 'The plan whose benefits hold now; may differ from `plan` until a change is paid',
  })
  plan: PlanSummaryDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '2026-12-23T10:00:00.000Z',
    description: 'End of the paid period plus the grace (UTC)',
  })
  until: string | null;

  @ApiProperty({ nullable: true, enum: ['canceled', 'incomplete', 'past_due', 'suspended', 'unpaid', 'expired'] })
  reason: string | null;
}

export class ReplaceWarningDto {
  @ApiProperty({ example: 'pending_change_will_be_replaced' })
  code: string;

  @ApiProperty({
    example: 'You already have a plan change scheduled to Basic. The new change will replace it. Continue?',
    description: 'Show it, and ask, before another change is made; in the language of Accept-Language',
  })
  message: string;
}

export class PlanChangeRequestDto {
  @ApiProperty({ example: '0c9d7f5e-6a34-4f55-8d0f-2c8f3a0c7b11' })
  id: string;

  @ApiProperty({ enum: ['schedule', 'undo', 'cancel', 'resume'] })
  kind: string;

  @ApiProperty({
    enum: ['intended', 'sent', 'unknown', 'scheduled', 'applied', 'failed', 'replaced', 'undone'],
    description: '`unknown`: the provider did not answer; it is being resolved, ask again',
  })
  status: string;

  @ApiProperty({ type: String, nullable: true, example: '2026-12-20T10:00:00.000Z' })
  effective_at: string | null;
}

export class LatestChangeDto {
  @ApiProperty({ example: '0c9d7f5e-6a34-4f55-8d0f-2c8f3a0c7b11' })
  quote_id: string;

  @ApiProperty({ enum: ['executing', 'applied', 'failed'], description: '`executing`: not decided yet; ask again' })
  status: string;

  @ApiProperty({ type: PlanSummaryDto })
  plan: PlanSummaryDto;

  @ApiProperty({ type: String, nullable: true, example: 'card_declined', description: 'Why it failed' })
  failure: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The bank’s page, for managers; in `GET subscription` alone',
  })
  authentication_url: string | null;
}

export class SubscriptionDto {
  @ApiProperty({ example: 'b6f0a1de-0c55-4a9b-8a57-5d1f4f2f3c21' })
  id: string;

  @ApiProperty({ example: 'acme' })
  group_id: string;

  @ApiProperty({ enum: PAYMENT_PROVIDERS, description: 'Where it is paid; it never moves to another provider' })
  provider: PaymentProvider;

  @ApiProperty({ enum: ['incomplete', 'active', 'past_due', 'canceled'] })
  status: string;

  @ApiProperty({ type: PlanSummaryDto })
  plan: PlanSummaryDto;

  @ApiProperty({ type: SubscriptionPriceDto, description: 'What is billed now' })
  price: SubscriptionPriceDto;

  @ApiProperty({ type: String, nullable: true, description: 'Plan of the pending change' })
  scheduled_plan_id: string | null;

  @ApiProperty({ type: PlanSummaryDto, nullable: true })
  scheduled_plan: PlanSummaryDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '2026-12-20T10:00:00.000Z',
    description: 'When the pending change takes effect (UTC)',
  })
  scheduled_plan_change_at: string | null;

  @ApiProperty({ type: ReplaceWarningDto, nullable: true, description: 'There while a change is pending' })
  warning: ReplaceWarningDto | null;

  @ApiProperty({ example: '2026-12-20T10:00:00.000Z', description: 'End of the current billing period (UTC)' })
  deadline_at: string;

  @ApiProperty({ type: String, nullable: true, description: 'When it will end by itself (UTC); null while it renews' })
  cancel_at: string | null;

  @ApiProperty({ type: String, nullable: true })
  canceled_at: string | null;

  @ApiProperty({ description: 'Whether this user may change it: owner or admin of the group' })
  can_manage: boolean;

  @ApiProperty({ type: EntitlementDto })
  entitlement: EntitlementDto;

  @ApiProperty({ type: PlanChangeRequestDto, nullable: true, description: 'The newest request made through this API' })
  latest_request: PlanChangeRequestDto | null;

  @ApiProperty({ type: LatestChangeDto, nullable: true, description: 'The newest switch at once that was agreed to' })
  latest_change: LatestChangeDto | null;

  @ApiProperty({ type: [HistoryEntryDto], description: 'By when a plan began or will begin to hold, oldest first' })
  history: HistoryEntryDto[];
}

export class UserEntitlementDto extends EntitlementDto {
  @ApiProperty({ example: 'acme' })
  group_id: string;

  @ApiProperty({ example: 'b6f0a1de-0c55-4a9b-8a57-5d1f4f2f3c21' })
  subscription_id: string;
}

export class UserPathDto {
  @ApiProperty({ example: 'user-42', description: 'Your id of the user' })
  @IsForeignId()
  userId: string;
}

export class ProductEntitlementDto {
  @ApiProperty({ example: 'ebook' })
  product_code: string;

  @ApiProperty({ example: '5b2f7f0e-7a0c-4a8e-9d3e-4f0c1b2a3d4e' })
  product_id: string;

  @ApiProperty({
    enum: ['granted', 'suspended', 'revoked'],
    description: 'suspended: while a dispute is open; revoked: the money went back',
  })
  status: string;

  @ApiProperty({ format: 'date-time' })
  granted_at: string;

  @ApiProperty({ type: String, nullable: true, example: 'refund', description: 'Why it is suspended or revoked' })
  reason: string | null;
}

export class UserEntitlementsDto {
  @ApiProperty({ example: 'user-1' })
  user_id: string;

  @ApiProperty({ type: [UserEntitlementDto], description: 'One for each subscription of the user’s groups' })
  entitlements: UserEntitlementDto[];

  @ApiProperty({ type: [ProductEntitlementDto], description: 'One for each product that the user was ever given' })
  products: ProductEntitlementDto[];
}
