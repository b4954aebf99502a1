import { Injectable } from '@nestjs/common';
import {
  CatalogService,
  computePlanPrice,
  translateOffer,
  translateProduct,
  type Offer,
  type OfferPrice,
} from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import type { Language } from '../config/index.js';
import type { Sale } from './domain/sale.js';
import type { SaleItem } from './domain/sale-item.js';
import { chooseShownItems, computeTotals } from './domain/thank-you.js';
import type { RenewalView, ThankYouItemView, ThankYouView } from './domain/view.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import type { Caller } from './refusals.js';
import { upsellPath } from './upsell-links.js';
import { ViewService } from './view.service.js';
import { Visits } from './visits.js';

/** What the page at the end of every way shows: what was bought, and how the customer gets it. */
@Injectable()
export class ThankYouService {
  constructor(
    private readonly visits: Visits,
    private readonly views: ViewService,
    private readonly catalog: CatalogService,
    private readonly items: SaleItemRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws ApplicationError upsell_session_not_found */
  async show(caller: Caller): Promise<ThankYouView> {
    const { sale, session, boughtUuid } = await this.visits.find(caller.ticket, caller.offerUuid);
    const language = sale.language ?? caller.language;
    const items = chooseShownItems(await this.items.findOfSales([sale.id]));
    const offers = await this.catalog.findOffersByIds([...new Set(items.map(({ offerId }) => offerId))]);
    const pending = session ? await this.views.showPending(session) : null;
    return {
      language,
      sale: { id: sale.uuid, status: sale.status, is_closed: sale.closedAt !== null },
      items: items.map((item) => toItemView(sale, item, offers.get(item.offerId), language)),
      totals: computeTotals(items),
      pending,
      resume_url: pending ? upsellPath(boughtUuid) : null,
      return_url: sale.returnUrl,
      server_time: this.clock.now().toISOString(),
    };
  }
}

function toItemView(sale: Sale, item: SaleItem, offer: Offer | undefined, language: Language): ThankYouItemView {
  const texts = offer?.product ? translateProduct(offer.product, language) : undefined;
  return {
    name: offer ? translateOffer(offer, language).name : item.name,
    kind: item.kind,
    status: item.status,
    amount: item.amount,
    currency: item.currency,
    delivery: texts?.delivery ?? null,
    image: offer?.image ?? offer?.product?.image ?? null,
    renewal: offer?.plan
      ? toRenewalView(computePlanPrice(offer, { provider: sale.provider, currency: item.currency }))
      : null,
  };
}

function toRenewalView(price: OfferPrice | undefined): RenewalView | null {
  return price?.interval ? { amount: price.amount, currency: price.currency, interval: price.interval } : null;
}
