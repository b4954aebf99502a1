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
@Unique('subscriptions_uuid_key', ['uuid'])
@Unique('subscriptions_stream_key', ['streamId'])
@Unique('subscriptions_provider_id_key', ['paymentProvider', 'paymentProviderSubscriptionId'])
@Index('subscriptions_group_idx', ['groupId'])
@Index('subscriptions_user_idx', ['userId'])
@Check('subscriptions_status_check', `status = ANY (ARRAY['incomplete', 'active', 'past_due', 'canceled'])`)
@Check('subscriptions_scheduled_check', '(scheduled_plan_id IS NULL) = (scheduled_plan_change_at IS NULL)')
export class SubscriptionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'subscriptions_pkey',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'stream_id' })
  streamId: string;

  @ManyToOne(() => SubscriptionStreamEntity, { nullable: false })
  @JoinColumn({ name: 'stream_id', foreignKeyConstraintName: 'subscriptions_stream_fkey' })
  stream: SubscriptionStreamEntity;

  @Column('bigint', { name: 'package_id' })
  packageId: string;

  @ManyToOne(() => PackageEntity, { nullable: false })
  @JoinColumn({ name: 'package_id', foreignKeyConstraintName: 'subscriptions_package_fkey' })
  package: PackageEntity;

  @Column('bigint', { name: 'package_plan_id' })
  packagePlanId: string;

  @ManyToOne(() => PackagePlanEntity, { nullable: false })
  @JoinColumn({ name: 'package_plan_id', foreignKeyConstraintName: 'subscriptions_plan_fkey' })
  packagePlan: PackagePlanEntity;

  @Column('bigint', { name: 'group_id' })
  groupId: string;

  @ManyToOne(() => GroupEntity, { nullable: false })
  @JoinColumn({ name: 'group_id', foreignKeyConstraintName: 'subscriptions_group_fkey' })
  group: GroupEntity;

  @Column('bigint', { name: 'user_id' })
  userId: string;

  @ManyToOne(() => UserEntity, { nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'subscriptions_user_fkey' })
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
  @JoinColumn({ name: 'scheduled_plan_id', foreignKeyConstraintName: 'subscriptions_scheduled_plan_fkey' })
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
