import type { SaleItem } from './sale-item.js';

/**
 * What a refund is a refund of: the item, from what was refunded before on. Two at once are one; the next after it is another.
 */
export const toRefundIntent = (item: Pick<SaleItem, 'uuid' | 'refundedAmount'>): string =>
  `refund:${item.uuid}:${item.refundedAmount}`;

/**
 * All that is refunded once a refund has succeeded, in minor units. The provider's own event says the total too, and may come
 * first: adding to what is stored could count it twice.
 */
export function computeRefundedTotal(refund: { readonly intentKey: string; readonly amount: number }): number {
  const before = Number(refund.intentKey.slice(refund.intentKey.lastIndexOf(':') + 1));
  if (!Number.isSafeInteger(before)) throw new Error(`${refund.intentKey} is no refund's intent`);
  return before + refund.amount;
}
