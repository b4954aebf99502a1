import { BUSINESS_ID, newId } from './identifiers.js';
import { toMoment } from './moments.js';
import type { CartItem } from './records.js';
import type { Metadata, Price, Product } from './wire-types.js';
import { refused } from '../wire/dodo-error.js';
import type { DodoPayments } from 'dodopayments';

interface ProductFields {
  readonly name: string;
  readonly price: Price;
  readonly tax_category: Product['tax_category'];
  readonly description?: string | null | undefined;
  readonly metadata?: Metadata | undefined;
  readonly addons?: string[] | null | undefined;
}

/** `now` in milliseconds. */
export const toProduct = (fields: ProductFields, now: number): Product => ({
  addons: fields.addons ?? null,
  brand_id: BUSINESS_ID,
  business_id: BUSINESS_ID,
  created_at: toMoment(now),
  credit_entitlements: [],
  description: fields.description ?? null,
  entitlements: [],
  image: null,
  is_recurring: fields.price.type !== 'one_time_price',
  license_key_enabled: false,
  metadata: fields.metadata ?? {},
  name: fields.name,
  price: fields.price,
  product_id: newId('product'),
  tax_category: fields.tax_category,
  updated_at: toMoment(now),
});

export const toProductListItem = (product: Product): DodoPayments.ProductListResponse => ({
  business_id: product.business_id,
  created_at: product.created_at,
  currency: product.price.currency,
  description: product.description ?? null,
  entitlements: [],
  image: null,
  is_recurring: product.is_recurring,
  metadata: product.metadata,
  name: product.name ?? null,
  price: product.price.type === 'usage_based_price' ? product.price.fixed_price : product.price.price,
  price_detail: product.price,
  product_id: product.product_id,
  tax_category: product.tax_category,
  tax_inclusive: product.price.tax_inclusive ?? false,
  updated_at: product.updated_at,
});

/**
 * What one piece of a cart costs, in minor units, after the product's own discount. Of a product whose buyer chooses the
 * price its `price` is the least.
 * @throws Dodo's 422 where the buyer has to choose and did not, or chose too little.
 */
export function computeUnitPrice({ price }: Product, { amount }: Pick<CartItem, 'amount'>): number {
  if (price.type === 'usage_based_price')
    throw refused('UNSUPPORTED_ACTION', 'The sandbox does not imitate usage based prices');
  if (price.type === 'one_time_price' && price.pay_what_you_want) {
    const chosen = amount ?? price.suggested_price ?? null;
    if (chosen === null)
      throw refused('PAY_AS_YOU_WANT_AMOUNT_REQUIRED', 'Amount is mandatory for pay as you want product');
    if (chosen < price.price)
      throw refused(
        'REQUEST_AMOUNT_BELOW_MINIMUM',
        'Amount cannot be less than minimum amount specified for the product',
      );
    return chosen;
  }
  const basisPoints = price.discount_bps ?? (price.discount ?? 0) * 100;
  return price.price - Math.round((price.price * basisPoints) / 10_000);
}
