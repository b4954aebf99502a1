import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, Unique, UpdateDateColumn } from 'typeorm';
import type { SubscriptionState } from '../domain/state.js';

/** One per provider subscription: its row is the lock under which facts are added and folded. */
@Entity('subscription_streams')
@Unique('subscription_streams_subject_key', ['paymentProvider', 'paymentProviderSubscriptionId'])
@Index('subscription_streams_customer_idx', ['paymentProvider', 'paymentProviderCustomerId'])
export class SubscriptionStreamEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'subscription_streams_pkey',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column('text', { name: 'payment_provider' })
  paymentProvider: string;

  @Column('text', { name: 'payment_provider_subscription_id' })
  paymentProviderSubscriptionId: string;

  @Column('text', { name: 'payment_provider_customer_id' })
  paymentProviderCustomerId: string;

  /** The fold of all facts until `baseUntil`, which are no longer kept one by one. */
  @Column('jsonb', { nullable: true })
  base: SubscriptionState | null;

  @Column('timestamptz', { name: 'base_until', nullable: true })
  baseUntil: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
