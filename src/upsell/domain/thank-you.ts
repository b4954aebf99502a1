import type { Money } from '../../billing-providers/index.js';
import type { SaleItem } from './sale-item.js';

/** What a customer is shown of a sale's items: of several tries to buy one offer, the last. */
export const chooseShownItems = (items: readonly SaleItem[]): SaleItem[] =>
  items.filter(
    (item, position) => !items.slice(position + 1).some((later) => later.kind === item.kind && isSameTry(later, item)),
  );

const isSameTry = (one: SaleItem, other: SaleItem): boolean =>
  one.offerId === other.offerId && one.stepPosition === other.stepPosition;

/** What was paid and not given back, in each currency. Minor units. */
export function computeTotals(items: readonly SaleItem[]): Money[] {
  const totals = new Map<string, number>();
  for (const { status, currency, amount, refundedAmount } of items) {
    if (status !== 'paid' && status !== 'refunded') continue;
    totals.set(currency, (totals.get(currency) ?? 0) + amount - refundedAmount);
  }
  return [...totals].map(([currency, amount]) => ({ amount, currency }));
}
