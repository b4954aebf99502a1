import { describe, expect, it } from 'vitest';
import { FAILURE_CODES, PURCHASE_DECLINES, toChargeFailure } from './failure.js';

describe('why a payment failed', () => {
  it.each([
    ['INSUFFICIENT_FUNDS', 'insufficient_funds'],
    ['GENERIC_DECLINE', 'card_declined'],
    ['CARD_DECLINED', 'card_declined'],
    ['DO_NOT_HONOR', 'card_declined'],
    ['EXPIRED_CARD', 'card_expired'],
    ['INCORRECT_CVC', 'security_code_incorrect'],
    ['AUTHENTICATION_REQUIRED', 'authentication_required'],
    ['NETWORK_TIMEOUT', 'provider_unavailable'],
    ['TRY_AGAIN_LATER', 'provider_unavailable'],
    ['NO_ELIGIBLE_PAYMENT_METHODS', 'method_not_usable'],
    ['PREVIOUS_PAYMENT_PENDING', 'provider_refused'],
    ['insufficient_funds', 'insufficient_funds'],
    ['A_WORD_OF_TOMORROW', 'card_declined'],
  ])('%s is %s', (providerCode, code) => {
    expect(toChargeFailure(providerCode)).toEqual({ code, providerCode });
  });

  it.each(['STOLEN_CARD', 'LOST_CARD', 'PICKUP_CARD', 'FRAUDULENT'])('a suspicion is a plain decline: %s', (word) => {
    expect(toChargeFailure(word).code).toBe('card_declined');
  });

  it.each([[null], [undefined], ['']])('without a word (%p) it is a decline', (word) => {
    expect(toChargeFailure(word)).toEqual({ code: 'card_declined' });
  });

  it('has words of its own for whatever is refused before a payment', () => {
    expect([...PURCHASE_DECLINES].filter((code) => !FAILURE_CODES.has(code))).toEqual([]);
  });
});
