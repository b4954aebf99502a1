import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { PaymentProvider } from '../../identity/index.js';
import type { Offer } from '../domain/offer.js';
import { offerFromRow, SELECT_OFFER, type OfferRow } from './offer-row.js';

/** Offers with what they sell and its current prices: each method is one query. */
@Injectable()
export class OfferRepository {
  constructor(private readonly database: Database) {}

  /** Every offer, by code. */
  async findAll(): Promise<Offer[]> {
    return this.select('ORDER BY offer.code', []);
  }

  /** @param uuid a UUID; anything else is an error of the database */
  async findByUuid(uuid: string, tx?: Tx): Promise<Offer | undefined> {
    return (await this.select('WHERE offer.uuid = $1', [uuid], tx))[0];
  }

  findByIds(ids: readonly string[], tx?: Tx): Promise<Offer[]> {
    return this.select('WHERE offer.id = ANY ($1::bigint[])', [ids], tx);
  }

  findByCodes(codes: readonly string[], tx?: Tx): Promise<Offer[]> {
    return this.select('WHERE offer.code = ANY ($1::text[])', [codes], tx);
  }

  /** The offer of the first of these prices that stands for one. */
  async findByProviderPrices(
    provider: PaymentProvider,
    priceIds: readonly string[],
    tx?: Tx,
  ): Promise<Offer | undefined> {
    const offers = await this.select(
      `WHERE offer.id = (SELECT mapped.offer_id FROM offer_provider_prices mapped
                          WHERE mapped.provider = $1 AND mapped.provider_price_id = ANY ($2::text[])
                          ORDER BY array_position($2::text[], mapped.provider_price_id) LIMIT 1)`,
      [provider, priceIds],
      tx,
    );
    return offers[0];
  }

  private async select(rest: string, parameters: readonly unknown[], tx?: Tx): Promise<Offer[]> {
    const rows = await (tx ?? this.database).query<OfferRow>(`${SELECT_OFFER} ${rest}`, parameters);
    return rows.map(offerFromRow);
  }
}
