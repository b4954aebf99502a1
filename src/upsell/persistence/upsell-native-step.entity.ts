import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { MediaFileEntity, OfferEntity, ProductEntity } from '../../catalog/index.js';
import type { StepKind, StepTexts } from '../domain/funnel.js';
import { UpsellFunnelVersionEntity } from './upsell-funnel-version.entity.js';

const KIND_CHECK = `(kind = ANY (ARRAY['one_click'::text, 'multi_offer'::text, 'with_plans'::text, 'pix_or_card'::text,
  'plan_upgrade'::text, 'external'::text]))`;
const POSITION_CHECK = `("position" >= 0)`;
const COUNTDOWN_CHECK = `(countdown_seconds > 0)`;
const EXTERNAL_CHECK = `((kind = 'external'::text) = (external_url IS NOT NULL))`;

/** What the steps of both levels have in common. A trigger refuses every change. */
abstract class UpsellNativeStep {
  @Column({ type: 'uuid' })
  @Generated('uuid')
  uuid: string;

  /** 0 is where customers enter. */
  @Column({ type: 'integer' })
  position: number;

  @Column({ type: 'text' })
  kind: StepKind;

  @Column({ name: 'next_on_accept', type: 'integer', nullable: true })
  nextOnAccept: number | null;

  @Column({ name: 'next_on_decline', type: 'integer', nullable: true })
  nextOnDecline: number | null;

  @Column({ type: 'jsonb', default: {} })
  texts: StepTexts;

  @Column({ name: 'countdown_seconds', type: 'integer', nullable: true })
  countdownSeconds: number | null;

  @Column({ name: 'external_url', type: 'text', nullable: true })
  externalUrl: string | null;
}

/** Steps of funnels at offer level. */
@Entity('upsell_native_offer')
@Unique('upsell_native_offer_uuid_key', ['uuid'])
@Unique('upsell_native_offer_position_key', ['versionId', 'position'])
@Check('upsell_native_offer_kind_check', KIND_CHECK)
@Check('upsell_native_offer_position_check', POSITION_CHECK)
@Check('upsell_native_offer_countdown_seconds_check', COUNTDOWN_CHECK)
@Check('upsell_native_offer_external_url_check', EXTERNAL_CHECK)
export class UpsellNativeOfferEntity extends UpsellNativeStep {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_native_offer_pkey',
  })
  id: string;

  @Column({ name: 'version_id', type: 'bigint' })
  @ForeignKey(() => UpsellFunnelVersionEntity, { name: 'upsell_native_offer_version_id_fkey' })
  versionId: string;

  /** What was bought. */
  @Column({ name: 'offer_id', type: 'bigint' })
  @ForeignKey(() => OfferEntity, { name: 'upsell_native_offer_offer_id_fkey' })
  offerId: string;

  @Column({ name: 'image_sha256', type: 'text', nullable: true })
  @ForeignKey(() => MediaFileEntity, { name: 'upsell_native_offer_image_sha256_fkey' })
  imageSha256: string | null;
}

/** Steps of funnels at product level. */
@Entity('upsell_native_product')
@Unique('upsell_native_product_uuid_key', ['uuid'])
@Unique('upsell_native_product_position_key', ['versionId', 'position'])
@Check('upsell_native_product_kind_check', KIND_CHECK)
@Check('upsell_native_product_position_check', POSITION_CHECK)
@Check('upsell_native_product_countdown_seconds_check', COUNTDOWN_CHECK)
@Check('upsell_native_product_external_url_check', EXTERNAL_CHECK)
export class UpsellNativeProductEntity extends UpsellNativeStep {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_native_product_pkey',
  })
  id: string;

  @Column({ name: 'version_id', type: 'bigint' })
  @ForeignKey(() => UpsellFunnelVersionEntity, { name: 'upsell_native_product_version_id_fkey' })
  versionId: string;

  /** What was bought. */
  @Column({ name: 'product_id', type: 'bigint' })
  @ForeignKey(() => ProductEntity, { name: 'upsell_native_product_product_id_fkey' })
  productId: string;

  @Column({ name: 'image_sha256', type: 'text', nullable: true })
  @ForeignKey(() => MediaFileEntity, { name: 'upsell_native_product_image_sha256_fkey' })
  imageSha256: string | null;
}

/** The offers that a step shows, of either level, in order. A trigger refuses every change. */
@Entity('offers_upsell_native')
@Unique('offers_upsell_native_offer_step_key', ['upsellNativeOfferId', 'position'])
@Unique('offers_upsell_native_product_step_key', ['upsellNativeProductId', 'position'])
@Index('offers_upsell_native_offer_id_idx', ['offerId'])
@Check('offers_upsell_native_step_check', `(num_nonnulls(upsell_native_offer_id, upsell_native_product_id) = 1)`)
export class OffersUpsellNativeEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'offers_upsell_native_pkey',
  })
  id: string;

  @Column({ name: 'upsell_native_offer_id', type: 'bigint', nullable: true })
  @ForeignKey(() => UpsellNativeOfferEntity, { name: 'offers_upsell_native_upsell_native_offer_id_fkey' })
  upsellNativeOfferId: string | null;

  @Column({ name: 'upsell_native_product_id', type: 'bigint', nullable: true })
  @ForeignKey(() => UpsellNativeProductEntity, { name: 'offers_upsell_native_upsell_native_product_id_fkey' })
  upsellNativeProductId: string | null;

  @Column({ name: 'offer_id', type: 'bigint' })
  @ForeignKey(() => OfferEntity, { name: 'offers_upsell_native_offer_id_fkey' })
  offerId: string;

  /** Place among the step's offers, from 0. */
  @Column({ type: 'integer' })
  position: number;
}
