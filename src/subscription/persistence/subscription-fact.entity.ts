import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import type { ProviderFact } from '../../billing-providers/index.js';
import { SubscriptionStreamEntity } from './subscription-stream.entity.js';

/** What a provider said, normalised; written once, never changed. */
@Entity('subscription_facts')
@Unique('subscription_facts_event_key', ['streamId', 'providerEventId'])
@Index('subscription_facts_occurred_at_idx', ['occurredAt'])
export class SubscriptionFactEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'subscription_facts_pkey',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column('bigint', { name: 'stream_id' })
  streamId: string;

  @ManyToOne(() => SubscriptionStreamEntity, { nullable: false })
  @JoinColumn({ name: 'stream_id', foreignKeyConstraintName: 'subscription_facts_stream_fkey' })
  stream: SubscriptionStreamEntity;

  @Column('text', { name: 'provider_event_id' })
  providerEventId: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  @Column('jsonb')
  fact: ProviderFact;

  @CreateDateColumn({ name: 'received_at', type: 'timestamptz', default: () => 'now()' })
  receivedAt: Date;
}
