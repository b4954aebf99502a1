import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { decidePriceList, findMissing, findPriceListProblems, type ProviderPrice } from './price.js';

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
    expect(decidePriceList([a, b], [a])).toEqual({ outcome: 'applied', added: [b], kept: [a] });
  });

  test('prices of the plan that are not listed are neither: they stay mapped and are sold no more', () => {
    expect(decidePriceList([], [price('a')])).toEqual({ outcome: 'applied', added: [], kept: [] });
  });

  test.each<[string, Partial<ProviderPrice>]>([
    ['amount', { unitAmount: 3_000 }],
    ['currency', { currency: 'EUR' }],
    ['interval', { billingInterval: 'year' }],
    ['interval count', { intervalCount: 3 }],
    ['product', { providerProductId: 'prod_2' }],
  ])('another %s of a known price is refused by name', (_what, changes) => {
    const before = price('a', { providerProductId: 'prod_1' });
    const listed = [price('b', { currency: 'VND' }), { ...before, ...changes }];
    expect(decidePriceList(listed, [before])).toEqual({ outcome: 'rejected', changedPriceIds: ['a'] });
  });

  test('a product that one side does not say is no difference', () => {
    const [said, unsaid] = [price('a', { providerProductId: 'prod_1' }), price('a')];
    expect(decidePriceList([said], [unsaid])).toEqual({ outcome: 'applied', added: [], kept: [said] });
    expect(decidePriceList([unsaid], [said])).toEqual({ outcome: 'applied', added: [], kept: [unsaid] });
  });

  test('whatever is known: every changed price is named, or the list is added and kept whole and in its order', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
    const amounts = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom(0, 2_900));
    fc.assert(
      fc.property(ids, amounts, (listedIds, amountById) => {
        const listed = listedIds.map((id) => price(id));
        const known = Object.entries(amountById).map(([id, unitAmount]) => price(id, { unitAmount }));
        const changed = listedIds.filter((id) => amountById[id] === 0);
        const applied = {
          outcome: 'applied',
          added: listed.filter(({ providerPriceId }) => amountById[providerPriceId] === undefined),
          kept: listed.filter(({ providerPriceId }) => amountById[providerPriceId] === 2_900),
        };
        const expected = changed.length > 0 ? { outcome: 'rejected', changedPriceIds: changed } : applied;
        expect(decidePriceList(listed, known)).toEqual(expected);
      }),
    );
  });
});

test('findMissing', () => {
  expect(findMissing([price('a'), price('b')], [price('b')])).toEqual(['a']);
  expect(findMissing([price('a')], [price('a', { currency: 'EUR' })])).toEqual([]);
});
