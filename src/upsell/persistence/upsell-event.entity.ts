import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { OfferEntity } from '../../catalog/index.js';
import type { UpsellEventType } from '../domain/upsell-event.js';
import { SaleEntity } from './sale.entity.js';
import { UpsellFunnelVersionEntity } from './upsell-funnel-version.entity.js';
import { UpsellSessionEntity } from './upsell-session.entity.js';

/** What happened on a customer's way through a funnel, for counting. Only ever added to. */
@Entity('upsell_events')
@Index('upsell_events_impression_key', ['sessionId', 'stepPosition'], {
  unique: true,
  where: `type = 'impression'`,
})
@Index('upsell_events_occurred_at_idx', ['occurredAt'])
@Index('upsell_events_version_id_idx', ['versionId', 'stepPosition'])
@Check(
  'upsell_events_type_check',
  `type = ANY (ARRAY['impression'::text, 'accept'::text, 'decline'::text, 'failure'::text, 'fallback'::text, 'expiry'::text, 'paid'::text, 'refund'::text])`,
)
@Check('upsell_events_amount_check', `(amount IS NULL) = (currency IS NULL)`)
export class UpsellEventEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_events_pkey',
  })
  id: string;

  @Column('bigint', { name: 'session_id' })
  @ForeignKey(() => UpsellSessionEntity, { name: 'upsell_events_session_id_fkey' })
  sessionId: string;

  @Column('bigint', { name: 'sale_id' })
  @ForeignKey(() => SaleEntity, { name: 'upsell_events_sale_id_fkey' })
  saleId: string;

  @Column('bigint', { name: 'version_id' })
  @ForeignKey(() => UpsellFunnelVersionEntity, { name: 'upsell_events_version_id_fkey' })
  versionId: string;

  @Column('integer', { name: 'step_position' })
  stepPosition: number;

  /** Null: of a step with several offers, as a whole. */
  @Column('bigint', { name: 'offer_id', nullable: true })
  @ForeignKey(() => OfferEntity, { name: 'upsell_events_offer_id_fkey' })
  offerId: string | null;

  @Column('text')
  type: UpsellEventType;

  /** Minor units of `currency`. */
  @Column('bigint', { nullable: true })
  amount: string | null;

  @Column('text', { nullable: true })
  currency: string | null;

  /** Of a failure or an expiry. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;
}
