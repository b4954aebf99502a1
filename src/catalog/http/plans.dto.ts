import { ApiProperty } from '@nestjs/swagger';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../identity/index.js';
import { BILLING_INTERVALS, type BillingInterval } from '../domain/price.js';
import { PackageDto } from './packages.dto.js';

export class OfferedPriceDto {
  @ApiProperty({ enum: PAYMENT_PROVIDERS, example: 'stripe' })
  provider: PaymentProvider;

  @ApiProperty({ example: 'USD', description: 'ISO 4217' })
  currency: string;

  @ApiProperty({ type: 'integer', example: 2900, description: 'Minor units of the currency; 0 is a free plan' })
  unit_amount: number;

  @ApiProperty({ enum: BILLING_INTERVALS, example: 'month' })
  billing_interval: BillingInterval;

  @ApiProperty({ type: 'integer', example: 1, description: 'Intervals between two invoices' })
  interval_count: number;
}

export class OfferedPlanDto {
  @ApiProperty({ example: 'c4b0a1de-6a0e-4f0e-9d3c-6f6f0d1d2e21', description: 'The `plan_id` of other routes' })
  id: string;

  @ApiProperty({ example: 'studio-pro' })
  code: string;

  @ApiProperty({ example: 'Pro' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'For growing teams' })
  description: string | null;

  @ApiProperty({ type: [String], example: ['10 seats', 'Priority support'] })
  features: string[];

  @ApiProperty({ type: PackageDto })
  package: PackageDto;

  @ApiProperty({ type: [OfferedPriceDto], description: 'By provider and currency, one of each' })
  prices: OfferedPriceDto[];
}

export class OfferedPlansDto {
  @ApiProperty({ type: [OfferedPlanDto], description: 'In the order in which the merchant wants them shown' })
  plans: OfferedPlanDto[];
}
