import { toInvoiceLine } from '../objects/invoice-objects.js';
import type { InvoiceLine, Price, SubscriptionItem } from '../objects/wire-types.js';

interface Period {
  readonly start: number;
  readonly end: number;
}

const nameOf = (price: Price, quantity: number): string => `${quantity} × ${price.nickname ?? price.product}`;

export const amountOf = (item: { readonly price: Price; readonly quantity?: number | undefined }): number =>
  (item.price.unit_amount ?? 0) * (item.quantity ?? 1);

/** The full price of one period of each item. */
export const computePeriodLines = (subscription: string, items: readonly SubscriptionItem[]): InvoiceLine[] =>
  items.map((item) =>
    toInvoiceLine({
      price: item.price,
      quantity: item.quantity ?? 1,
      amount: amountOf(item),
      period: { start: item.current_period_start, end: item.current_period_end },
      description: nameOf(item.price, item.quantity ?? 1),
      subscription,
      subscriptionItem: item.id,
      proration: false,
    }),
  );

export const computeTrialLines = (subscription: string, items: readonly SubscriptionItem[]): InvoiceLine[] =>
  computePeriodLines(subscription, items).map((line) => ({
    ...line,
    amount: 0,
    subtotal: 0,
    description: `Trial period for ${line.description}`,
  }));

const share = (amount: number, at: number, { start, end }: Period): number =>
  Math.round((amount * Math.max(0, end - at)) / (end - start));

/** What is given back for the rest of the period of an item, to the second. */
export const computeCredit = (subscription: string, item: SubscriptionItem, at: number): InvoiceLine =>
  prorationLine(subscription, item, at, -1, `Unused time on ${nameOf(item.price, item.quantity ?? 1)}`);

/** What the rest of the period of an item costs, to the second. */
export const computeRemainder = (subscription: string, item: SubscriptionItem, at: number): InvoiceLine =>
  prorationLine(subscription, item, at, 1, `Remaining time on ${nameOf(item.price, item.quantity ?? 1)}`);

function prorationLine(subscription: string, item: SubscriptionItem, at: number, sign: 1 | -1, description: string) {
  const period = { start: item.current_period_start, end: item.current_period_end };
  // `+ 0` keeps a zero from becoming minus zero.
  return toInvoiceLine({
    price: item.price,
    quantity: item.quantity ?? 1,
    amount: sign * share(amountOf(item), at, period) + 0,
    period: { start: at, end: period.end },
    description,
    subscription,
    subscriptionItem: item.id,
    proration: true,
  });
}
