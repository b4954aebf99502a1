import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { computeFigures, type EventCount } from './analytics.js';

const counted = (type: EventCount['type'], count: number, currency: string | null = null, amount = 0): EventCount => ({
  type,
  count,
  currency,
  amount,
});

describe('computeFigures', () => {
  test('nothing happened', () => {
    expect(computeFigures([])).toEqual({
      impressions: 0,
      accepts: 0,
      declines: 0,
      failures: 0,
      fallbacks: 0,
      expiries: 0,
      paid: 0,
      takeRate: null,
      revenue: [],
    });
  });

  test('what was accepted and not paid is no revenue', () => {
    const figures = computeFigures([counted('impression', 4), counted('accept', 2, 'BRL', 200)]);
    expect(figures).toMatchObject({ impressions: 4, accepts: 2, takeRate: 0, revenue: [] });
  });

  test('currencies stay apart, and what went back is taken off', () => {
    const figures = computeFigures([
      counted('impression', 3),
      counted('paid', 1, 'USD', 1_000),
      counted('paid', 2, 'BRL', 500),
      counted('refund', 1, 'BRL', 100),
    ]);
    expect(figures.takeRate).toBe(1);
    expect(figures.revenue).toEqual([
      { currency: 'BRL', gross: 500, refunded: 100, net: 400, perImpression: 133.33 },
      { currency: 'USD', gross: 1_000, refunded: 0, net: 1_000, perImpression: 333.33 },
    ]);
  });

  test('money that moved without an impression in the period has no rate', () => {
    const [revenue] = computeFigures([counted('refund', 1, 'BRL', 100)]).revenue;
    expect(revenue).toEqual({ currency: 'BRL', gross: 0, refunded: 100, net: -100, perImpression: null });
  });

  test('whatever is counted: the parts of a group give the same figures as the whole', () => {
    const any = fc.record({
      type: fc.constantFrom('impression', 'accept', 'decline', 'failure', 'fallback', 'expiry', 'paid', 'refund'),
      count: fc.nat(1_000),
      currency: fc.constantFrom('BRL', 'USD'),
      amount: fc.nat(1_000_000),
    } as const);
    fc.assert(
      fc.property(fc.array(any), (counts) => {
        const merged = new Map<string, EventCount>();
        for (const item of counts) {
          const known = merged.get(item.type + item.currency);
          const [count, amount] = [item.count + (known?.count ?? 0), item.amount + (known?.amount ?? 0)];
          merged.set(item.type + item.currency, { ...item, count, amount });
        }
        expect(computeFigures([...merged.values()])).toEqual(computeFigures(counts));
      }),
    );
  });
});
