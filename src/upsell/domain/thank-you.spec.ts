import { describe, expect, it } from 'vitest';
import type { SaleItem } from './sale-item.js';
import { chooseShownItems, computeTotals } from './thank-you.js';

describe('the thank-you page', () => {
  const item = (changes: Partial<SaleItem>): SaleItem =>
    ({
      kind: 'upsell',
      offerId: '1',
      stepPosition: 0,
      status: 'paid',
      amount: 100,
      refundedAmount: 0,
      currency: 'USD',
      ...changes,
    }) as SaleItem;

  it('shows the last try of each offer', () => {
    const main = item({ kind: 'main', stepPosition: null });
    const [failed, paid, other] = [item({ status: 'failed' }), item({}), item({ offerId: '2', status: 'expired' })];
    expect(chooseShownItems([main, failed, paid, other])).toEqual([main, paid, other]);
  });

  it('adds up what was paid and not given back, by currency', () => {
    const items = [
      item({}),
      item({ amount: 900, refundedAmount: 200 }),
      item({ status: 'refunded', amount: 50, refundedAmount: 50 }),
      item({ status: 'pending', amount: 7 }),
      item({ currency: 'BRL', amount: 4_990 }),
    ];
    expect(computeTotals(items)).toEqual([
      { amount: 800, currency: 'USD' },
      { amount: 4_990, currency: 'BRL' },
    ]);
  });
});
