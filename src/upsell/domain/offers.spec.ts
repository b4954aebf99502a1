import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { computeInstallments, isAllowedCount } from './installments.js';
import { computePaymentChoices, isCardExpired, type PaymentSituation } from './methods.js';
import { chooseGroup } from './sale-group.js';
import { toCanonicalText, type Terms } from './terms.js';
import { chooseShownItems, computeTotals } from './thank-you.js';
import type { SaleItem } from './sale-item.js';

const now = new Date('2026-01-15T10:00:00Z');
const CARD = { id: 'pm_1', brand: 'visa', last4: '4242', expiryMonth: 12, expiryYear: 2030 };

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

describe('computePaymentChoices', () => {
  const situation: PaymentSituation = {
    stepKind: 'pix_or_card',
    sells: 'one_time',
    allowedMethods: ['card', 'pix'],
    currency: 'BRL',
    saleMethodKind: 'card',
    cards: [CARD, { ...CARD, id: 'pm_2', expiryYear: 2020 }],
    pixCurrencies: ['BRL'],
    now,
  };
  const kindsOf = (changes: Partial<PaymentSituation>) =>
    computePaymentChoices({ ...situation, ...changes }).map(({ kind }) => kind);

  it.each<[string, Partial<PaymentSituation>, string[]]>([
    ['cards that are good, another card, Pix', {}, ['saved_card', 'new_card', 'pix']],
    ['no saved card after a sale paid by Pix', { saleMethodKind: 'pix' }, ['new_card', 'pix']],
    ['no Pix at a one-click step', { stepKind: 'one_click' }, ['saved_card', 'new_card']],
    ['no Pix in another currency', { currency: 'USD' }, ['saved_card', 'new_card']],
    ['no Pix for a plan', { sells: 'start_plan' }, ['saved_card', 'new_card']],
    ['Pix alone', { allowedMethods: ['pix'] }, ['pix']],
    ['the subscription’s own card', { sells: 'upgrade_plan' }, ['saved_card']],
    ['nothing', { allowedMethods: [] }, []],
  ])('%s', (_what, changes, expected) => {
    expect(kindsOf(changes)).toEqual(expected);
  });

  it('takes a card to the end of its month', () => {
    const card = { expiryMonth: 1, expiryYear: 2026 };
    expect(isCardExpired(card, new Date('2026-01-31T23:59:59Z'))).toBe(false);
    expect(isCardExpired(card, new Date('2026-02-01T00:00:00Z'))).toBe(true);
    expect(isCardExpired({ expiryMonth: 12, expiryYear: 2025 }, now)).toBe(true);
  });
});

describe('toCanonicalText', () => {
  const terms: Terms = {
    offer: { uuid: 'o', name: 'Presets', description: null, sellingPoints: ['a', 'b'] },
    amount: 1_900,
    currency: 'USD',
    interval: null,
    tax: 'included',
    language: 'en',
    funnel: { uuid: 'f', version: 3 },
    step: { uuid: 's', headline: 'More?', body: null, acceptLabel: null, declineLabel: null },
    quote: null,
  };

  it('is one text whatever the order of the members', () => {
    const reversed = Object.fromEntries(Object.entries(terms).toReversed()) as unknown as Terms;
    expect(toCanonicalText(reversed)).toBe(toCanonicalText(terms));
  });

  it.each<[string, Terms]>([
    ['the amount', { ...terms, amount: 1_901 }],
    ['the currency', { ...terms, currency: 'BRL' }],
    ['the interval', { ...terms, interval: { unit: 'month', count: 1 } }],
    ['a text', { ...terms, offer: { ...terms.offer, name: 'Preset' } }],
    ['the order of the selling points', { ...terms, offer: { ...terms.offer, sellingPoints: ['b', 'a'] } }],
    ['the language', { ...terms, language: 'vi' }],
    ['the version', { ...terms, funnel: { uuid: 'f', version: 4 } }],
    ['the step', { ...terms, step: { ...terms.step, uuid: 't' } }],
    ['a label', { ...terms, step: { ...terms.step, acceptLabel: 'Yes' } }],
    ['a quote', { ...terms, quote: { uuid: 'q', amount: 1, currency: 'USD' } }],
  ])('is another text when %s is another', (_what, changed) => {
    expect(toCanonicalText(changed)).not.toBe(toCanonicalText(terms));
  });
});

describe('chooseGroup', () => {
  const [one, two] = [{ externalId: 'one' }, { externalId: 'two' }];

  it.each([
    ['the one that is named', [one, two], 'two', two],
    ['the only one', [one], null, one],
    ['none of several', [one, two], null, undefined],
    ['none that is not the user’s', [one], 'two', undefined],
    ['none', [], null, undefined],
  ])('chooses %s', (_which, groups, named, expected) => {
    expect(chooseGroup(groups, named)).toBe(expected);
  });
});

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
