import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { OfferEntity } from '../../catalog/index.js';
import { ChargeAttemptEntity } from '../../charging/index.js';
import { UserEntity } from '../../identity/index.js';
import { SaleItemEntity } from './sale-item.entity.js';
import { UpsellFunnelVersionEntity } from './upsell-funnel-version.entity.js';
import { UpsellSessionEntity } from './upsell-session.entity.js';

/** What a customer said to an offer, and what they were shown when they said yes. Never changed. */
@Entity('upsell_decisions')
@Index('upsell_decisions_session_id_idx', ['sessionId'])
@Index('upsell_decisions_declined_idx', ['userId', 'offerId'], { where: `decision = 'decline'` })
@Check('upsell_decisions_decision_check', `decision = ANY (ARRAY['accept'::text, 'decline'::text])`)
@Check('upsell_decisions_agreed_check', `(decision = 'accept'::text) = (agreed IS NOT NULL)`)
export class UpsellDecisionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_decisions_pkey',
  })
  id: string;

  @Column('bigint', { name: 'session_id' })
  @ForeignKey(() => UpsellSessionEntity, { name: 'upsell_decisions_session_id_fkey' })
  sessionId: string;

  @Column('bigint', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'upsell_decisions_user_id_fkey' })
  userId: string;

  @Column('bigint', { name: 'version_id' })
  @ForeignKey(() => UpsellFunnelVersionEntity, { name: 'upsell_decisions_version_id_fkey' })
  versionId: string;

  @Column('integer', { name: 'step_position' })
  stepPosition: number;

  @Column('text')
  decision: 'accept' | 'decline';

  @Column('bigint', { name: 'offer_id', nullable: true })
  @ForeignKey(() => OfferEntity, { name: 'upsell_decisions_offer_id_fkey' })
  offerId: string | null;

  @Column('bigint', { name: 'sale_item_id', nullable: true })
  @ForeignKey(() => SaleItemEntity, { name: 'upsell_decisions_sale_item_id_fkey' })
  saleItemId: string | null;

  @Column('bigint', { name: 'charge_attempt_id', nullable: true })
  @ForeignKey(() => ChargeAttemptEntity, { name: 'upsell_decisions_charge_attempt_id_fkey' })
  chargeAttemptId: string | null;

  /** The terms, their digest and the method that the customer chose. */
  @Column('jsonb', { nullable: true })
  agreed: object | null;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'decided_at' })
  decidedAt: Date;
}
