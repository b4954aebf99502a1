import { describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { dodoPayment } from '../../../../test/support/dodo-payloads.js';
import { PERIOD, readSubscription } from '../../../../test/support/dodo-subscription.js';
import { toChangeOutcome } from './change-outcome.js';

const MID_PERIOD = '2026-10-01T10:00:05.500000Z';
const references = { subscriptionId: 'sub_1', paymentId: 'pay_1' };

const payment = (more: Partial<DodoPayments.Payment> = {}) =>
  dodoPayment({
    subscription_id: 'sub_1',
    checkout_session_id: null,
    created_at: MID_PERIOD,
    total_amount: 5_000,
    currency: 'USD',
    ...more,
  });
const outcome = (
  subscription: Partial<DodoPayments.Subscription>,
  paid: DodoPayments.Payment | undefined,
  target: string | undefined = 'pdt_ultra',
) => toChangeOutcome(readSubscription(subscription), paid, target);

describe('what became of a switch', () => {
  it('is its payment once the subscription has the plan', () => {
    expect(outcome({ product_id: 'pdt_ultra' }, payment())).toEqual({
      status: 'succeeded',
      references,
      amount: 5_000,
      currency: 'USD',
      method: expect.objectContaining({ kind: 'card', last4: '4242' }),
    });
  });

  it('is what was charged, also when that was more', () => {
    expect(outcome({ product_id: 'pdt_ultra' }, payment({ total_amount: 5_001 }))).toMatchObject({ amount: 5_001 });
  });

  it('is on its way while the money has moved and the plan has not', () => {
    expect(outcome({ product_id: 'pdt_pro' }, payment())).toEqual({ status: 'pending', references });
  });

  it('was done when the subscription has begun a period since, and another plan by now', () => {
    const switched = { product_id: 'pdt_basic', previous_billing_date: MID_PERIOD };
    expect(outcome(switched, payment())).toMatchObject({ status: 'succeeded' });
    expect(outcome({ ...switched, previous_billing_date: PERIOD.begins }, payment()).status).toBe('pending');
  });

  it('is told by the money alone when nobody knows what it was for', () => {
    const { status } = toChangeOutcome(readSubscription(), payment(), undefined);
    expect(status).toBe('succeeded');
  });

  it('cost nothing without a payment', () => {
    expect(outcome({ product_id: 'pdt_ultra' }, undefined)).toEqual({
      status: 'succeeded',
      references: { subscriptionId: 'sub_1' },
      amount: 0,
    });
    expect(outcome({ product_id: 'pdt_pro' }, undefined)).toEqual({
      status: 'pending',
      references: { subscriptionId: 'sub_1' },
    });
  });

  it.each([
    ['failed', { status: 'failed', failure: { code: 'insufficient_funds', providerCode: 'INSUFFICIENT_FUNDS' } }],
    ['processing', { status: 'pending' }],
    ['cancelled', { status: 'canceled' }],
    [
      'requires_customer_action',
      { status: 'failed', failure: { code: 'authentication_required', providerCode: 'requires_customer_action' } },
    ],
  ] as const)('is what the payment is that is %s, whatever the plan', (status, expected) => {
    const unpaid = payment({ status, error_code: status === 'failed' ? 'INSUFFICIENT_FUNDS' : null });
    for (const product_id of ['pdt_pro', 'pdt_ultra']) {
      expect(outcome({ product_id }, unpaid)).toEqual({ ...expected, references });
    }
  });
});
