import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Generated,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { PackagePlanEntity } from '../../catalog/index.js';
import { UserEntity } from '../../identity/index.js';
import type { RequestKind, RequestStatus } from '../domain/plan-change-request.js';
import { SubscriptionEntity } from './subscription.entity.js';

/** What one of our callers asked for; committed before the provider is called. Never a fact: it changes no subscription row. */
@Entity('plan_change_requests')
@Unique('plan_change_requests_uuid_key', ['uuid'])
@Index('plan_change_requests_open_key', ['subscriptionId'], {
  unique: true,
  where: `status = ANY (ARRAY['intended', 'sent', 'unknown'])`,
})
@Index('plan_change_requests_scheduled_idx', ['subscriptionId'], { where: `status = 'scheduled'` })
@Check('plan_change_requests_kind_check', `kind = ANY (ARRAY['schedule', 'undo', 'cancel', 'resume'])`)
@Check(
  'plan_change_requests_status_check',
  `status = ANY (ARRAY['intended', 'sent', 'unknown', 'scheduled', 'applied', 'failed', 'replaced', 'undone'])`,
)
@Check(
  'plan_change_requests_target_check',
  `(kind = 'schedule') = (target_plan_id IS NOT NULL) AND (kind = 'schedule') = (target_price_id IS NOT NULL)`,
)
export class PlanChangeRequestEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'plan_change_requests_pkey',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'subscription_id' })
  subscriptionId: string;

  @ManyToOne(() => SubscriptionEntity, { nullable: false })
  @JoinColumn({ name: 'subscription_id', foreignKeyConstraintName: 'plan_change_requests_subscription_fkey' })
  subscription: SubscriptionEntity;

  @Column('bigint', { name: 'user_id' })
  userId: string;

  @ManyToOne(() => UserEntity, { nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'plan_change_requests_user_fkey' })
  user: UserEntity;

  @Column('text')
  kind: RequestKind;

  @Column('bigint', { name: 'target_plan_id', nullable: true })
  targetPlanId: string | null;

  @ManyToOne(() => PackagePlanEntity, { nullable: true })
  @JoinColumn({ name: 'target_plan_id', foreignKeyConstraintName: 'plan_change_requests_plan_fkey' })
  targetPlan: PackagePlanEntity | null;

  @Column('text', { name: 'target_price_id', nullable: true })
  targetPriceId: string | null;

  @Column('text', { default: 'intended' })
  status: RequestStatus;

  @Column('timestamptz', { name: 'effective_at', nullable: true })
  effectiveAt: Date | null;

  @Column('text', { nullable: true })
  error: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
