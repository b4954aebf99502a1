import { describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { dodoPayment } from '../../../../test/support/dodo-payloads.js';
import { refundedAmountOf } from './payment-finder.js';

const refund = (more: Partial<DodoPayments.RefundListItem>): DodoPayments.RefundListItem => ({
  business_id: 'bus_1',
  created_at: '2026-11-02T00:00:00.000000Z',
  is_partial: true,
  payment_id: 'pay_1',
  refund_id: 'ref_1',
  status: 'succeeded',
  amount: 1_000,
  ...more,
});

describe('what was given back of a payment', () => {
  it.each<[string, Partial<DodoPayments.Payment>, number]>([
    ['nothing', {}, 0],
    ['one part', { refunds: [refund({})] }, 1_000],
    ['two parts', { refunds: [refund({}), refund({ amount: 990 })] }, 1_990],
    [
      'only what succeeded',
      { refunds: [refund({}), refund({ status: 'pending' }), refund({ status: 'failed' })] },
      1_000,
    ],
    ['everything, where the payment says so', { refund_status: 'full', refunds: [] }, 4_990],
    ['everything, where the refund has no amount', { refunds: [refund({ amount: null, is_partial: false })] }, 4_990],
    ['not everything, where a part has no amount', { refunds: [refund({ amount: null })] }, 0],
    ['never more than was paid', { refunds: [refund({ amount: 4_000 }), refund({ amount: 4_000 })] }, 4_990],
    ['nothing, where it is not told', { refunds: undefined as never }, 0],
  ])('is %s', (_name, more, amount) => {
    expect(refundedAmountOf(dodoPayment(more))).toBe(amount);
  });
});
