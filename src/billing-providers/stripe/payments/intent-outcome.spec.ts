import { describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import { paymentIntent, pixAction } from '../../../../test/support/stripe-money-payloads.js';
import { CREATED, type Json } from '../../../../test/support/stripe-payloads.js';
import type { ChargeKind } from '../../domain/charge.js';
import { toIntentOutcome } from './intent-outcome.js';

const references = { paymentId: 'pi_1' };
const outcomeOf = (more: Json, kind: ChargeKind = 'one_click') =>
  toIntentOutcome(paymentIntent(more) as unknown as Stripe.PaymentIntent, kind);

const redirect = {
  type: 'redirect_to_url',
  redirect_to_url: { url: 'https://bank.test/3ds', return_url: 'https://us' },
};
const declined = { code: 'card_declined', decline_code: 'insufficient_funds', type: 'card_error' };
const expired = { code: 'payment_intent_payment_attempt_expired', type: 'invalid_request_error' };

describe('what became of a payment', () => {
  it('is success with what Stripe received, and with what', () => {
    const latest_charge = { payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } } };
    expect(outcomeOf({ latest_charge, amount_received: 4_000 })).toEqual({
      status: 'succeeded',
      references,
      amount: 4_000,
      method: { kind: 'card', brand: 'visa', last4: '4242' },
    });
    expect(outcomeOf({})).toEqual({ status: 'succeeded', references, amount: 4_990 });
  });

  it.each([
    ['canceled', { status: 'canceled' }, { status: 'canceled' }],
    ['on its way', { status: 'processing' }, { status: 'pending' }],
    ['waiting to be captured', { status: 'requires_capture' }, { status: 'pending' }],
    ['in a state of tomorrow', { status: 'levitating' }, { status: 'pending' }],
    ['not tried yet', { status: 'requires_payment_method' }, { status: 'pending' }],
    [
      'waiting for the bank',
      { status: 'requires_action', next_action: redirect },
      { status: 'requires_action', next: { kind: 'authenticate', url: 'https://bank.test/3ds' } },
    ],
    [
      'waiting for something that we cannot hand over',
      { status: 'requires_action', next_action: { type: 'use_stripe_sdk', use_stripe_sdk: {} } },
      {
        status: 'failed',
        failure: { code: 'authentication_required', providerCode: 'next_action:use_stripe_sdk' },
      },
    ],
    [
      'declined',
      { status: 'requires_payment_method', last_payment_error: declined },
      { status: 'failed', failure: { code: 'insufficient_funds', providerCode: 'insufficient_funds' } },
    ],
    [
      'not authenticated',
      { status: 'requires_payment_method', last_payment_error: { code: 'payment_intent_authentication_failure' } },
      {
        status: 'failed',
        failure: { code: 'authentication_failed', providerCode: 'payment_intent_authentication_failure' },
      },
    ],
  ])('is, when it is %s', (_name, more, expected) => {
    expect(outcomeOf(more)).toEqual({ references, ...expected });
  });
});

describe('what became of a Pix', () => {
  it('is a code to pay', () => {
    expect(outcomeOf({ status: 'requires_action', next_action: pixAction() }, 'pix')).toEqual({
      status: 'pending',
      references,
      next: {
        kind: 'pix',
        copyPasteCode: '00020101021226BR.GOV.BCB.PIX',
        expiresAt: CREATED + 3_600,
      },
    });
  });

  it('is nothing to wait for without a code', () => {
    const next_action = pixAction({ data: undefined });
    expect(outcomeOf({ status: 'requires_action', next_action }, 'pix').status).toBe('failed');
  });

  it.each([
    ['expired', { last_payment_error: expired }, { status: 'expired' }],
    ['expired, without a word', { last_payment_error: null }, { status: 'expired' }],
    [
      'refused',
      { last_payment_error: { code: 'payment_method_provider_decline' } },
      { status: 'failed', failure: { code: 'provider_refused', providerCode: 'payment_method_provider_decline' } },
    ],
  ])('is, when it is %s', (_name, more, expected) => {
    expect(outcomeOf({ status: 'requires_payment_method', ...more }, 'pix')).toEqual({ references, ...expected });
  });
});
