import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry, type SavedCard } from '../billing-providers/index.js';
import type { OfferMethod } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import type { User } from '../identity/index.js';
import type { CrossSellProspect } from './cross-sell-prospects.js';
import { chooseMethod, type MethodChoice, type MethodJudgement } from './domain/check-cross-sell.js';
import { isFaultOfCard } from './domain/check-method.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import { asked } from './provider-failures.js';
import type { ShownOffer } from './showcase.js';

/** After a card has failed to pay an offer, none is chosen for it by itself within this time. */
const FAILED_CARD_MILLISECONDS = 24 * 3_600_000;

/** What can be sold to a customer, at a price. */
export type Sellable = CrossSellProspect & { readonly shown: ShownOffer };

export interface ChosenMethod {
  readonly judgement: MethodJudgement;
  /** The customer's, as the provider has them now. */
  readonly cards: readonly SavedCard[];
  /** What the provider's own page would take. */
  readonly pageMethods: readonly OfferMethod[];
}

/** Chooses how a cross-sell is paid, by the cards that the provider has at that moment. */
@Injectable()
export class CrossSellMethods {
  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly crossSells: CrossSellRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param customerId at the provider; undefined: they are none there yet, and have no card
   * @throws ApplicationError provider_unavailable, provider_refused
   */
  async choose(
    user: User,
    { offer, shown, provider: name }: Sellable,
    customerId: string | undefined,
    wish: MethodChoice['wish'],
  ): Promise<ChosenMethod> {
    const provider = this.providers.get(name);
    const cards = customerId === undefined ? [] : await asked(provider.listPaymentMethods(customerId));
    const { currency } = shown.price;
    const { pix } = provider.capabilities;
    const pageMethods = offer.allowedMethods.filter((method) => method === 'card' || pix.includes(currency));
    const now = this.clock.now();
    const since = new Date(now.getTime() - FAILED_CARD_MILLISECONDS);
    const hasFailed = (await this.crossSells.findCardFailures(user.id, offer.id, since)).some(isFaultOfCard);
    const { allowedMethods } = offer;
    const judgement = chooseMethod({ currency, now, allowedMethods, pageMethods, cards, hasFailed, wish });
    return { judgement, cards, pageMethods };
  }
}
