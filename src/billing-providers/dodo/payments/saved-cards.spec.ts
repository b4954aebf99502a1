import { describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { toSavedCards } from './saved-cards.js';

type Item = DodoPayments.CustomerRetrievePaymentMethodsResponse['items'][number];

const item = (card: Item['card'], more: Partial<Item> = {}): Item => ({
  payment_method: 'card',
  payment_method_id: 'pm_1',
  payment_method_type: 'credit',
  recurring_enabled: true,
  last_used_at: '2026-10-01T10:00:05.000000Z',
  card: card && { card_network: 'VISA', expiry_month: '06', expiry_year: '32', last4_digits: '4242', ...card },
  ...more,
});

describe('the saved cards', () => {
  it('are told in our words', () => {
    expect(toSavedCards([item({})])).toEqual([
      {
        id: 'pm_1',
        brand: 'visa',
        last4: '4242',
        expiryMonth: 6,
        expiryYear: 2_032,
        fingerprint: null,
        isReusable: true,
      },
    ]);
  });

  it.each([
    [{ expiry_month: '6' }, { expiryMonth: 6 }],
    [
      { expiry_month: '12', expiry_year: '2040' },
      { expiryMonth: 12, expiryYear: 2_040 },
    ],
    [{ expiry_year: ' 27 ' }, { expiryYear: 2_027 }],
    [{ card_network: 'American Express' }, { brand: 'american_express' }],
    [{ card_network: null }, { brand: 'card' }],
  ])('have %j as %j', (card, expected) => {
    expect(toSavedCards([item(card)])).toMatchObject([expected]);
  });

  it.each([
    ['false', false, false],
    ['true', true, true],
    ['not said', null, true],
  ])('can be charged again where recurring is %s: %s', (_name, recurring_enabled, isReusable) => {
    expect(toSavedCards([item({}, { recurring_enabled })])).toMatchObject([{ isReusable }]);
  });

  it('come with the last used one first', () => {
    const used = (payment_method_id: string, last_used_at: string | null) =>
      item({}, { payment_method_id, last_used_at });
    const cards = toSavedCards([
      used('pm_never', null),
      used('pm_old', '2026-10-01T10:00:05.000000Z'),
      used('pm_new', '2026-10-01T10:00:06.500000Z'),
    ]);
    expect(cards.map(({ id }) => id)).toEqual(['pm_new', 'pm_old', 'pm_never']);
  });

  it.each([
    ['a wallet', item(null, { payment_method: 'wallet', payment_method_type: 'apple_pay' })],
    ['a card without anything', item(null)],
    ['a card without digits', item({ last4_digits: null })],
    ['a card without a month', item({ expiry_month: null })],
    ['a card of month 13', item({ expiry_month: '13' })],
    ['a card without a year', item({ expiry_year: '' })],
    ['a card of an odd year', item({ expiry_year: '203' })],
  ])('are none for %s', (_name, one) => {
    expect(toSavedCards([one])).toEqual([]);
  });
});
