import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { ChargeFailureCode, MethodSummary, ProrationMode } from '../../billing-providers/index.js';
import { PackagePlanEntity } from '../../catalog/index.js';
import { UserEntity } from '../../identity/index.js';
import type { PlanQuoteStatus } from '../domain/plan-quote.js';
import { SubscriptionEntity } from './subscription.entity.js';

/** What a switch at once would cost, as the provider said for one moment. */
@Entity('plan_quotes')
@Unique('plan_quotes_uuid_key', ['uuid'])
@Index('plan_quotes_subscription_id_idx', ['subscriptionId'])
@Index('plan_quotes_open_key', ['subscriptionId'], { unique: true, where: `status = 'open'` })
@Index('plan_quotes_executing_key', ['subscriptionId'], { unique: true, where: `status = 'executing'` })
@Index('plan_quotes_unused_idx', ['updatedAt'], { where: `status = ANY (ARRAY['expired'::text, 'superseded'::text])` })
@Check(
  'plan_quotes_status_check',
  `status = ANY (ARRAY['open'::text, 'executing'::text, 'applied'::text, 'failed'::text, 'expired'::text, 'superseded'::text])`,
)
@Check(
  'plan_quotes_mode_check',
  `mode = ANY (ARRAY['difference_immediately'::text, 'prorated_immediately'::text, 'full_immediately'::text, 'do_not_bill'::text])`,
)
@Check('plan_quotes_amount_due_check', 'amount_due >= 0')
@Check('plan_quotes_credit_check', 'credit >= 0')
@Check('plan_quotes_currency_check', `currency ~ '^[A-Z]{3}$'::text`)
export class PlanQuoteEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'plan_quotes_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'subscription_id' })
  @ForeignKey(() => SubscriptionEntity, { name: 'plan_quotes_subscription_id_fkey' })
  subscriptionId: string;

  @Column('bigint', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'plan_quotes_user_id_fkey' })
  userId: string;

  @Column('bigint', { name: 'target_plan_id' })
  @ForeignKey(() => PackagePlanEntity, { name: 'plan_quotes_target_plan_id_fkey' })
  targetPlanId: string;

  @Column('text', { name: 'target_price_id' })
  targetPriceId: string;

  @Column('text', { name: 'from_price_id' })
  fromPriceId: string;

  /** The whole second that it was computed for, and is executed for. */
  @Column('timestamptz', { name: 'proration_at' })
  prorationAt: Date;

  @Column('text')
  mode: ProrationMode;

  /** Put down for the next renewals; minor units of `currency`. */
  @Column('bigint')
  credit: string;

  /** Null: nobody asked (quotes before the modes). */
  @Column('timestamptz', { name: 'next_billing_at', nullable: true })
  nextBillingAt: Date | null;

  /** Plan of the scheduled change that the switch takes the place of. */
  @Column('bigint', { name: 'replaced_plan_id', nullable: true })
  @ForeignKey(() => PackagePlanEntity, { name: 'plan_quotes_replaced_plan_id_fkey' })
  replacedPlanId: string | null;

  /** Why it failed. */
  @Column('text', { name: 'failure_code', nullable: true })
  failureCode: ChargeFailureCode | null;

  /** Minor units of `currency`. */
  @Column('bigint', { name: 'amount_due' })
  amountDue: string;

  @Column('text')
  currency: string;

  @Column('jsonb', { nullable: true })
  method: MethodSummary | null;

  @Column('text', { default: 'open' })
  status: PlanQuoteStatus;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
