import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { PackagePlanEntity } from '../../catalog/index.js';
import type { ChangeDirection, HistoryStatus, HistoryType, PaymentStatus } from '../domain/state.js';
import { SubscriptionEntity } from './subscription.entity.js';

/** A beginning, renewal or change of plan; written by SubscriptionLifeCycleHandler only. */
@Entity('subscription_histories')
@Unique('subscription_histories_fold_key_key', ['subscriptionId', 'foldKey'])
@Index('subscription_histories_new_key', ['subscriptionId'], { unique: true, where: `type = 'new'` })
@Index('subscription_histories_renewal_key', ['subscriptionId', 'effectiveAt'], {
  unique: true,
  where: `type = 'renewal'`,
})
@Index('subscription_histories_pending_change_key', ['subscriptionId'], {
  unique: true,
  where: `type = 'change' AND status = 'pending'`,
})
@Check('subscription_histories_type_check', `type = ANY (ARRAY['new', 'renewal', 'change'])`)
@Check('subscription_histories_status_check', `status = ANY (ARRAY['pending', 'active', 'inactive'])`)
@Check(
  'subscription_histories_payment_status_check',
  `payment_status = ANY (ARRAY['pending', 'paid', 'failed', 'N/A'])`,
)
@Check('subscription_histories_direction_check', `direction = ANY (ARRAY['upgrade', 'downgrade', 'lateral'])`)
@Check('subscription_histories_old_plan_check', `(old_plan_id IS NOT NULL) = (type = 'change')`)
export class SubscriptionHistoryEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'subscription_histories_pkey',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column('bigint', { name: 'subscription_id' })
  subscriptionId: string;

  @ManyToOne(() => SubscriptionEntity, { nullable: false })
  @JoinColumn({ name: 'subscription_id', foreignKeyConstraintName: 'subscription_histories_subscription_fkey' })
  subscription: SubscriptionEntity;

  @Column('bigint', { name: 'package_plan_id' })
  packagePlanId: string;

  @ManyToOne(() => PackagePlanEntity, { nullable: false })
  @JoinColumn({ name: 'package_plan_id', foreignKeyConstraintName: 'subscription_histories_plan_fkey' })
  packagePlan: PackagePlanEntity;

  @Column('bigint', { name: 'old_plan_id', nullable: true })
  oldPlanId: string | null;

  @ManyToOne(() => PackagePlanEntity, { nullable: true })
  @JoinColumn({ name: 'old_plan_id', foreignKeyConstraintName: 'subscription_histories_old_plan_fkey' })
  oldPlan: PackagePlanEntity | null;

  @Column('text')
  type: HistoryType;

  @Column('text')
  status: HistoryStatus;

  @Column('text', { name: 'payment_status' })
  paymentStatus: PaymentStatus;

  @Column('text', { name: 'provider_invoice_id', nullable: true })
  providerInvoiceId: string | null;

  @Column('text', { nullable: true })
  direction: ChangeDirection | null;

  /** What the plan costs a day, in thousandths of a minor unit: compares plans, nothing is charged by it. */
  @Column('bigint', { name: 'daily_amount' })
  dailyAmount: string;

  /** When the plan began, or will begin, to hold. */
  @Column('timestamptz', { name: 'effective_at' })
  effectiveAt: Date;

  /** End of the period that its payment pays for. */
  @Column('timestamptz', { name: 'period_end', nullable: true })
  periodEnd: Date | null;

  /** The row's name among those of its subscription, given by the fold. */
  @Column('text', { name: 'fold_key' })
  foldKey: string;

  /** Its place among the rows of its subscription: ids tell the order of arrival only. */
  @Column('integer')
  position: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
