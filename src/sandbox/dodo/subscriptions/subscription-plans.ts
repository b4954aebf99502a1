import { Inject, Injectable } from '@nestjs/common';
import { DodoStore } from '../objects/dodo-store.js';
import { computeUnitPrice } from '../objects/product-objects.js';
import { toMoment } from '../objects/moments.js';
import type { PaymentLine } from '../objects/records.js';
import type { Product, RecurringPrice, Subscription } from '../objects/wire-types.js';
import { invalidBody, notFound, refused } from '../wire/dodo-error.js';
import { boundaryAt } from './rules/calendar.js';
import { recurringAmountOf, type BilledItem, type BilledPlan, type ProrationLine } from './rules/proration.js';
import { frequencyOf, frequencyOfSubscription, periodOf } from './subscription-objects.js';
import { termsOf, type PlanTerms } from './subscription-records.js';

/** A plan as it can be sold: its product, its recurring price, and what a period of it bills. */
export interface SellablePlan {
  readonly product: Product;
  readonly price: RecurringPrice;
  readonly billed: BilledPlan;
}

/** Looks up what terms mean in the catalogue. */
@Injectable()
export class SubscriptionPlans {
  constructor(@Inject(DodoStore) private readonly store: DodoStore) {}

  /** @throws 404 for a product or an add-on that does not exist, 422 for what cannot be a subscription. */
  read(terms: PlanTerms): SellablePlan {
    const product = this.store.find('product', terms.productId);
    if (!product) throw notFound('Product not found');
    const { price } = product;
    if (price.type !== 'recurring_price')
      throw refused('UNSUPPORTED_ACTION', 'The product is not a subscription product');
    if (terms.quantity < 1) throw invalidBody('quantity must be at least 1');
    const addons = terms.addons.map(({ addon_id: id, quantity }) => this.readAddon(id, quantity, price));
    return {
      product,
      price,
      billed: {
        items: [
          {
            kind: 'subscription',
            id: product.product_id,
            unitPrice: computeUnitPrice(product, { amount: null }),
            quantity: terms.quantity,
          },
          ...addons,
        ],
        frequency: frequencyOf(price),
      },
    };
  }

  /**
   * What a subscription bills now. Its amount was agreed on when it was made: a product that has changed its price since
   * then changes nothing for it.
   */
  ofSubscription(subscription: Subscription): BilledPlan {
    const { quantity, addons } = termsOf(subscription);
    const items = addons.map(({ addon_id: id, quantity: count }): BilledItem => {
      const addon = this.store.get('addon', id);
      return { kind: 'addon', id, unitPrice: addon.price, quantity: count };
    });
    const ofAddons = items.reduce((sum, { unitPrice, quantity: count }) => sum + unitPrice * count, 0);
    const unitPrice = (subscription.recurring_pre_tax_amount - ofAddons) / quantity;
    return {
      items: [{ kind: 'subscription', id: subscription.product_id, unitPrice, quantity }, ...items],
      frequency: frequencyOfSubscription(subscription),
    };
  }

  /** Makes a subscription bill other terms from now on. Period, credit and events are the caller's. */
  switchTo(subscription: Subscription, terms: PlanTerms): void {
    const { price, billed } = this.read(terms);
    const lifetime = periodOf(price);
    Object.assign(subscription, {
      product_id: terms.productId,
      quantity: terms.quantity,
      addons: terms.addons.map((addon) => ({ ...addon })),
      recurring_pre_tax_amount: recurringAmountOf(billed),
      tax_inclusive: price.tax_inclusive ?? false,
      payment_frequency_count: price.payment_frequency_count,
      payment_frequency_interval: price.payment_frequency_interval,
      subscription_period_count: price.subscription_period_count,
      subscription_period_interval: price.subscription_period_interval,
      expires_at: toMoment(boundaryAt(Date.parse(subscription.created_at), lifetime, 1)),
    } satisfies Partial<Subscription>);
  }

  nameOf({ kind, id }: BilledItem): string | null {
    return (kind === 'addon' ? this.store.find('addon', id)?.name : this.store.find('product', id)?.name) ?? null;
  }

  /** The lines of a payment for whole periods. */
  toPaymentLines({ items }: BilledPlan, credits: number): PaymentLine[] {
    const lines = items.map((item) => ({
      id: item.id,
      name: this.nameOf(item),
      amount: item.unitPrice * item.quantity,
      isProrated: false,
    }));
    return withCredits(lines, credits);
  }

  /** The lines of a payment for a change; what the old plan gives back is a line of its own. */
  toProratedLines(lines: readonly ProrationLine[], credits: number): PaymentLine[] {
    const shown = lines.map(({ item, factor, amount }) => ({
      id: item.id,
      name: this.nameOf(item),
      amount,
      isProrated: factor !== 1 || lines.length > 1,
    }));
    return withCredits(shown, credits);
  }

  private readAddon(id: string, quantity: number, price: RecurringPrice): BilledItem {
    const addon = this.store.find('addon', id);
    if (!addon) throw refused('MISSING_ADDON_IDS', `One or more product IDs do not exist: ${id}`);
    if (quantity < 1) throw invalidBody('addons.quantity must be at least 1');
    if (addon.currency !== price.currency)
      throw refused('UNSUPPORTED_CURRENCY', 'The addon has another currency than the product');
    return { kind: 'addon', id, unitPrice: addon.price, quantity };
  }
}

/**
 * The lines of a payment add up to what was paid. One that credit paid a part of cannot be refunded by the line: more
 * would come back than the card gave.
 */
const withCredits = (lines: PaymentLine[], credits: number): PaymentLine[] =>
  credits === 0
    ? lines
    : [
        ...lines.map((line) => ({ ...line, isProrated: true })),
        { id: 'credits', name: 'Credits', amount: credits, isProrated: true },
      ];
