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
import { PackageEntity, PackagePlanEntity } from '../../catalog/index.js';
import { GroupEntity, UserEntity } from '../../identity/index.js';
import type { SubscriptionStatus } from '../../billing-providers/index.js';
import { SubscriptionStreamEntity } from './subscription-stream.entity.js';

/** The local copy of a subscription; written by SubscriptionLifeCycleHandler only. */
@Entity('subscriptions')
@Unique('uq_subscriptions_uuid', ['uuid'])
@Unique('uq_subscriptions_stream', ['streamId'])
@Unique('uq_subscriptions_provider_id', ['paymentProvider', 'paymentProviderSubscriptionId'])
@Index('ix_subscriptions_group', ['groupId'])
@Index('ix_subscriptions_user', ['userId'])
@Check('ck_subscriptions_status', `status = ANY (ARRAY['incomplete', 'active', 'past_due', 'canceled'])`)
@Check('ck_subscriptions_scheduled', '(scheduled_plan_id IS NULL) = (scheduled_plan_change_at IS NULL)')
export class SubscriptionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_subscriptions',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'stream_id' })
  streamId: string;

  @ManyToOne(() => SubscriptionStreamEntity, { nullable: false })
  @JoinColumn({ name: 'stream_id', foreignKeyConstraintName: 'fk_subscriptions_stream' })
  stream: SubscriptionStreamEntity;

  @Column('bigint', { name: 'package_id' })
  packageId: string;

  @ManyToOne(() => PackageEntity, { nullable: false })
  @JoinColumn({ name: 'package_id', foreignKeyConstraintName: 'fk_subscriptions_package' })
  package: PackageEntity;

  @Column('bigint', { name: 'package_plan_id' })
  packagePlanId: string;

  @ManyToOne(() => PackagePlanEntity, { nullable: false })
  @JoinColumn({ name: 'package_plan_id', foreignKeyConstraintName: 'fk_subscriptions_plan' })
  packagePlan: PackagePlanEntity;

  @Column('bigint', { name: 'group_id' })
  groupId: string;

  @ManyToOne(() => GroupEntity, { nullable: false })
  @JoinColumn({ name: 'group_id', foreignKeyConstraintName: 'fk_subscriptions_group' })
  group: GroupEntity;

  @Column('bigint', { name: 'user_id' })
  userId: string;

  @ManyToOne(() => UserEntity, { nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_subscriptions_user' })
  user: UserEntity;

  @Column('text', { name: 'payment_provider' })
  paymentProvider: string;

  @Column('text', { name: 'payment_provider_subscription_id' })
  paymentProviderSubscriptionId: string;

  /** The price that is billed now; its plan is `packagePlanId`. */
  @Column('text', { name: 'payment_provider_price_id' })
  paymentProviderPriceId: string;

  @Column('text')
  status: SubscriptionStatus;

  /** The provider's own word. */
  @Column('text', { name: 'provider_status' })
  providerStatus: string;

  @Column('boolean', { name: 'access_suspended', default: false })
  accessSuspended: boolean;

  @Column('bigint', { name: 'scheduled_plan_id', nullable: true })
  scheduledPlanId: string | null;

  @ManyToOne(() => PackagePlanEntity, { nullable: true })
  @JoinColumn({ name: 'scheduled_plan_id', foreignKeyConstraintName: 'fk_subscriptions_scheduled_plan' })
  scheduledPlan: PackagePlanEntity | null;

  @Column('timestamptz', { name: 'scheduled_plan_change_at', nullable: true })
  scheduledPlanChangeAt: Date | null;

  /** End of the current billing period. */
  @Column('timestamptz', { name: 'deadline_at' })
  deadlineAt: Date;

  /** When it will end by itself; null while it renews. */
  @Column('timestamptz', { name: 'cancel_at', nullable: true })
  cancelAt: Date | null;

  @Column('timestamptz', { name: 'canceled_at', nullable: true })
  canceledAt: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
