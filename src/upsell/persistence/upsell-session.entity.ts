import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { ChargeFailureCode, SavedCard } from '../../billing-providers/index.js';
import { ChargeAttemptEntity } from '../../charging/index.js';
import { UserEntity } from '../../identity/index.js';
import type { SessionStatus } from '../domain/session.js';
import { SaleEntity } from './sale.entity.js';
import { SaleItemEntity } from './sale-item.entity.js';
import { UpsellFunnelVersionEntity } from './upsell-funnel-version.entity.js';

/** A customer's way through a funnel; one per sale. */
@Entity('upsell_sessions')
@Unique('upsell_sessions_uuid_key', ['uuid'])
@Unique('upsell_sessions_sale_id_key', ['saleId'])
@Index('upsell_sessions_open_idx', ['expiresAt'], { where: `status = ANY (ARRAY['open'::text, 'charging'::text])` })
@Check(
  'upsell_sessions_status_check',
  `status = ANY (ARRAY['open'::text, 'charging'::text, 'completed'::text, 'expired'::text, 'killed'::text])`,
)
@Check(
  'upsell_sessions_step_check',
  `(status = ANY (ARRAY['open'::text, 'charging'::text])) = (step_position IS NOT NULL)`,
)
@Check('upsell_sessions_charging_check', `(status = 'charging'::text) = (charge_attempt_id IS NOT NULL)`)
@Check('upsell_sessions_closed_check', `(status = ANY (ARRAY['open'::text, 'charging'::text])) = (closed_at IS NULL)`)
export class UpsellSessionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_sessions_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'sale_id' })
  @ForeignKey(() => SaleEntity, { name: 'upsell_sessions_sale_id_fkey' })
  saleId: string;

  /** The sale's main item. */
  @Column('bigint', { name: 'sale_item_id' })
  @ForeignKey(() => SaleItemEntity, { name: 'upsell_sessions_sale_item_id_fkey' })
  saleItemId: string;

  @Column('bigint', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'upsell_sessions_user_id_fkey' })
  userId: string;

  @Column('bigint', { name: 'version_id' })
  @ForeignKey(() => UpsellFunnelVersionEntity, { name: 'upsell_sessions_version_id_fkey' })
  versionId: string;

  @Column('text', { default: 'open' })
  status: SessionStatus;

  /** Null when it is over. */
  @Column('integer', { name: 'step_position', nullable: true })
  stepPosition: number | null;

  /** What of the step's offers could be shown when the customer came to it. */
  @Column('bigint', { name: 'offered_offer_ids', array: true, default: '{}' })
  offeredOfferIds: string[];

  /** From the step's first impression on, by `Clock`. */
  @Column('timestamptz', { name: 'step_expires_at', nullable: true })
  stepExpiresAt: Date | null;

  @Column('bigint', { name: 'charge_attempt_id', nullable: true })
  @ForeignKey(() => ChargeAttemptEntity, { name: 'upsell_sessions_charge_attempt_id_fkey' })
  chargeAttemptId: string | null;

  @Column('text', { name: 'last_failure', nullable: true })
  lastFailure: ChargeFailureCode | null;

  /** Cards that the provider kept when it was asked; null: not asked yet. */
  @Column('jsonb', { nullable: true })
  methods: SavedCard[] | null;

  @Column('text', { name: 'redirect_url', nullable: true })
  redirectUrl: string | null;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
