import { describe, expect, it } from 'vitest';
import { FAILURE_CODES, toChargeFailure } from './failure.js';

describe('why a payment failed', () => {
  it.each([
    ['card_declined', 'insufficient_funds', 'insufficient_funds'],
    ['card_declined', 'generic_decline', 'card_declined'],
    ['card_declined', 'do_not_honor', 'card_declined'],
    ['card_declined', 'lost_card', 'card_declined'],
    ['card_declined', 'stolen_card', 'card_declined'],
    ['card_declined', 'fraudulent', 'card_declined'],
    ['card_declined', 'card_not_supported', 'method_not_usable'],
    ['card_declined', 'authentication_required', 'authentication_required'],
    ['card_declined', 'try_again_later', 'provider_unavailable'],
    ['card_declined', undefined, 'card_declined'],
    ['expired_card', undefined, 'card_expired'],
    ['expired_card', 'expired_card', 'card_expired'],
    ['incorrect_cvc', 'incorrect_cvc', 'security_code_incorrect'],
    ['authentication_required', 'authentication_required', 'authentication_required'],
    ['subscription_payment_intent_requires_action', undefined, 'authentication_required'],
    ['payment_intent_authentication_failure', undefined, 'authentication_failed'],
    ['processing_error', undefined, 'provider_unavailable'],
    ['payment_method_not_available', 'resource_missing', 'method_not_usable'],
    ['payment_method_provider_decline', undefined, 'provider_refused'],
    ['a word of tomorrow', 'another one', 'card_declined'],
  ])('%s, %s is %s', (code, declineCode, expected) => {
    expect(toChargeFailure({ code, declineCode })).toEqual({ code: expected, providerCode: declineCode ?? code });
  });

  it('needs no word at all', () => {
    expect(toChargeFailure({})).toEqual({ code: 'card_declined' });
    expect(toChargeFailure({ code: null, declineCode: '' })).toEqual({ code: 'card_declined' });
  });

  it('never tells a customer that a card is suspected', () => {
    for (const word of ['fraudulent', 'lost_card', 'stolen_card', 'pickup_card', 'merchant_blacklist']) {
      expect(FAILURE_CODES.has(word)).toBe(false);
    }
  });
});
