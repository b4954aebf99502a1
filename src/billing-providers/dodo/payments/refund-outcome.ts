import type { DodoPayments } from 'dodopayments';
import type { ChargeOutcome } from '../../domain/charge.js';

/** @param asked what was asked for, minor units: Dodo does not always say what a refund comes to */
export function toRefundOutcome(refund: DodoPayments.Refund, asked?: number): ChargeOutcome {
  const references = { refundId: refund.refund_id, paymentId: refund.payment_id };
  switch (refund.status) {
    case 'succeeded':
      return { status: 'succeeded', references, amount: refund.amount ?? asked ?? 0 };
    case 'failed':
      return { status: 'failed', references, failure: { code: 'provider_refused', providerCode: 'refund_failed' } };
    default:
      return { status: 'pending', references }; // pending, review: the bank's or Dodo's turn
  }
}
