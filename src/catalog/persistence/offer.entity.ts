import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Offer, OfferKind, OfferMethod } from '../domain/offer.js';
import { MediaFileEntity } from './media-file.entity.js';
import { PackagePlanEntity } from './package-plan.entity.js';
import { ProductEntity } from './product.entity.js';

/** What a customer is asked to buy: a product at a price of its own, or a plan at what the plan is sold at. */
@Entity('offers')
@Unique('offers_uuid_key', ['uuid'])
@Unique('offers_code_key', ['code'])
@Index('offers_product_id_idx', ['productId'])
@Index('offers_package_plan_id_idx', ['packagePlanId'])
@Check('offers_kind_check', `(kind = ANY (ARRAY['one_time'::text, 'plan'::text]))`)
@Check(
  'offers_subject_check',
  `(((kind = 'one_time'::text) = (product_id IS NOT NULL)) AND ((kind = 'plan'::text) = (package_plan_id IS NOT NULL)))`,
)
@Check(
  'offers_price_check',
  `(((kind = 'one_time'::text) = (unit_amount IS NOT NULL)) AND ((kind = 'one_time'::text) = (currency IS NOT NULL)))`,
)
@Check('offers_currency_check', `(currency ~ '^[A-Z]{3}$'::text)`)
@Check('offers_unit_amount_check', `(unit_amount > 0)`)
@Check(
  'offers_allowed_methods_check',
  `((cardinality(allowed_methods) > 0) AND (allowed_methods <@ ARRAY['card'::text, 'pix'::text]))`,
)
@Check('offers_maximum_installments_check', `((maximum_installments >= 1) AND (maximum_installments <= 24))`)
@Check('offers_minimum_installment_amount_check', `(minimum_installment_amount > 0)`)
export class OfferEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'offers_pkey',
  })
  id: string;

  @Column({ type: 'uuid' })
  @Generated('uuid')
  uuid: string;

  @Column({ type: 'text' })
  code: string;

  @Column({ type: 'text' })
  kind: OfferKind;

  @Column({ name: 'product_id', type: 'bigint', nullable: true })
  @ForeignKey(() => ProductEntity, { name: 'offers_product_id_fkey' })
  productId: string | null;

  @Column({ name: 'package_plan_id', type: 'bigint', nullable: true })
  @ForeignKey(() => PackagePlanEntity, { name: 'offers_package_plan_id_fkey' })
  packagePlanId: string | null;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ name: 'selling_points', type: 'text', array: true, default: '{}' })
  sellingPoints: string[];

  @Column({ name: 'image_sha256', type: 'text', nullable: true })
  @ForeignKey(() => MediaFileEntity, { name: 'offers_image_sha256_fkey' })
  imageSha256: string | null;

  /** By language: name, description, selling_points. */
  @Column({ type: 'jsonb', default: {} })
  translations: Offer['translations'];

  /** ISO 4217, upper case. */
  @Column({ type: 'text', nullable: true })
  currency: string | null;

  /** Minor units of `currency`. */
  @Column({ name: 'unit_amount', type: 'bigint', nullable: true })
  unitAmount: string | null;

  @Column({ name: 'allowed_methods', type: 'text', array: true })
  allowedMethods: OfferMethod[];

  @Column({ name: 'maximum_installments', type: 'integer', default: 1 })
  maximumInstallments: number;

  /** Minor units of `currency`. */
  @Column({ name: 'minimum_installment_amount', type: 'bigint', nullable: true })
  minimumInstallmentAmount: string | null;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
