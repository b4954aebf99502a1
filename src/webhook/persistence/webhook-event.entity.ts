import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { WebhookEventStatus } from '../domain/settlement.js';

/**
 * One signed event of a provider, as it came, and what became of it. Written with SQL only, by the repositories
 * beside.
 */
@Entity('webhook_events')
@Unique('webhook_events_provider_event_key', ['provider', 'providerEventId'])
@Check(
  'webhook_events_status_check',
  `status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text])`,
)
@Check('webhook_events_attempts_check', `attempts >= 0`)
@Check(
  'webhook_events_claim_check',
  `((status = 'processing'::text) = (claim_token IS NOT NULL)) AND ((claim_token IS NULL) = (lease_until IS NULL))`,
)
@Check('webhook_events_completed_check', `(status = 'completed'::text) = (completed_at IS NOT NULL)`)
@Index('webhook_events_pending_idx', ['id'], { where: `status = 'pending'` })
@Index('webhook_events_lease_idx', ['leaseUntil'], { where: `status = 'processing'` })
@Index('webhook_events_retry_idx', ['nextAttemptAt'], {
  where: `status = 'failed' AND next_attempt_at IS NOT NULL`,
})
@Index('webhook_events_failed_idx', ['id'], { where: `status = 'failed'` })
@Index('webhook_events_waiting_idx', ['waitingFor'], { where: `waiting_for IS NOT NULL` })
@Index('webhook_events_type_idx', ['eventType', 'id'])
@Index('webhook_events_outcome_idx', ['outcome', 'id'], { where: `outcome <> 'applied'` })
export class WebhookEventEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'webhook_events_pkey',
  })
  id: string;

  @Column({ type: 'text' })
  provider: string;

  @Column({ name: 'provider_event_id', type: 'text' })
  providerEventId: string;

  @Column({ name: 'event_type', type: 'text' })
  eventType: string;

  /** The body's bytes. Not jsonb, which refuses some signed payloads and would lose what the signature covers. */
  @Column({ type: 'bytea' })
  payload: Buffer;

  /** By the provider's clock; null when the payload does not say. */
  @Column({ name: 'occurred_at', type: 'timestamptz', nullable: true })
  occurredAt: Date | null;

  @Column({ type: 'boolean' })
  livemode: boolean;

  @Column({ type: 'text', default: 'pending' })
  status: WebhookEventStatus;

  /** Why it is settled: see `Outcome`. */
  @Column({ type: 'text', nullable: true })
  outcome: string | null;

  /** What an operator reads about the last failure. */
  @Column({ type: 'text', nullable: true })
  error: string | null;

  /** How often a worker took it. */
  @Column({ type: 'integer', default: 0 })
  attempts: number;

  /** By `Clock`: since when it is due (pending), or when it will be tried again (failed; null: not by itself). */
  @Column({ name: 'next_attempt_at', type: 'timestamptz', nullable: true })
  nextAttemptAt: Date | null;

  /** The claim that holds it, until `leaseUntil` by the database's clock. */
  @Column({ name: 'claim_token', type: 'uuid', nullable: true })
  claimToken: string | null;

  @Column({ name: 'lease_until', type: 'timestamptz', nullable: true })
  leaseUntil: Date | null;

  /** What must appear before it can be applied, such as `customer:stripe:cus_1` or `price:stripe:price_1`. */
  @Column({ name: 'waiting_for', type: 'text', nullable: true })
  waitingFor: string | null;

  /** When it was received. */
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;

  @Column({ name: 'completed_at', type: 'timestamptz', nullable: true })
  completedAt: Date | null;
}
