import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { ProviderName } from '../../billing-providers/index.js';
import { OfferEntity } from '../../catalog/index.js';
import { ChargeAttemptEntity } from '../../charging/index.js';
import type { Language } from '../../config/index.js';
import { GroupEntity, UserEntity } from '../../identity/index.js';
import type { CrossSellStatus } from '../domain/cross-sell.js';
import { SaleEntity } from './sale.entity.js';
import { UpsellTriggerEntity } from './upsell-trigger.entity.js';

/** One try of an existing customer to buy an offer by itself, outside of any funnel; a paid one has a sale of its own. */
@Entity('cross_sells')
@Unique('cross_sells_uuid_key', ['uuid'])
@Index('cross_sells_pending_key', ['userId', 'offerId'], { unique: true, where: `status = 'pending'` })
@Index('cross_sells_user_id_idx', ['userId', 'offerId'])
@Index('cross_sells_trigger_id_idx', ['triggerId'])
@Check(
  'cross_sells_status_check',
  `status = ANY (ARRAY['pending'::text, 'paid'::text, 'failed'::text, 'expired'::text])`,
)
@Check('cross_sells_sale_check', `(status = 'paid'::text) = (sale_id IS NOT NULL)`)
@Check('cross_sells_amount_check', 'amount >= 0')
@Check('cross_sells_currency_check', `currency ~ '^[A-Z]{3}$'::text`)
export class CrossSellEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'cross_sells_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'cross_sells_user_id_fkey' })
  userId: string;

  @Column('bigint', { name: 'group_id', nullable: true })
  @ForeignKey(() => GroupEntity, { name: 'cross_sells_group_id_fkey' })
  groupId: string | null;

  @Column('bigint', { name: 'offer_id' })
  @ForeignKey(() => OfferEntity, { name: 'cross_sells_offer_id_fkey' })
  offerId: string;

  /** The moment that it was offered at; null where the customer asked for it. */
  @Column('bigint', { name: 'trigger_id', nullable: true })
  @ForeignKey(() => UpsellTriggerEntity, { name: 'cross_sells_trigger_id_fkey' })
  triggerId: string | null;

  @Column('text', { name: 'payment_provider' })
  paymentProvider: ProviderName;

  @Column('text', { name: 'provider_customer_id' })
  providerCustomerId: string;

  /** The saved card that is charged; null on the provider's own page. */
  @Column('text', { name: 'card_id', nullable: true })
  cardId: string | null;

  /** Minor units of `currency`. */
  @Column('bigint')
  amount: string;

  @Column('text')
  currency: string;

  @Column('text')
  language: Language;

  @Column('text', { name: 'return_url' })
  returnUrl: string;

  /** The terms, their digest and the method that was chosen. */
  @Column('jsonb')
  agreed: object;

  @Column('text', { default: 'pending' })
  status: CrossSellStatus;

  @Column('bigint', { name: 'charge_attempt_id', nullable: true })
  @ForeignKey(() => ChargeAttemptEntity, { name: 'cross_sells_charge_attempt_id_fkey' })
  chargeAttemptId: string | null;

  @Column('bigint', { name: 'sale_id', nullable: true })
  @ForeignKey(() => SaleEntity, { name: 'cross_sells_sale_id_fkey' })
  saleId: string | null;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'decided_at' })
  decidedAt: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
