import type { Stripe } from 'stripe';
import type { ChargeOutcome } from '../../domain/charge.js';
import { idOf } from './identity.js';

/** docs.stripe.com/api/refunds/object#refund_object-status */
export function toRefundOutcome(refund: Stripe.Refund): ChargeOutcome {
  const paymentId = idOf(refund.payment_intent);
  const references = { refundId: refund.id, ...(paymentId ? { paymentId } : {}) };
  switch (refund.status) {
    case 'succeeded':
      return { status: 'succeeded', references, amount: refund.amount };
    case 'canceled':
      return { status: 'canceled', references };
    case 'failed': {
      const providerCode = refund.failure_reason;
      return {
        status: 'failed',
        references,
        failure: { code: 'provider_refused', ...(providerCode ? { providerCode } : {}) },
      };
    }
    default:
      return { status: 'pending', references }; // pending, requires_action: the bank's or the customer's turn
  }
}
