import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { PaymentProvider } from '../../identity/index.js';
import type { OfferProviderPrice } from '../domain/offer.js';

interface OfferPriceRow {
  readonly offer_id: string;
  readonly provider: PaymentProvider;
  readonly provider_price_id: string;
}

/** Which offer a provider's price stands for. */
@Injectable()
export class OfferPriceRepository {
  constructor(private readonly database: Database) {}

  /** @returns by our id of the offer, in the order in which they were last listed as the price that is sold; offers without one are left out */
  async findOfOffers(offerIds: readonly string[], tx?: Tx): Promise<ReadonlyMap<string, OfferProviderPrice[]>> {
    const rows = await (tx ?? this.database).query<OfferPriceRow>(
      `SELECT offer_id, provider, provider_price_id FROM offer_provider_prices
        WHERE offer_id = ANY ($1::bigint[]) ORDER BY coalesce(listed_again, id)`,
      [offerIds],
    );
    const byOffer = new Map<string, OfferProviderPrice[]>();
    for (const row of rows) byOffer.set(row.offer_id, [...(byOffer.get(row.offer_id) ?? []), fromRow(row)]);
    return byOffer;
  }

  /**
   * Maps the prices to the offer, for ever; those that are already its own stay as they are. They are written in one order,
   * so that two offers that want the same prices do not wait for each other.
   *
   * @returns the provider's ids of those that are another offer's
   */
  async insert(tx: Tx, offerId: string, prices: readonly OfferProviderPrice[]): Promise<string[]> {
    if (prices.length === 0) return [];
    const listed = [prices.map((price) => price.provider), prices.map((price) => price.providerPriceId)];
    await tx.query(
      `INSERT INTO offer_provider_prices (offer_id, provider, provider_price_id)
       SELECT $1, listed.* FROM unnest($2::text[], $3::text[]) AS listed (provider, price_id)
        ORDER BY listed.provider, listed.price_id
       ON CONFLICT ON CONSTRAINT offer_provider_prices_provider_price_key DO NOTHING`,
      [offerId, ...listed],
    );
    // A statement of its own: it sees what another transaction has committed while the insert waited for it.
    const taken = await tx.query<OfferPriceRow>(
      `SELECT offer_id, provider, provider_price_id FROM offer_provider_prices
        WHERE offer_id <> $1 AND (provider, provider_price_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
      [offerId, ...listed],
    );
    return taken.map((row) => row.provider_price_id);
  }

  /** From now on the offer is sold as these prices of its own, at most one of each provider. Its row is locked. */
  async updateSold(tx: Tx, offerId: string, prices: readonly OfferProviderPrice[]): Promise<void> {
    if (prices.length === 0) return;
    await tx.query(
      `UPDATE offer_provider_prices sold
          SET listed_again = nextval(pg_get_serial_sequence('offer_provider_prices', 'id'))
        WHERE sold.offer_id = $1 AND (sold.provider, sold.provider_price_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
          AND EXISTS (SELECT FROM offer_provider_prices later
                       WHERE (later.offer_id, later.provider) = (sold.offer_id, sold.provider)
                         AND coalesce(later.listed_again, later.id) > coalesce(sold.listed_again, sold.id))`,
      [offerId, prices.map((price) => price.provider), prices.map((price) => price.providerPriceId)],
    );
  }
}

const fromRow = (row: OfferPriceRow): OfferProviderPrice => ({
  provider: row.provider,
  providerPriceId: row.provider_price_id,
});
