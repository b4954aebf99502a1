import { describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import { checkoutSession, paymentIntent, pixAction } from '../../../../test/support/stripe-money-payloads.js';
import { CREATED, list, type Json } from '../../../../test/support/stripe-payloads.js';
import { toCheckoutOutcome } from './checkout-outcome.js';

const outcomeOf = (more: Json) => toCheckoutOutcome(checkoutSession(more) as unknown as Stripe.Checkout.Session);
const references = { checkoutId: 'cs_1', paymentId: 'pi_1' };
const VISA = { type: 'card', card: { brand: 'visa', last4: '4242' } };

describe('what became of a page', () => {
  it('is a page to go to while it is open', () => {
    expect(outcomeOf({ status: 'open', payment_status: 'unpaid', payment_intent: null, url: 'https://pay' })).toEqual({
      status: 'pending',
      references: { checkoutId: 'cs_1' },
      next: { kind: 'checkout', url: 'https://pay', expiresAt: CREATED + 3_600 },
    });
    expect(outcomeOf({ status: 'open', payment_intent: null })).toEqual({
      status: 'pending',
      references: { checkoutId: 'cs_1' },
    });
  });

  it('is expired, and nothing else, when it was not used', () => {
    expect(outcomeOf({ status: 'expired', payment_status: 'unpaid' })).toEqual({ status: 'expired', references });
  });

  it('is success once it is paid', () => {
    const payment_intent = paymentIntent({ latest_charge: { payment_method_details: VISA } });
    expect(outcomeOf({ payment_intent })).toEqual({
      status: 'succeeded',
      references,
      amount: 4_990,
      method: { kind: 'card', brand: 'visa', last4: '4242' },
    });
    expect(outcomeOf({})).toEqual({ status: 'succeeded', references, amount: 4_990 });
  });

  it('of a subscription names what paid its first invoice', () => {
    const paid = { id: 'inpay_1', status: 'paid', payment: { type: 'payment_intent', payment_intent: 'pi_9' } };
    const session = {
      mode: 'subscription',
      payment_intent: null,
      invoice: { id: 'in_1', payments: list(paid) },
      subscription: { id: 'sub_1', default_payment_method: VISA },
    };
    expect(outcomeOf(session)).toMatchObject({
      status: 'succeeded',
      references: { checkoutId: 'cs_1', paymentId: 'pi_9', subscriptionId: 'sub_1' },
      method: { kind: 'card', last4: '4242' },
    });
  });

  it('of a plan that costs nothing yet is success without a payment', () => {
    const session = { payment_status: 'no_payment_required', payment_intent: null, amount_total: 0 };
    expect(outcomeOf(session)).toEqual({ status: 'succeeded', references: { checkoutId: 'cs_1' }, amount: 0 });
  });

  it.each([
    ['is on its way', { status: 'processing' }, 'pending'],
    ['was given back', { status: 'canceled' }, 'canceled'],
    [
      'expired',
      {
        status: 'requires_payment_method',
        last_payment_error: { code: 'payment_intent_payment_attempt_expired' },
      },
      'expired',
    ],
    ['failed', { status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } }, 'failed'],
  ])('that is complete but not paid is what its payment is: one that %s', (_name, more, status) => {
    const session = { payment_status: 'unpaid', payment_intent: paymentIntent(more) };
    expect(outcomeOf(session)).toMatchObject({ status, references });
  });

  it('that waits for a Pix has its code', () => {
    const payment_intent = paymentIntent({ status: 'requires_action', next_action: pixAction() });
    expect(outcomeOf({ payment_status: 'unpaid', payment_intent })).toMatchObject({
      status: 'pending',
      next: { kind: 'pix' },
    });
    expect(outcomeOf({ payment_status: 'unpaid' })).toEqual({ status: 'pending', references });
  });
});
