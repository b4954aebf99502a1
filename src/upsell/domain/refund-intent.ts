import { createHash } from 'node:crypto';
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

/**
 * The name of the attempt that a request makes, the same for each of its repetitions: a version 8 UUID (RFC 9562).
 *
 * @param tries how many attempts of the request have failed before
 */
export function computeRefundAttemptUuid(requestId: string, tries: number): string {
  const digest = createHash('sha256').update(`refund:${requestId}:${tries}`).digest('hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
  ];
  return [...parts, digest.slice(20, 32)].join('-');
}
