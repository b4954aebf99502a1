import type { CartItem, SavedMethod } from './records.js';
import type { BillingAddress, Customer, Metadata, Payment, Product } from './wire-types.js';

/** What a checkout knows about the subscription that it has to start. */
export interface SubscriptionOrder {
  readonly checkout: string;
  readonly customer: Customer;
  readonly product: Product;
  readonly item: CartItem;
  /** Null: a free trial that asks for no card. */
  readonly method: SavedMethod | null;
  readonly billing: BillingAddress;
  readonly metadata: Metadata;
  /** Null: the product's own. */
  readonly trialDays: number | null;
  /** As of a payment: false for one click. */
  readonly isPresent: boolean;
  readonly returnUrl: string | null;
}

/**
 * Makes a subscription, takes its first payment and sends what belongs to both. The payment that comes back may have
 * failed; whoever is present may then try again, which is another subscription.
 */
export abstract class SubscriptionStarter {
  abstract start(order: SubscriptionOrder): Payment;
  /** What the first payment will take, in minor units. */
  abstract firstAmount(order: Pick<SubscriptionOrder, 'product' | 'item' | 'trialDays'>): number;
}
