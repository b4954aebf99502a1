import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { BillingInterval } from '../domain/price.js';
import { PackagePlanEntity } from './package-plan.entity.js';

/**
 * A price of a provider and the plan that it stands for. The mapping is for ever: subscribers stay on an old price for years
 * after it stopped being sold.
 */
@Entity('package_plan_prices')
@Unique('package_plan_prices_provider_price_key', ['provider', 'providerPriceId'])
@Index('package_plan_prices_package_plan_id_idx', ['packagePlanId'])
@Index('package_plan_prices_current_key', ['packagePlanId', 'provider', 'currency'], {
  unique: true,
  where: 'is_current',
})
@Check('package_plan_prices_provider_check', `provider = ANY (ARRAY['stripe'::text, 'dodo'::text])`)
@Check('package_plan_prices_currency_check', `(currency ~ '^[A-Z]{3}$'::text)`)
@Check('package_plan_prices_unit_amount_check', `(unit_amount >= 0)`)
@Check(
  'package_plan_prices_billing_interval_check',
  `(billing_interval = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text]))`,
)
@Check('package_plan_prices_interval_count_check', `(interval_count >= 1)`)
export class PackagePlanPriceEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'package_plan_prices_pkey',
  })
  id: string;

  @Column({ name: 'package_plan_id', type: 'bigint' })
  @ForeignKey(() => PackagePlanEntity, { name: 'package_plan_prices_package_plan_id_fkey' })
  packagePlanId: string;

  @Column({ type: 'text' })
  provider: string;

  @Column({ name: 'provider_price_id', type: 'text' })
  providerPriceId: string;

  @Column({ name: 'provider_product_id', type: 'text', nullable: true })
  providerProductId: string | null;

  /** ISO 4217, upper case. */
  @Column({ type: 'text' })
  currency: string;

  /** Minor units of `currency`. */
  @Column({ name: 'unit_amount', type: 'integer' })
  unitAmount: number;

  @Column({ name: 'billing_interval', type: 'text' })
  billingInterval: BillingInterval;

  @Column({ name: 'interval_count', type: 'integer', default: 1 })
  intervalCount: number;

  /** Sold now. */
  @Column({ name: 'is_current', type: 'boolean', default: true })
  isCurrent: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
