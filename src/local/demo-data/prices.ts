import type { Caller } from './caller.js';
import { createProduct, listProductIds } from './dodo-products.js';
import { ensurePrice } from './stripe-prices.js';

/** What is sold, in words of no provider. */
export interface Sold {
  readonly lookupKey: string;
  readonly name: string;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** Minor units. */
  readonly unitAmount: number;
  /** Of a plan; without one it is paid once. */
  readonly interval?: 'month';
}

/** By what a provider knows the thing that is sold: `provider_price_id` in the catalogue. */
export interface SoldAt {
  readonly provider: 'stripe' | 'dodo';
  readonly priceId: string;
  readonly productId: string;
}

/** Makes prices at the providers, or finds those that are there. */
export class Prices {
  private dodoProducts?: Promise<ReadonlyMap<string, string>>;

  constructor(
    private readonly stripe: Caller,
    private readonly dodo: Caller,
  ) {}

  async ensureAtStripe({ lookupKey, name, currency, unitAmount, interval }: Sold): Promise<SoldAt> {
    const wanted = { lookupKey, productName: name, currency: currency.toLowerCase(), unitAmount, interval };
    const { id, product } = await ensurePrice(this.stripe, wanted);
    return { provider: 'stripe', priceId: id, productId: product };
  }

  async ensureAtDodo({ lookupKey, name, currency, unitAmount, interval }: Sold): Promise<SoldAt> {
    const known = await (this.dodoProducts ??= listProductIds(this.dodo));
    const wanted = { lookupKey, name, currency, unitAmount, ...(interval ? { interval: 'Month' as const } : {}) };
    const id = known.get(lookupKey) ?? (await createProduct(this.dodo, wanted));
    return { provider: 'dodo', priceId: id, productId: id };
  }
}
