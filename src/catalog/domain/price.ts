import type { PaymentProvider } from '../../identity/index.js';

export const BILLING_INTERVALS = ['day', 'week', 'month', 'year'] as const;
export type BillingInterval = (typeof BILLING_INTERVALS)[number];

/** A price as the provider has it. */
export interface ProviderPrice {
  readonly provider: PaymentProvider;
  /** Provider's price id, such as `price_...`. */
  readonly providerPriceId: string;
  readonly providerProductId: string | null;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** Minor units of `currency`; 0 is a free plan. */
  readonly unitAmount: number;
  readonly billingInterval: BillingInterval;
  /** Intervals between two invoices. */
  readonly intervalCount: number;
}

/** A price that a plan is mapped to. */
export interface MappedPrice extends ProviderPrice {
  readonly planId: string;
  /** Sold now. */
  readonly isCurrent: boolean;
}

/** What is wrong with a list of prices by itself; the position is that of the later one of two. */
export interface PriceListProblem {
  readonly position: number;
  readonly problem: 'listed_twice' | 'second_of_currency';
}

/** A plan is sold at one price per provider and currency: yearly billing is a plan of its own. */
export function findPriceListProblems(
  prices: readonly Pick<ProviderPrice, 'provider' | 'providerPriceId' | 'currency'>[],
): PriceListProblem[] {
  const ids = new Set<string>();
  const currencies = new Set<string>();
  return prices.flatMap(({ provider, providerPriceId, currency }, position): PriceListProblem[] => {
    const id = `${provider} ${providerPriceId}`;
    const ofCurrency = `${provider} ${currency}`;
    const listedTwice = ids.has(id);
    const secondOfCurrency = currencies.has(ofCurrency);
    ids.add(id);
    currencies.add(ofCurrency);
    if (listedTwice) return [{ position, problem: 'listed_twice' }];
    return secondOfCurrency ? [{ position, problem: 'second_of_currency' }] : [];
  });
}

/** What a new list of prices does to the prices of a plan, or why it may not. */
export type PriceListDecision =
  | {
      readonly outcome: 'applied';
      /** Not among the plan's: to be mapped to it, unless they are another plan's. */
      readonly added: readonly ProviderPrice[];
      /** Known, to be sold from now on; a product id that was missing is filled in. */
      readonly kept: readonly ProviderPrice[];
    }
  | {
      readonly outcome: 'rejected';
      /** Those that are known with another amount, currency, interval or product. */
      readonly changedPriceIds: readonly string[];
    };

/**
 * Decides about a list of prices for a plan. A mapping is for ever, and a provider's price never changes its amount, currency
 * or interval (https://docs.stripe.com/products-prices/manage-prices, "Create price"): whoever sends another amount for the
 * same price id has made a mistake.
 *
 * @param mapped every price of the plan, those sold no more too
 */
export function decidePriceList(listed: readonly ProviderPrice[], mapped: readonly ProviderPrice[]): PriceListDecision {
  const known = new Map(mapped.map((price) => [keyOf(price), price]));
  const changed = listed.filter((price) => !isSamePrice(known.get(keyOf(price)) ?? price, price));
  if (changed.length > 0) return { outcome: 'rejected', changedPriceIds: idsOf(changed) };
  return {
    outcome: 'applied',
    added: listed.filter((price) => !known.has(keyOf(price))),
    kept: listed.filter((price) => known.has(keyOf(price))),
  };
}

/** @returns the provider price ids of `wanted` that `found` does not have */
export function findMissing(wanted: readonly ProviderPrice[], found: readonly ProviderPrice[]): string[] {
  const keys = new Set(found.map(keyOf));
  return idsOf(wanted.filter((price) => !keys.has(keyOf(price))));
}

const keyOf = (price: ProviderPrice): string => `${price.provider} ${price.providerPriceId}`;
const idsOf = (prices: readonly ProviderPrice[]): string[] => prices.map((price) => price.providerPriceId);

/** A product id that one of the two does not say is no difference. */
const isSamePrice = (before: ProviderPrice, after: ProviderPrice): boolean =>
  before.currency === after.currency &&
  before.unitAmount === after.unitAmount &&
  before.billingInterval === after.billingInterval &&
  before.intervalCount === after.intervalCount &&
  (before.providerProductId === null ||
    after.providerProductId === null ||
    before.providerProductId === after.providerProductId);
