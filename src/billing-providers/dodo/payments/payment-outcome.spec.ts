import { describe, expect, it } from 'vitest';
import { dodoPayment } from '../../../../test/support/dodo-payloads.js';
import { toPaymentOutcome } from './payment-outcome.js';

const REFERENCES = { paymentId: 'pay_1', checkoutId: 'cks_1' };

describe('what became of a payment', () => {
  it('that was paid says how', () => {
    expect(toPaymentOutcome(dodoPayment())).toEqual({
      status: 'succeeded',
      references: REFERENCES,
      amount: 4_990,
      currency: 'BRL',
      method: { kind: 'card', brand: 'visa', last4: '4242' },
    });
  });

  it('of a subscription names it', () => {
    expect(toPaymentOutcome(dodoPayment({ subscription_id: 'sub_1', checkout_session_id: null })).references).toEqual({
      paymentId: 'pay_1',
      subscriptionId: 'sub_1',
    });
  });

  it.each(['failed', 'requires_payment_method'] as const)('that is %s says why', (status) => {
    expect(toPaymentOutcome(dodoPayment({ status, error_code: 'EXPIRED_CARD' }))).toEqual({
      status: 'failed',
      references: REFERENCES,
      failure: { code: 'card_expired', providerCode: 'EXPIRED_CARD' },
    });
  });

  it('that waits for the bank leads there, or has failed where nothing leads there', () => {
    const url = 'https://checkout.dodopayments.test/pay_1';
    const status = 'requires_customer_action' as const;
    expect(toPaymentOutcome(dodoPayment({ status, payment_link: url }))).toEqual({
      status: 'requires_action',
      references: REFERENCES,
      next: { kind: 'authenticate', url },
    });
    expect(toPaymentOutcome(dodoPayment({ status }))).toEqual({
      status: 'failed',
      references: REFERENCES,
      failure: { code: 'authentication_required', providerCode: 'requires_customer_action' },
    });
  });

  it.each([
    ['cancelled', 'canceled'],
    ['processing', 'pending'],
    ['requires_merchant_action', 'pending'],
    ['requires_confirmation', 'pending'],
    ['requires_capture', 'pending'],
    ['partially_captured', 'pending'],
    [null, 'pending'],
    ['a word of tomorrow' as never, 'pending'],
  ] as const)('that is %s is %s', (status, expected) => {
    expect(toPaymentOutcome(dodoPayment({ status }))).toEqual({ status: expected, references: REFERENCES });
  });
});
