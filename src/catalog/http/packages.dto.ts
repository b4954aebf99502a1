import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO4217CurrencyCode,
  IsOptional,
  Max,
  Min,
} from 'class-validator';
import { IfGiven, IsForeignId, IsNested, IsText, LARGEST_INTEGER } from '../../common/http/index.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../identity/index.js';
import {
  DEFAULT_SWITCH_MODES,
  DOWNGRADE_POLICIES,
  SWITCH_MODES,
  type DowngradePolicy,
  type SwitchMode,
} from '../domain/plan.js';
import { BILLING_INTERVALS, type BillingInterval } from '../domain/price.js';
import { IsCode, ToUpperCase } from './code.decorator.js';
import { IsCountMap } from './is-count-map.decorator.js';
import { IsPriceList } from './is-price-list.decorator.js';

/** Stripe bills at least every three years: 1095 days. */
const LARGEST_INTERVAL_COUNT = 1_095;

export class PackagePathDto {
  @ApiProperty({ example: 'studio' })
  @IsCode()
  code: string;
}

export class PlanPathDto extends PackagePathDto {
  @ApiProperty({ example: 'studio-pro', description: 'Unique among all packages' })
  @IsCode()
  planCode: string;
}

export class UpsertPackageDto {
  @ApiProperty({ example: 'Studio' })
  @IsText(255)
  name: string;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Everything for a small team' })
  @IsOptional()
  @IsText(2_000)
  description?: string | null;

  @ApiProperty({
    enum: DOWNGRADE_POLICIES,
    required: false,
    default: 'block',
    description:
      'A switch to a plan that allows less than the group uses. `block`: refused, with reasons; `schedule`: not at once, but at ' +
      'the renewal; `allow`',
  })
  @IfGiven()
  @IsIn(DOWNGRADE_POLICIES)
  downgrade_policy?: DowngradePolicy;

  @ApiProperty({
    enum: SWITCH_MODES,
    isArray: true,
    required: false,
    default: DEFAULT_SWITCH_MODES,
    description:
      'How customers may have a switch at once billed; the first is what they get when they choose none. `do_not_bill` gives a ' +
      'dearer plan for nothing until the renewal',
  })
  @IfGiven()
  @IsArray()
  @ArrayUnique()
  @IsIn(SWITCH_MODES, { each: true })
  proration_modes?: SwitchMode[];
}

export class UpsertPriceDto {
  @ApiProperty({ enum: PAYMENT_PROVIDERS, example: 'stripe' })
  @IsIn(PAYMENT_PROVIDERS)
  provider: PaymentProvider;

  @ApiProperty({ example: 'price_1MoBy5LkdIwHu7ixZhnattbh' })
  @IsForeignId()
  provider_price_id: string;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'prod_NZKdYqrwEYx6iK' })
  @IsOptional()
  @IsForeignId()
  provider_product_id?: string | null;

  @ApiProperty({ example: 'USD', description: 'ISO 4217' })
  @ToUpperCase()
  @IsISO4217CurrencyCode()
  currency: string;

  @ApiProperty({ type: 'integer', example: 2900, description: 'Minor units of the currency; 0 is a free plan' })
  @IsInt()
  @Min(0)
  @Max(LARGEST_INTEGER)
  unit_amount: number;

  @ApiProperty({ enum: BILLING_INTERVALS, example: 'month' })
  @IsIn(BILLING_INTERVALS)
  billing_interval: BillingInterval;

  @ApiProperty({ type: 'integer', required: false, default: 1, example: 1 })
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(LARGEST_INTERVAL_COUNT)
  interval_count?: number;
}

export class UpsertPlanDto {
  @ApiProperty({ example: 'Pro' })
  @IsText(255)
  name: string;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'For growing teams' })
  @IsOptional()
  @IsText(2_000)
  description?: string | null;

  @ApiProperty({ type: [String], required: false, default: [], example: ['10 seats', 'Priority support'] })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(50)
  @IsText(300, { each: true })
  features?: string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'integer', nullable: true },
    default: {},
    example: { seats: 10, projects: null },
    description: 'How much of each thing the plan allows, in your words; null, or not named: without limit',
  })
  @IfGiven()
  @IsCountMap({ nullable: true })
  limits?: Record<string, number | null>;

  @ApiProperty({ type: 'integer', required: false, default: 0, description: 'Order in lists, lowest first' })
  @IfGiven()
  @IsInt()
  @Min(-1_000_000)
  @Max(1_000_000)
  rank?: number;

  @ApiProperty({ required: false, default: true, description: 'Whether customers are shown the plan' })
  @IfGiven()
  @IsBoolean()
  is_offered?: boolean;

  @ApiProperty({
    type: [UpsertPriceDto],
    description: 'What the plan is sold at: one price per provider and currency. Prices not listed are sold no more.',
  })
  @IsArray()
  @ArrayMaxSize(100)
  @IsPriceList()
  @IsNested(() => UpsertPriceDto, { each: true })
  prices: UpsertPriceDto[];
}

export class PackageDto {
  @ApiProperty({ example: '0b5c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11' })
  id: string;

  @ApiProperty({ example: 'studio' })
  code: string;

  @ApiProperty({ example: 'Studio' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'Everything for a small team' })
  description: string | null;
}

export class AdminPackageDto extends PackageDto {
  @ApiProperty({ enum: DOWNGRADE_POLICIES })
  downgrade_policy: string;

  @ApiProperty({ enum: SWITCH_MODES, isArray: true })
  proration_modes: string[];
}

export class AdminPriceDto {
  @ApiProperty({ enum: PAYMENT_PROVIDERS, example: 'stripe' })
  provider: PaymentProvider;

  @ApiProperty({ example: 'price_1MoBy5LkdIwHu7ixZhnattbh' })
  provider_price_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'prod_NZKdYqrwEYx6iK' })
  provider_product_id: string | null;

  @ApiProperty({ example: 'USD' })
  currency: string;

  @ApiProperty({ type: 'integer', example: 2900, description: 'Minor units of the currency' })
  unit_amount: number;

  @ApiProperty({ enum: BILLING_INTERVALS, example: 'month' })
  billing_interval: BillingInterval;

  @ApiProperty({ type: 'integer', example: 1 })
  interval_count: number;

  @ApiProperty({ description: 'Sold now; an earlier price stays mapped to its plan' })
  is_current: boolean;
}

export class AdminPlanDto {
  @ApiProperty({ example: 'c4b0a1de-6a0e-4f0e-9d3c-6f6f0d1d2e21' })
  id: string;

  @ApiProperty({ example: 'studio-pro' })
  code: string;

  @ApiProperty({ example: 'Pro' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'For growing teams' })
  description: string | null;

  @ApiProperty({ type: [String], example: ['10 seats', 'Priority support'] })
  features: string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer', nullable: true },
    example: { seats: 10, projects: null },
  })
  limits: Record<string, number | null>;

  @ApiProperty({ type: 'integer', example: 20 })
  rank: number;

  @ApiProperty()
  is_offered: boolean;

  @ApiProperty({ type: [AdminPriceDto], description: 'Those sold now first' })
  prices: AdminPriceDto[];
}

export class PackageWithPlansDto extends AdminPackageDto {
  @ApiProperty({ type: [AdminPlanDto], description: 'By rank' })
  plans: AdminPlanDto[];
}
