import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { PaymentMethodKind, ProviderName } from '../../billing-providers/index.js';
import { OfferEntity } from '../../catalog/index.js';
import type { Language } from '../../config/index.js';
import { GroupEntity, UserEntity } from '../../identity/index.js';
import type { SaleSource, SaleStatus } from '../domain/sale.js';

/** A paid purchase at the merchant's own checkout; a payment is one sale, whoever tells of it. */
@Entity('sales')
@Unique('sales_uuid_key', ['uuid'])
@Unique('sales_payment_key', ['paymentProvider', 'providerPaymentId'])
@Index('sales_user_id_idx', ['userId'])
@Check('sales_status_check', `status = ANY (ARRAY['approved'::text, 'extended'::text, 'finalized'::text])`)
@Check(
  'sales_source_check',
  `source = ANY (ARRAY['checkout'::text, 'payment'::text, 'claim'::text, 'cross_sell'::text])`,
)
@Check('sales_method_kind_check', `method_kind = ANY (ARRAY['card'::text, 'pix'::text, 'other'::text])`)
@Check('sales_amount_check', 'amount >= 0')
@Check('sales_currency_check', `currency ~ '^[A-Z]{3}$'::text`)
export class SaleEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'sales_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('text', { name: 'payment_provider' })
  paymentProvider: ProviderName;

  @Column('text', { name: 'provider_payment_id' })
  providerPaymentId: string;

  @Column('text', { name: 'provider_checkout_id', nullable: true })
  providerCheckoutId: string | null;

  @Column('text', { name: 'provider_customer_id', nullable: true })
  providerCustomerId: string | null;

  @Column('bigint', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'sales_user_id_fkey' })
  userId: string;

  @Column('bigint', { name: 'group_id', nullable: true })
  @ForeignKey(() => GroupEntity, { name: 'sales_group_id_fkey' })
  groupId: string | null;

  @Column('bigint', { name: 'offer_id' })
  @ForeignKey(() => OfferEntity, { name: 'sales_offer_id_fkey' })
  offerId: string;

  /** Minor units of `currency`. */
  @Column('bigint')
  amount: string;

  @Column('text')
  currency: string;

  @Column('text', { name: 'method_kind' })
  methodKind: PaymentMethodKind;

  @Column('text', { default: 'approved' })
  status: SaleStatus;

  @Column('text')
  source: SaleSource;

  @Column('text', { nullable: true })
  language: Language | null;

  @Column('text', { name: 'return_url', nullable: true })
  returnUrl: string | null;

  /** By the provider's clock. */
  @Column('timestamptz', { name: 'paid_at' })
  paidAt: Date;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
