import type { Customer } from '../customers.js';
import type { Language } from '../texts/index.js';
import type { Recorder, Result } from './call.js';

/** Something that the shop sells, as a payment provider knows it. */
export interface ProviderPrice {
  /** By what a checkout sells it. */
  readonly id: string;
  readonly lookupKey: string;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** Minor units. */
  readonly unitAmount: number;
}

export interface CheckoutOrder {
  readonly customerId: string;
  readonly priceId: string;
  readonly methods: readonly ('card' | 'pix')[];
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly language: Language;
}

/** What a checkout is claimed by afterwards. */
export interface OpenedCheckout {
  readonly checkoutId: string;
  readonly url: string;
}

/** The payment provider's API, as the shop itself uses it for its own checkout: Uplift has no part in that. */
export interface ProviderClient {
  /** Which ways of paying its checkout has in that currency, of those that the shop would like. */
  methodsOf(wanted: readonly ('card' | 'pix')[]): readonly ('card' | 'pix')[];
  findPrices(lookupKeys: readonly string[], record: Recorder): Promise<Result<readonly ProviderPrice[]>>;
  /** The provider's id of the customer, made when there is none. */
  ensureCustomer(customer: Customer, record: Recorder): Promise<Result<string>>;
  /** The card is kept, so that the customer can say yes to an upsell with one click. */
  openCheckout(order: CheckoutOrder, record: Recorder): Promise<Result<OpenedCheckout>>;
}

/** The answer with another body, where it is one. */
export const mapBody = <From, To>(result: Result<From>, map: (body: From) => To): Result<To> =>
  result.ok ? { ...result, body: map(result.body) } : result;
