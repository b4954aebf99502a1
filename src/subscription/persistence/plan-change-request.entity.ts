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
@Unique('uq_plan_change_requests_uuid', ['uuid'])
@Index('uq_plan_change_requests_open', ['subscriptionId'], {
  unique: true,
  where: `status = ANY (ARRAY['intended', 'sent', 'unknown'])`,
})
@Index('ix_plan_change_requests_scheduled', ['subscriptionId'], { where: `status = 'scheduled'` })
@Check('ck_plan_change_requests_kind', `kind = ANY (ARRAY['schedule', 'undo', 'cancel', 'resume'])`)
@Check(
  'ck_plan_change_requests_status',
  `status = ANY (ARRAY['intended', 'sent', 'unknown', 'scheduled', 'applied', 'failed', 'replaced', 'undone'])`,
)
@Check(
  'ck_plan_change_requests_target',
  `(kind = 'schedule') = (target_plan_id IS NOT NULL) AND (kind = 'schedule') = (target_price_id IS NOT NULL)`,
)
export class PlanChangeRequestEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_plan_change_requests',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'subscription_id' })
  subscriptionId: string;

  @ManyToOne(() => SubscriptionEntity, { nullable: false })
  @JoinColumn({ name: 'subscription_id', foreignKeyConstraintName: 'fk_plan_change_requests_subscription' })
  subscription: SubscriptionEntity;

  @Column('bigint', { name: 'user_id' })
  userId: string;

  @ManyToOne(() => UserEntity, { nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_plan_change_requests_user' })
  user: UserEntity;

  @Column('text')
  kind: RequestKind;

  @Column('bigint', { name: 'target_plan_id', nullable: true })
  targetPlanId: string | null;

  @ManyToOne(() => PackagePlanEntity, { nullable: true })
  @JoinColumn({ name: 'target_plan_id', foreignKeyConstraintName: 'fk_plan_change_requests_plan' })
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
