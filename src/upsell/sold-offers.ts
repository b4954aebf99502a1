import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry, type ProviderName } from '../billing-providers/index.js';
import { CatalogService, type Offer } from '../catalog/index.js';
import type { Tx } from '../common/database/index.js';

/** What was paid, as its provider says it. */
export interface SoldAt {
  readonly provider: ProviderName;
  readonly paymentId: string;
  /** Provider's ids of what was sold; empty where it does not say. */
  readonly priceIds: readonly string[];
}

/** Whether a payment has bought the offer that it names. */
@Injectable()
export class SoldOffers {
  private readonly logger = new Logger(SoldOffers.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly catalog: CatalogService,
  ) {}

  /**
   * Where a provider sells products of its own, what is written on a payment may be the buyer's own words (a payment link takes
   * metadata from its address), and the product is what was paid for: it is believed, and the name is not.
   *
   * @returns undefined when what was sold stands for none of our offers
   */
  async believe(named: Offer, { provider, paymentId, priceIds }: SoldAt, tx?: Tx): Promise<Offer | undefined> {
    const { sellsOwnProducts } = this.providers.get(provider).capabilities;
    if (!sellsOwnProducts || isSoldAs(named, provider, priceIds)) return named;
    const bought = await this.catalog.findOfferByProviderPrices(provider, priceIds, tx);
    this.logger.warn({
      message: 'a payment names an offer that it has not bought',
      provider,
      payment_id: paymentId,
      named_offer: named.code,
      bought_offer: bought?.code,
    });
    return bought;
  }
}

/** A plan is given by its subscription, whatever a sale of it says. */
const isSoldAs = ({ kind, providerPrices }: Offer, provider: ProviderName, priceIds: readonly string[]): boolean =>
  kind === 'plan' ||
  priceIds.length === 0 ||
  providerPrices.some((price) => price.provider === provider && priceIds.includes(price.providerPriceId));
