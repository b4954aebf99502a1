import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { computeRefundItems } from './refund-items.js';

const line = (items_id: string, refundable_amount: number) => ({ items_id, refundable_amount });
const LINES = [line('pdt_1', 3_000), line('pdt_2', 0), line('pdt_3', 1_000)];

describe('a refund of a part', () => {
  it.each([
    [1_000, [{ item_id: 'pdt_1', amount: 1_000, tax_inclusive: true }]],
    [3_000, [{ item_id: 'pdt_1', amount: 3_000, tax_inclusive: true }]],
    [
      3_500,
      [
        { item_id: 'pdt_1', amount: 3_000, tax_inclusive: true },
        { item_id: 'pdt_3', amount: 500, tax_inclusive: true },
      ],
    ],
    [4_001, undefined],
    [0, undefined],
  ])('of %d', (amount, items) => {
    expect(computeRefundItems(LINES, amount)).toEqual(items);
  });

  it('comes to what was asked for, and takes of no item more than it has', () => {
    const lines = fc.array(fc.nat(10_000), { maxLength: 5 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 60_000 }), (amounts, amount) => {
        const items = computeRefundItems(
          amounts.map((each, index) => line(`pdt_${index}`, each)),
          amount,
        );
        const available = amounts.reduce((sum, each) => sum + each, 0);
        expect(items === undefined).toBe(amount > available);
        expect(items?.reduce((sum, item) => sum + (item.amount ?? 0), 0) ?? amount).toBe(amount);
        for (const item of items ?? []) {
          expect(item.amount).toBeLessThanOrEqual(amounts[Number(item.item_id.slice('pdt_'.length))] as number);
          expect(item.amount).toBeGreaterThan(0);
        }
      }),
    );
  });
});
