import type { DodoPayments } from 'dodopayments';

interface Line {
  readonly items_id: string;
  /** What can still be given back of it; minor units. */
  readonly refundable_amount: number;
}

/**
 * Spreads an amount over the items of a payment, in their order, tax included.
 *
 * @param amount minor units
 * @returns undefined when less than that can be given back
 */
export function computeRefundItems(
  lines: readonly Line[],
  amount: number,
): DodoPayments.RefundCreateParams.Item[] | undefined {
  let left = amount;
  const items: DodoPayments.RefundCreateParams.Item[] = [];
  for (const { items_id: itemId, refundable_amount: refundable } of lines) {
    const share = Math.min(left, refundable);
    if (share <= 0) continue;
    items.push({ item_id: itemId, amount: share, tax_inclusive: true });
    left -= share;
  }
  return left === 0 && items.length > 0 ? items : undefined;
}
