import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { OfferEntity } from '../../catalog/index.js';
import { PlanQuoteEntity } from '../../subscription/index.js';
import type { SaleItem, SaleItemStatus } from '../domain/sale-item.js';
import { SaleEntity } from './sale.entity.js';

/** What was bought first, and each upsell that was tried after it. */
@Entity('sale_items')
@Unique('sale_items_uuid_key', ['uuid'])
@Index('sale_items_main_key', ['saleId'], { unique: true, where: `kind = 'main'` })
@Index('sale_items_sale_id_idx', ['saleId'])
@Index('sale_items_payment_idx', ['providerPaymentId'])
@Index('sale_items_plan_quote_id_idx', ['planQuoteId'], { where: 'plan_quote_id IS NOT NULL' })
@Check('sale_items_kind_check', `kind = ANY (ARRAY['main'::text, 'upsell'::text])`)
@Check('sale_items_step_check', `(kind = 'upsell'::text) = (step_position IS NOT NULL)`)
@Check(
  'sale_items_status_check',
  `status = ANY (ARRAY['pending'::text, 'paid'::text, 'failed'::text, 'expired'::text, 'refunded'::text])`,
)
@Check('sale_items_amount_check', 'amount >= 0')
@Check('sale_items_currency_check', `currency ~ '^[A-Z]{3}$'::text`)
@Check('sale_items_refunded_amount_check', `refunded_amount >= 0 AND refunded_amount <= amount`)
export class SaleItemEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'sale_items_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'sale_id' })
  @ForeignKey(() => SaleEntity, { name: 'sale_items_sale_id_fkey' })
  saleId: string;

  @Column('text')
  kind: SaleItem['kind'];

  @Column('bigint', { name: 'offer_id' })
  @ForeignKey(() => OfferEntity, { name: 'sale_items_offer_id_fkey' })
  offerId: string;

  @Column('integer', { name: 'step_position', nullable: true })
  stepPosition: number | null;

  /** As it was called when it was bought. */
  @Column('text')
  name: string;

  /** Minor units of `currency`. */
  @Column('bigint')
  amount: string;

  @Column('text')
  currency: string;

  @Column('text', { default: 'pending' })
  status: SaleItemStatus;

  /** Minor units of `currency`, all refunds together. */
  @Column('bigint', { name: 'refunded_amount', default: 0 })
  refundedAmount: string;

  @Column('text', { name: 'provider_payment_id', nullable: true })
  providerPaymentId: string | null;

  /** Of an upgrade: what it was agreed to by. */
  @Column('bigint', { name: 'plan_quote_id', nullable: true })
  @ForeignKey(() => PlanQuoteEntity, { name: 'sale_items_plan_quote_id_fkey' })
  planQuoteId: string | null;

  /** By the provider's dispute id: open, won, lost. */
  @Column('jsonb', { default: {} })
  disputes: SaleItem['disputes'];

  @Column('timestamptz', { name: 'paid_at', nullable: true })
  paidAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
