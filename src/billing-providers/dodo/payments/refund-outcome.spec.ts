import { describe, expect, it } from 'vitest';
import { dodoRefund } from '../../../../test/support/dodo-payloads.js';
import { toRefundOutcome } from './refund-outcome.js';

const REFERENCES = { refundId: 'ref_1', paymentId: 'pay_1' };

describe('what became of a refund', () => {
  it.each([
    ['pending', 'pending'],
    ['review', 'pending'],
    ['a word of tomorrow' as never, 'pending'],
  ] as const)('that is %s is %s', (status, expected) => {
    expect(toRefundOutcome(dodoRefund({ status }))).toEqual({ status: expected, references: REFERENCES });
  });

  it('that was made says how much, or what was asked for', () => {
    const made = { status: 'succeeded', references: REFERENCES };
    expect(toRefundOutcome(dodoRefund(), 4_990)).toEqual({ ...made, amount: 1_000 });
    expect(toRefundOutcome(dodoRefund({ amount: null }), 4_990)).toEqual({ ...made, amount: 4_990 });
  });

  it('that failed is a failure', () => {
    expect(toRefundOutcome(dodoRefund({ status: 'failed' }))).toEqual({
      status: 'failed',
      references: REFERENCES,
      failure: { code: 'provider_refused', providerCode: 'refund_failed' },
    });
  });
});
