import { Inject, Injectable } from '@nestjs/common';
import { DodoStore } from '../objects/dodo-store.js';
import { computeUnitPrice } from '../objects/product-objects.js';
import type { CartItem, PaymentLine } from '../objects/records.js';
import { SubscriptionStarter } from '../objects/subscription-starter.js';
import type { Currency, Product } from '../objects/wire-types.js';
import { invalidParameters, notFound, refused } from '../wire/dodo-error.js';

const MAXIMUM_ITEMS = 20;
/** Minor units; docs: $0.50. */
const MINIMUM_AMOUNT = 50;

interface PricedItem {
  readonly product: Product;
  readonly item: CartItem;
}

/** A cart with what it costs now, in minor units. */
export type PricedCart =
  | {
      readonly kind: 'one_time';
      readonly items: readonly PricedItem[];
      readonly lines: readonly PaymentLine[];
      readonly amount: number;
      readonly currency: Currency;
    }
  | {
      readonly kind: 'subscription';
      readonly items: readonly [PricedItem];
      readonly amount: number;
      readonly currency: Currency;
    };

/** What is in a cart and what it costs. Prices are the merchant's: nobody says an amount but where the product allows it. */
@Injectable()
export class Carts {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(SubscriptionStarter) private readonly subscriptions: SubscriptionStarter,
  ) {}

  /** @throws Dodo's 404 and 422 for a cart that cannot be sold */
  price(cart: readonly CartItem[], trialDays: number | null): PricedCart {
    const items = this.find(cart);
    const [first] = items;
    if (!first) throw refused('PRODUCT_CART_EMTPY', 'Product cart cannot be empty');
    const { currency } = first.product.price;
    if (items.some(({ product }) => product.price.currency !== currency))
      throw invalidParameters('The sandbox sells one currency at a time: adaptive pricing is off');
    const priced = items.some(({ product }) => product.is_recurring)
      ? this.priceSubscription(items, currency, trialDays)
      : this.priceOnce(items, currency);
    if (priced.amount > 0 && priced.amount < MINIMUM_AMOUNT)
      throw refused(
        'TOTAL_PAYMENT_AMOUNT_BELOW_MINIMUM_AMOUNT',
        'Minimum amount of $0.50 is required to process payment',
      );
    return priced;
  }

  private find(cart: readonly CartItem[]): PricedItem[] {
    if (cart.length > MAXIMUM_ITEMS) throw invalidParameters('Product cart can have a maximum of 20 items');
    return cart.map((item) => {
      const product = this.store.find('product', item.product_id);
      if (!product) throw notFound(`Product ${item.product_id} not found`);
      return { product, item };
    });
  }

  private priceOnce(items: readonly PricedItem[], currency: Currency): PricedCart {
    const lines = items.map(({ product, item }) => ({
      id: product.product_id,
      name: product.name ?? null,
      amount: computeUnitPrice(product, item) * item.quantity,
      isProrated: false,
    }));
    return { kind: 'one_time', items, lines, amount: lines.reduce((sum, { amount }) => sum + amount, 0), currency };
  }

  private priceSubscription(items: readonly PricedItem[], currency: Currency, trialDays: number | null): PricedCart {
    const [first, ...others] = items;
    if (!first || others.length > 0)
      throw refused('UNSUPPORTED_ACTION', 'The sandbox starts one subscription at a time, and nothing beside it');
    return {
      kind: 'subscription',
      items: [first],
      amount: this.subscriptions.firstAmount({ ...first, trialDays }),
      currency,
    };
  }
}
