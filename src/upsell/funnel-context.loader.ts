import { Injectable } from '@nestjs/common';
import { CatalogService, computeOfferCurrencies, type Offer } from '../catalog/index.js';
import type { Tx } from '../common/database/index.js';
import { Config } from '../config/index.js';
import { PAYMENT_PROVIDERS } from '../identity/index.js';
import type { FunnelContext } from './domain/funnel-check.js';
import type { OfferContext, ShownOffer } from './domain/funnel-check-offers.js';
import type { FunnelDraft, FunnelScope } from './domain/funnel.js';
import { FunnelRepository } from './persistence/funnel.repository.js';

/** Reads what funnels are checked against, as it is now. */
@Injectable()
export class FunnelContextLoader {
  constructor(
    private readonly catalog: CatalogService,
    private readonly funnels: FunnelRepository,
    private readonly config: Config,
  ) {}

  /** For a draft of a funnel with this scope. */
  async load(scope: FunnelScope, { steps }: FunnelDraft, tx?: Tx): Promise<FunnelContext> {
    const offers = await this.catalog.findOffersByCodes([...new Set(steps.flatMap((step) => step.offerCodes))], tx);
    return {
      ...(await this.loadOfferContext(scope, offers.values(), tx)),
      defaultLanguage: this.config.defaultLanguage,
      missingImages: await this.catalog.findMissingImages(
        steps.flatMap((step) => step.image ?? []),
        tx,
      ),
      externalOrigins: [...this.config.upsell.externalOrigins, ...this.config.http.allowedReturnOrigins],
    };
  }

  /** For offers that are shown in a funnel with this scope. */
  async loadOfferContext(scope: FunnelScope, shown: Iterable<Offer>, tx?: Tx): Promise<OfferContext> {
    const bought = await this.loadBought(scope, tx);
    const leading = scope.level === 'offer' ? bought : await this.loadLeading(bought, tx);
    return {
      offers: new Map([...shown].map((offer) => [offer.code, toShownOffer(offer, bought)])),
      currencies: [...new Set(leading.flatMap(currenciesOf))],
    };
  }

  /** The offers of a product whose buyers come into its funnel; all of them where each has a funnel of its own by now. */
  private async loadLeading(offers: readonly Offer[], tx?: Tx): Promise<readonly Offer[]> {
    const active = offers.filter(({ isActive }) => isActive);
    const ids = active.map(({ id }) => id);
    const withOwn = await this.funnels.findOffersWithOwn(ids, tx);
    const leading = active.filter(({ id }) => !withOwn.has(id));
    return leading.length > 0 ? leading : active;
  }

  /** What is bought before the funnel. */
  private async loadBought({ level, id }: FunnelScope, tx?: Tx): Promise<readonly Offer[]> {
    switch (level) {
      case 'offer':
        return [...(await this.catalog.findOffersByIds([id], tx)).values()];
      case 'product':
        return this.catalog.findOffersOfProduct(id, tx);
      default:
        return level satisfies never;
    }
  }
}

const toShownOffer = (offer: Offer, bought: readonly Offer[]): ShownOffer => ({
  code: offer.code,
  kind: offer.kind,
  isActive: offer.isActive && (offer.product?.isActive ?? true),
  allowedMethods: offer.allowedMethods,
  currencies: currenciesOf(offer),
  isBought: bought.some((other) => other.product?.id === offer.product?.id && other.plan?.id === offer.plan?.id),
});

/** At any provider: a shop that sells through several sells the same things at each. */
const currenciesOf = (offer: Offer): readonly string[] =>
  PAYMENT_PROVIDERS.flatMap((provider) => computeOfferCurrencies(offer, provider));
