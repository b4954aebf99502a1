import { describe, expect, it } from 'vitest';
import { checkRefund } from './check-refund.js';
import type { SaleItemStatus } from './sale-item.js';

const item = {
  status: 'paid',
  amount: 1_900,
  refundedAmount: 700,
  currency: 'USD',
  providerPaymentId: 'pi_1',
} as const;

describe('a refund', () => {
  it.each([1, 1_199, 1_200, undefined])('of %s is possible where 1200 are left', (amount) => {
    expect(checkRefund(item, amount)).toEqual({ isPossible: true, paymentId: 'pi_1' });
  });

  it('of more than is left is refused, and what is left is said', () => {
    expect(checkRefund(item, 1_201)).toEqual({
      isPossible: false,
      reason: 'No more than 1200 of 1900 is left to refund, in minor units of USD.',
    });
  });

  it.each<[SaleItemStatus, string]>([
    ['pending', 'This item is not paid: it is pending.'],
    ['failed', 'This item is not paid: it is failed.'],
    ['expired', 'This item is not paid: it is expired.'],
    ['refunded', 'All of this item was refunded before.'],
  ])('of what is %s is refused', (status, reason) => {
    expect(checkRefund({ ...item, status }, undefined)).toEqual({ isPossible: false, reason });
  });

  it.each([
    ['had no payment', { providerPaymentId: null }],
    ['cost nothing', { amount: 0, refundedAmount: 0 }],
  ])('of what %s is refused', (_what, change) => {
    const reason = 'No money was taken for this item.';
    expect(checkRefund({ ...item, ...change }, undefined)).toEqual({ isPossible: false, reason });
  });
});
