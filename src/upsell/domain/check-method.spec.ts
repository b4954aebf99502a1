import { describe, expect, it } from 'vitest';
import { findMethodProblems, isChargeable, isFaultOfCard } from './check-method.js';

const now = new Date('2026-01-31T23:59:59Z');
const CARD = {
  id: 'pm_1',
  brand: 'visa',
  last4: '4242',
  expiryMonth: 1,
  expiryYear: 2026,
  fingerprint: null,
  isReusable: true,
};

describe('whether a saved card can be charged', () => {
  it('is to the end of its month, in any currency', () => {
    expect(findMethodProblems(CARD, { currency: 'USD', now })).toEqual([]);
    expect(isChargeable(CARD, { currency: undefined, now })).toBe(true);
    expect(findMethodProblems(CARD, { currency: 'USD', now: new Date('2026-02-01T00:00:00Z') })).toEqual(['expired']);
  });

  it('is not where the provider says that it must be entered anew', () => {
    expect(findMethodProblems({ ...CARD, isReusable: false }, { currency: 'USD', now })).toEqual(['not_reusable']);
  });

  it('is in its own country’s currency where its scheme is of one country', () => {
    const elo = { ...CARD, brand: 'Elo' };
    expect(isChargeable(elo, { currency: 'BRL', now })).toBe(true);
    expect(isChargeable(elo, { currency: undefined, now })).toBe(true);
    expect(findMethodProblems(elo, { currency: 'USD', now })).toEqual(['currency_not_supported']);
  });

  it('tells everything at once', () => {
    const card = { ...CARD, brand: 'rupay', expiryYear: 2025, isReusable: false };
    expect(findMethodProblems(card, { currency: 'USD', now })).toEqual([
      'expired',
      'not_reusable',
      'currency_not_supported',
    ]);
  });
});

describe('what a failure says of a card', () => {
  it.each([
    ['card_declined', true],
    ['insufficient_funds', true],
    ['authentication_required', true],
    ['provider_refused', true],
    ['provider_unavailable', false],
    ['amount_changed', false],
  ] as const)('%s: %s', (code, isFault) => {
    expect(isFaultOfCard(code)).toBe(isFault);
  });
});
