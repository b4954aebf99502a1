import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decidePriceList, findMissing, findPriceListProblems, type MappedPrice, type ProviderPrice } from './price.js';

const price = (providerPriceId: string, changes: Partial<ProviderPrice> = {}): ProviderPrice => ({
  provider: 'stripe',
  providerPriceId,
  providerProductId: null,
  currency: 'USD',
  unitAmount: 2_900,
  billingInterval: 'month',
  intervalCount: 1,
  ...changes,
});
const mapped = (planId: string, from: ProviderPrice, isCurrent = true): MappedPrice => ({ ...from, planId, isCurrent });

describe('findPriceListProblems', () => {
  test.each<[string, ProviderPrice[], ReturnType<typeof findPriceListProblems>]>([
    ['nothing listed', [], []],
    ['one price per currency', [price('a'), price('b', { currency: 'EUR' })], []],
    ['two of a currency', [price('a'), price('b')], [{ position: 1, problem: 'second_of_currency' }]],
    ['one price twice', [price('a'), price('a')], [{ position: 1, problem: 'listed_twice' }]],
    [
      'one price under two currencies',
      [price('a'), price('a', { currency: 'EUR' })],
      [{ position: 1, problem: 'listed_twice' }],
    ],
  ])('%s', (_what, prices, expected) => {
    expect(findPriceListProblems(prices)).toEqual(expected);
  });
});

describe('decidePriceList', () => {
  test('unknown prices are added, known ones kept', () => {
    const [a, b] = [price('a'), price('b', { currency: 'EUR' })];
    expect(decidePriceList('1', [a, b], [mapped('1', a, false)])).toEqual({
      outcome: 'applied',
      added: [b],
      kept: [a],
    });
  });

  test('prices of the plan that are not listed are neither: they stay mapped and are sold no more', () => {
    expect(decidePriceList('1', [], [mapped('1', price('a'))])).toEqual({ outcome: 'applied', added: [], kept: [] });
  });

  test('a price of another plan is taken, sold there or not', () => {
    for (const isCurrent of [true, false]) {
      const decision = decidePriceList('1', [price('a'), price('b')], [mapped('2', price('b'), isCurrent)]);
      expect(decision).toEqual({ outcome: 'rejected', reason: 'price_taken', providerPriceIds: ['b'] });
    }
  });

  test.each<[string, Partial<ProviderPrice>]>([
    ['amount', { unitAmount: 3_000 }],
    ['currency', { currency: 'EUR' }],
    ['interval', { billingInterval: 'year' }],
    ['interval count', { intervalCount: 3 }],
    ['product', { providerProductId: 'prod_2' }],
  ])('another %s of a known price is refused by name', (_what, changes) => {
    const before = price('a', { providerProductId: 'prod_1' });
    expect(decidePriceList('1', [{ ...before, ...changes }], [mapped('1', before)])).toEqual({
      outcome: 'rejected',
      reason: 'price_immutable',
      providerPriceIds: ['a'],
    });
  });

  test('a product that one side does not say is no difference', () => {
    const [said, unsaid] = [price('a', { providerProductId: 'prod_1' }), price('a')];
    expect(decidePriceList('1', [said], [mapped('1', unsaid)])).toMatchObject({ outcome: 'applied', kept: [said] });
    expect(decidePriceList('1', [unsaid], [mapped('1', said)])).toMatchObject({ outcome: 'applied', kept: [unsaid] });
  });

  test('whatever is stored: taken comes before changed, and the rest is added or kept, in the order listed', () => {
    const prices = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 });
    const stored = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.record({ planId: fc.constantFrom('1', '2'), isCurrent: fc.boolean(), unitAmount: fc.constantFrom(0, 2_900) }),
    );
    fc.assert(
      fc.property(prices, stored, (ids, byId) => {
        const listed = ids.map((id) => price(id));
        const known = Object.entries(byId).map(([id, { planId, isCurrent, unitAmount }]) =>
          mapped(planId, price(id, { unitAmount }), isCurrent),
        );
        const isTaken = (id: string) => byId[id]?.planId === '2';
        const isChanged = (id: string) => byId[id] !== undefined && byId[id].unitAmount !== 2_900;
        const rejected = (reason: string, wrong: (id: string) => boolean) => ({
          outcome: 'rejected',
          reason,
          providerPriceIds: ids.filter(wrong),
        });
        const applied = {
          outcome: 'applied',
          added: listed.filter(({ providerPriceId }) => byId[providerPriceId] === undefined),
          kept: listed.filter(({ providerPriceId }) => byId[providerPriceId] !== undefined),
        };
        const otherwise = ids.some(isChanged) ? rejected('price_immutable', isChanged) : applied;
        const expected = ids.some(isTaken) ? rejected('price_taken', isTaken) : otherwise;
        expect(decidePriceList('1', listed, known)).toEqual(expected);
      }),
    );
  });
});

test('findMissing', () => {
  expect(findMissing([price('a'), price('b')], [price('b')])).toEqual(['a']);
  expect(findMissing([price('a')], [price('a', { currency: 'EUR' })])).toEqual([]);
});
