import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { OfferEntity } from './offer.entity.js';

/** A price of a provider that stands for an offer, for ever: by it a payment at the merchant's own checkout is recognised. */
@Entity('offer_provider_prices')
@Unique('offer_provider_prices_provider_price_key', ['provider', 'providerPriceId'])
@Index('offer_provider_prices_offer_id_idx', ['offerId'])
@Check('offer_provider_prices_provider_check', `provider = ANY (ARRAY['stripe'::text, 'dodo'::text])`)
export class OfferProviderPriceEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'offer_provider_prices_pkey',
  })
  id: string;

  @Column({ name: 'offer_id', type: 'bigint' })
  @ForeignKey(() => OfferEntity, { name: 'offer_provider_prices_offer_id_fkey' })
  offerId: string;

  @Column({ type: 'text' })
  provider: string;

  @Column({ name: 'provider_price_id', type: 'text' })
  providerPriceId: string;

  /** A later number of `id`'s sequence: since then the offer is sold as this price once more. */
  @Column({ name: 'listed_again', type: 'bigint', nullable: true })
  listedAgain: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
