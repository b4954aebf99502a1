import type { DodoPayments } from 'dodopayments';
import type { ChargeOutcome, ChargeReferences } from '../../domain/charge.js';
import { toChargeFailure } from './failure.js';
import { toMethodSummary } from './method.js';

type Payment = DodoPayments.Payment;

/**
 * What became of a payment on a saved card.
 *
 * An action that we cannot hand over is a failure: Dodo documents no address for it, and gives the payment's link at most.
 */
export function toPaymentOutcome(payment: Payment): ChargeOutcome {
  const references = referencesOf(payment);
  switch (payment.status) {
    case 'succeeded':
      return toPaidOutcome(payment);
    case 'failed':
    case 'requires_payment_method':
      return { status: 'failed', references, failure: toChargeFailure(payment.error_code) };
    case 'cancelled':
      return { status: 'canceled', references };
    case 'requires_customer_action': {
      const { payment_link: url } = payment;
      if (url) return { status: 'requires_action', references, next: { kind: 'authenticate', url } };
      const failure = { code: 'authentication_required', providerCode: 'requires_customer_action' } as const;
      return { status: 'failed', references, failure };
    }
    default:
      return { status: 'pending', references }; // processing, or a word of tomorrow: Dodo will say more
  }
}

export const toPaidOutcome = (payment: Payment): ChargeOutcome => ({
  status: 'succeeded',
  references: referencesOf(payment),
  amount: payment.total_amount,
  currency: payment.currency,
  method: toMethodSummary(payment),
});

export const referencesOf = (payment: Payment): ChargeReferences => ({
  paymentId: payment.payment_id,
  ...(payment.checkout_session_id ? { checkoutId: payment.checkout_session_id } : {}),
  ...(payment.subscription_id ? { subscriptionId: payment.subscription_id } : {}),
});
