import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { computeInstallments, isAllowedCount } from './installments.js';

describe('computeInstallments', () => {
  const price = { amount: 10_000, currency: 'BRL' };

  it('spreads as far as the offer and the smallest instalment allow', () => {
    expect(computeInstallments(price, { maximum: 12, minimumAmount: 2_500 }, ['BRL'])).toEqual([
      { count: 1, amount: 10_000 },
      { count: 2, amount: 5_000 },
      { count: 3, amount: 3_333 },
      { count: 4, amount: 2_500 },
    ]);
  });

  it.each([
    ['the provider cannot', 'USD', { maximum: 12, minimumAmount: null }],
    ['the offer is not spread', 'BRL', { maximum: 1, minimumAmount: null }],
    ['every instalment would be too small', 'BRL', { maximum: 12, minimumAmount: 6_000 }],
  ])('has nothing to choose where %s', (_why, currency, rules) => {
    expect(computeInstallments({ ...price, currency }, rules, ['BRL'])).toEqual([]);
  });

  it('never charges more than the price, and misses less than one unit per instalment', () => {
    const amounts = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 24 }), (amount, maximum) => {
        const choices = computeInstallments({ amount, currency: 'BRL' }, { maximum, minimumAmount: null }, ['BRL']);
        for (const choice of choices) {
          const rest = amount - choice.amount * choice.count;
          expect(rest >= 0 && rest < choice.count).toBe(true);
        }
      }),
    );
  });

  it('always allows one payment', () => {
    expect([isAllowedCount(1, []), isAllowedCount(2, []), isAllowedCount(2, [{ count: 2, amount: 1 }])]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
