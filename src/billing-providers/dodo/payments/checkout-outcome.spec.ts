import { describe, expect, it } from 'vitest';
import { DODO_SECONDS, DODO_TIME, dodoPayment } from '../../../../test/support/dodo-payloads.js';
import { toCheckoutOutcome } from './checkout-outcome.js';

const DAY = 24 * 3_600;
const SESSION = { id: 'cks_1', created_at: DODO_TIME };
const NOW = DODO_SECONDS + 60;
const LATER = DODO_SECONDS + DAY + 16 * 60;

describe('what became of a page', () => {
  it('that was paid is its payment, however late', () => {
    for (const now of [NOW, LATER]) {
      expect(toCheckoutOutcome(SESSION, dodoPayment({ subscription_id: 'sub_1' }), now)).toEqual({
        status: 'succeeded',
        references: { checkoutId: 'cks_1', paymentId: 'pay_1', subscriptionId: 'sub_1' },
        amount: 4_990,
        currency: 'BRL',
        method: { kind: 'card', brand: 'visa', last4: '4242' },
      });
    }
  });

  it('that nobody paid is open for a day, and then over', () => {
    const references = { checkoutId: 'cks_1' };
    const open = { status: 'pending', references, isUntouched: true };
    expect(toCheckoutOutcome(SESSION, undefined, NOW)).toEqual(open);
    expect(toCheckoutOutcome(SESSION, undefined, DODO_SECONDS + DAY)).toEqual(open);
    expect(toCheckoutOutcome(SESSION, undefined, LATER)).toEqual({ status: 'expired', references });
  });

  it('where a card was declined is open too: the customer takes another', () => {
    const declined = dodoPayment({ status: 'failed', error_code: 'INSUFFICIENT_FUNDS' });
    expect(toCheckoutOutcome(SESSION, declined, NOW)).toMatchObject({ status: 'pending', isUntouched: true });
    expect(toCheckoutOutcome(SESSION, declined, LATER)).toEqual({
      status: 'failed',
      references: { checkoutId: 'cks_1', paymentId: 'pay_1' },
      failure: { code: 'insufficient_funds', providerCode: 'INSUFFICIENT_FUNDS' },
    });
  });

  it('whose payment is under way is no page to come back to', () => {
    expect(toCheckoutOutcome(SESSION, dodoPayment({ status: 'processing' }), NOW)).toEqual({
      status: 'pending',
      references: { checkoutId: 'cks_1', paymentId: 'pay_1' },
    });
  });

  it.each([
    ['processing', 'pending'],
    ['requires_payment_method', 'expired'],
    ['requires_customer_action', 'expired'],
    ['cancelled', 'expired'],
  ] as const)('whose payment is %s after a day is %s', (status, expected) => {
    expect(toCheckoutOutcome(SESSION, dodoPayment({ status }), LATER).status).toBe(expected);
  });
});
