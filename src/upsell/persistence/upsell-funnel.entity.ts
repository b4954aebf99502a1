import { Check, Column, Entity, ForeignKey, Generated, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { OfferEntity, ProductEntity } from '../../catalog/index.js';
import type { FunnelDraft } from '../domain/funnel.js';
import { UpsellFunnelVersionEntity } from './upsell-funnel-version.entity.js';

/** What is offered after one offer, or after any offer of one product: a draft, and which version is current. */
@Entity('upsell_funnels')
@Unique('upsell_funnels_uuid_key', ['uuid'])
@Unique('upsell_funnels_offer_id_key', ['offerId'])
@Unique('upsell_funnels_product_id_key', ['productId'])
@Check('upsell_funnels_scope_check', `(num_nonnulls(offer_id, product_id) = 1)`)
export class UpsellFunnelEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_funnels_pkey',
  })
  id: string;

  @Column({ type: 'uuid' })
  @Generated('uuid')
  uuid: string;

  @Column({ name: 'offer_id', type: 'bigint', nullable: true })
  @ForeignKey(() => OfferEntity, { name: 'upsell_funnels_offer_id_fkey' })
  offerId: string | null;

  @Column({ name: 'product_id', type: 'bigint', nullable: true })
  @ForeignKey(() => ProductEntity, { name: 'upsell_funnels_product_id_fkey' })
  productId: string | null;

  /** Offers by their codes: a draft may name what is not there yet. */
  @Column({ type: 'jsonb' })
  draft: FunnelDraft;

  @Column({ name: 'published_version_id', type: 'bigint', nullable: true })
  @ForeignKey(() => UpsellFunnelVersionEntity, { name: 'upsell_funnels_published_version_id_fkey' })
  publishedVersionId: string | null;

  @Column({ name: 'is_killed', type: 'boolean', default: false })
  isKilled: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}

/** The switch that stops every funnel: one row. */
@Entity('upsell_switch')
@Check('upsell_switch_id_check', `(id = 1)`)
export class UpsellSwitchEntity {
  @PrimaryColumn({ type: 'integer', default: 1, primaryKeyConstraintName: 'upsell_switch_pkey' })
  id: number;

  @Column({ name: 'is_killed', type: 'boolean', default: false })
  isKilled: boolean;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
