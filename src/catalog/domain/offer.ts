import type { Language } from '../../config/index.js';
import type { PaymentProvider } from '../../identity/index.js';
import type { Plan } from './plan.js';
import type { BillingInterval, MappedPrice } from './price.js';
import type { Product } from './product.js';

export type OfferKind = 'one_time' | 'plan';

export const OFFER_METHODS = ['card', 'pix'] as const;
export type OfferMethod = (typeof OFFER_METHODS)[number];

/** Texts of an offer in one language; what is missing is said in the offer's own words. Members as in the API. */
export interface OfferTranslation {
  readonly name?: string;
  readonly description?: string;
  readonly selling_points?: readonly string[];
}

/** What a customer is asked to buy: a product at a price of its own, or a plan at what the plan is sold at now. */
export interface Offer {
  /** Our id (`offers.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly code: string;
  readonly kind: OfferKind;
  /** Of a `one_time` offer. */
  readonly product: Product | null;
  /** Of a `plan` offer. */
  readonly plan: Plan | null;
  readonly name: string;
  readonly description: string | null;
  readonly sellingPoints: readonly string[];
  /** Path on this service: `/media/<sha256>`. */
  readonly image: string | null;
  readonly translations: Readonly<Partial<Record<Language, OfferTranslation>>>;
  /** ISO 4217, upper case; null for a plan, whose prices have theirs. */
  readonly currency: string | null;
  /** Minor units of `currency`; null for a plan. */
  readonly unitAmount: number | null;
  readonly allowedMethods: readonly OfferMethod[];
  /** 1: the whole amount at once. */
  readonly maximumInstallments: number;
  /** Minor units of `currency`: no instalment is smaller. */
  readonly minimumInstallmentAmount: number | null;
  readonly isActive: boolean;
  /** What the plan is sold at now, by provider and currency; none for a product. */
  readonly planPrices: readonly MappedPrice[];
  /** Prices at providers that stand for the offer, the one that was listed last first: of a provider's, that one is sold. */
  readonly providerPrices: readonly OfferProviderPrice[];
}

/** A provider's price that stands for an offer: in a checkout of the merchant's own, and where a provider sells only its products. */
export interface OfferProviderPrice {
  readonly provider: PaymentProvider;
  readonly providerPriceId: string;
}

export interface OfferPrice {
  /** Minor units of `currency`; 0 for a free plan. */
  readonly amount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** The provider's price of a plan; null for what is bought once. */
  readonly priceId: string | null;
  /** What the provider is told to sell: a plan's price; of what is bought once, null where the provider takes an amount. */
  readonly productPriceId: string | null;
  /** How often a plan is billed; null for what is bought once. */
  readonly interval: { readonly unit: BillingInterval; readonly count: number } | null;
}

/**
 * What the offer costs now, for a sale at this provider in this currency.
 *
 * @param place `sellsOwnProducts`: the provider sells nothing that is not a product there
 * @returns undefined where it is not sold in that currency: amounts are never converted; nor where the provider has no product
 *   for it
 */
export function computeOfferPrice(
  offer: Offer,
  place: { readonly provider: PaymentProvider; readonly currency: string; readonly sellsOwnProducts: boolean },
): OfferPrice | undefined {
  if (offer.kind === 'one_time') {
    if (offer.currency !== place.currency || offer.unitAmount === null) return undefined;
    const mapped = offer.providerPrices.find(({ provider }) => provider === place.provider)?.providerPriceId;
    if (place.sellsOwnProducts && mapped === undefined) return undefined;
    const productPriceId = place.sellsOwnProducts ? (mapped ?? null) : null;
    return { amount: offer.unitAmount, currency: offer.currency, priceId: null, productPriceId, interval: null };
  }
  return computePlanPrice(offer, place);
}

/** What the offer's plan costs a period now, of a provider and currency. @returns undefined where it is not sold there */
export function computePlanPrice(
  offer: Offer,
  place: { readonly provider: PaymentProvider; readonly currency: string },
): OfferPrice | undefined {
  const price = offer.planPrices.find(
    (candidate) =>
      candidate.isCurrent && candidate.provider === place.provider && candidate.currency === place.currency,
  );
  return (
    price && {
      amount: price.unitAmount,
      currency: price.currency,
      priceId: price.providerPriceId,
      productPriceId: price.providerPriceId,
      interval: { unit: price.billingInterval, count: price.intervalCount },
    }
  );
}

/** Of prices as an administrator lists them, those that are sold: the last of each provider's. */
export function findSoldPrices(listed: readonly OfferProviderPrice[]): readonly OfferProviderPrice[] {
  return [...new Map(listed.map((price) => [price.provider, price])).values()];
}

/** The currencies that the offer is sold in at this provider now (ISO 4217, upper case), each once. */
export function computeOfferCurrencies(offer: Offer, provider: PaymentProvider): readonly string[] {
  if (offer.kind === 'one_time') return offer.currency === null ? [] : [offer.currency];
  const prices = offer.planPrices.filter((price) => price.isCurrent && price.provider === provider);
  return [...new Set(prices.map((price) => price.currency))];
}

export interface OfferTexts {
  readonly name: string;
  readonly description: string | null;
  readonly sellingPoints: readonly string[];
}

/** The offer in a customer's language, text by text; its own words where no translation is known. */
export function translateOffer(offer: Offer, language: Language): OfferTexts {
  const translation = offer.translations[language];
  return {
    name: translation?.name ?? offer.name,
    description: translation?.description ?? offer.description,
    sellingPoints: translation?.selling_points ?? offer.sellingPoints,
  };
}
