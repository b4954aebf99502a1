import type { SaleItem } from './sale-item.js';

export type RefundCheck =
  | { readonly isPossible: true; readonly paymentId: string }
  /** `reason`: a sentence for developers, in English. */
  | { readonly isPossible: false; readonly reason: string };

type Refundable = Pick<SaleItem, 'status' | 'amount' | 'refundedAmount' | 'currency' | 'providerPaymentId'>;

/** @param amount minor units of the item's currency; undefined: all that is left */
export function checkRefund(item: Refundable, amount: number | undefined): RefundCheck {
  const left = item.amount - item.refundedAmount;
  if (item.status === 'refunded') return refuse('All of this item was refunded before.');
  if (item.status !== 'paid') return refuse(`This item is not paid: it is ${item.status}.`);
  if (item.providerPaymentId === null || left <= 0) return refuse('No money was taken for this item.');
  if ((amount ?? left) > left) {
    return refuse(`No more than ${left} of ${item.amount} is left to refund, in minor units of ${item.currency}.`);
  }
  return { isPossible: true, paymentId: item.providerPaymentId };
}

const refuse = (reason: string): RefundCheck => ({ isPossible: false, reason });
