import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import type { CartItem } from '../objects/records.js';
import { computeUnitPrice } from '../objects/product-objects.js';
import type { CountryCode } from '../objects/wire-types.js';
import { Carts, type PricedCart } from './carts.js';

type Preview = DodoPayments.CheckoutSessionPreviewResponse;

/** What a cart would cost: the same computation as of the session that sells it. There are no taxes here. */
@Injectable()
export class CheckoutPreviews {
  constructor(@Inject(Carts) private readonly carts: Carts) {}

  /** @throws Dodo's 404 and 422 for a cart that cannot be sold */
  preview(cart: readonly CartItem[], country: CountryCode, trialDays: number | null): Preview {
    const priced = this.carts.price(cart, trialDays);
    const breakup = { discount: 0, subtotal: priced.amount, tax: 0, total_amount: priced.amount };
    return {
      billing_country: country,
      currency: priced.currency,
      current_breakup: breakup,
      is_byop: false,
      payment_method_required: true,
      product_cart: toItems(priced),
      total_price: priced.amount,
      total_tax: 0,
      recurring_breakup: priced.kind === 'subscription' ? toRecurring(this.carts.price(cart, 0).amount) : null,
    };
  }
}

const toRecurring = (amount: number) => ({ discount: 0, subtotal: amount, tax: 0, total_amount: amount });

const toItems = ({ items, currency }: PricedCart): Preview['product_cart'] =>
  items.map(({ product, item }) => {
    const unit = computeUnitPrice(product, item);
    return {
      credit_entitlements: [],
      currency,
      discounted_price: unit * item.quantity,
      is_subscription: product.is_recurring,
      is_usage_based: false,
      meters: [],
      name: product.name ?? null,
      og_currency: currency,
      og_price: unit * item.quantity,
      product_id: product.product_id,
      quantity: item.quantity,
      tax: 0,
      tax_category: product.tax_category,
      tax_inclusive: product.price.tax_inclusive ?? false,
      tax_rate: 0,
    };
  });
