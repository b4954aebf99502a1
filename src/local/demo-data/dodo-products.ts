import { json, type Caller, type Json } from './caller.js';

/** What a product of Dodo Payments costs stands in the product itself: it plays the part that a price plays at Stripe. */
export interface WantedProduct {
  /** Kept in the product's metadata, because Dodo Payments has no keys to look products up by. */
  readonly lookupKey: string;
  readonly name: string;
  /** Upper case, as Dodo Payments writes it. */
  readonly currency: string;
  /** Minor units. */
  readonly unitAmount: number;
  /** Of a plan; without one the product is paid once. */
  readonly interval?: 'Month';
}

interface ListedProduct {
  readonly product_id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const LOOKUP_KEY = 'lookup_key';
/** The largest page that there is. The demonstration has fewer products than that. */
const PAGE_SIZE = 100;
/** A subscription period that is no longer than one payment's ends after the first one. */
const SUBSCRIPTION_YEARS = 20;

/** Ids of the products at the provider, by lookup key. */
export async function listProductIds(dodo: Caller): Promise<ReadonlyMap<string, string>> {
  const { items } = (await dodo('GET', `/products?page_number=0&page_size=${PAGE_SIZE}`)) as unknown as {
    items: readonly ListedProduct[];
  };
  return new Map(items.map(({ metadata, product_id: id }) => [String(metadata[LOOKUP_KEY]), id]));
}

/** @returns the new product's id */
export async function createProduct(dodo: Caller, wanted: WantedProduct): Promise<string> {
  const product = await dodo(
    'POST',
    '/products',
    json({
      name: wanted.name,
      tax_category: 'saas',
      metadata: { [LOOKUP_KEY]: wanted.lookupKey },
      price: toPrice(wanted),
    }),
  );
  return String(product.product_id);
}

function toPrice({ currency, unitAmount, interval }: WantedProduct): Json {
  const shared = { currency, price: unitAmount, discount: 0, purchasing_power_parity: false, tax_inclusive: true };
  if (!interval) return { type: 'one_time_price', ...shared };
  return {
    type: 'recurring_price',
    ...shared,
    payment_frequency_count: 1,
    payment_frequency_interval: interval,
    subscription_period_count: SUBSCRIPTION_YEARS,
    subscription_period_interval: 'Year',
  };
}
