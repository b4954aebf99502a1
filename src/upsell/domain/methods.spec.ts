import { describe, expect, it } from 'vitest';
import { computePaymentChoices, type PaymentSituation } from './methods.js';

const now = new Date('2026-01-15T10:00:00Z');
const CARD = {
  id: 'pm_1',
  brand: 'visa',
  last4: '4242',
  expiryMonth: 12,
  expiryYear: 2030,
  fingerprint: 'one',
  isReusable: true,
};

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
    ['Pix first and no saved card after a sale paid by Pix', { saleMethodKind: 'pix' }, ['pix', 'new_card']],
    ['no Pix at a one-click step', { stepKind: 'one_click' }, ['saved_card', 'new_card']],
    ['no Pix in another currency', { currency: 'USD' }, ['saved_card', 'new_card']],
    ['no Pix for a plan', { sells: 'start_plan' }, ['saved_card', 'new_card']],
    ['Pix alone', { allowedMethods: ['pix'] }, ['pix']],
    ['the subscription’s own card', { sells: 'upgrade_plan' }, ['saved_card']],
    ['nothing', { allowedMethods: [] }, []],
  ])('%s', (_what, changes, expected) => {
    expect(kindsOf(changes)).toEqual(expected);
  });

  it('shows a card that was saved several times once, as its first that is good; others, and unknown ones, stay', () => {
    const cards = [
      { ...CARD, id: 'expired', expiryYear: 2020 },
      { ...CARD, id: 'first' },
      { ...CARD, id: 'second' },
      { ...CARD, id: 'another', fingerprint: 'two' },
      { ...CARD, id: 'unknown', fingerprint: null },
      { ...CARD, id: 'unknown as well', fingerprint: null },
    ];
    const choices = computePaymentChoices({ ...situation, cards });
    expect(choices.flatMap((choice) => (choice.kind === 'saved_card' ? [choice.cardId] : []))).toEqual([
      'first',
      'another',
      'unknown',
      'unknown as well',
    ]);
  });
});
