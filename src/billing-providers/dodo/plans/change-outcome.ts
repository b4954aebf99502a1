import type { DodoPayments } from 'dodopayments';
import type { ChargeOutcome } from '../../domain/charge.js';
import { toSeconds } from '../normalise/fields.js';
import { toPaymentOutcome } from '../payments/payment-outcome.js';

type Subscription = Pick<DodoPayments.Subscription, 'subscription_id' | 'product_id' | 'previous_billing_date'>;

/**
 * What became of a switch: money and plan together. Dodo switches a moment after it has the money, so a payment that succeeded
 * while the plan is still the old one is on its way. Without a payment nothing was due.
 *
 * @param targetPriceId undefined: not known any more, so that the money alone tells
 */
export function toChangeOutcome(
  subscription: Subscription,
  payment: DodoPayments.Payment | undefined,
  targetPriceId: string | undefined,
): ChargeOutcome {
  const references = {
    subscriptionId: subscription.subscription_id,
    ...(payment ? { paymentId: payment.payment_id } : {}),
  };
  const isSwitched = targetPriceId === undefined || subscription.product_id === targetPriceId;
  if (!payment) return isSwitched ? { status: 'succeeded', references, amount: 0 } : { status: 'pending', references };
  const outcome = toPaymentOutcome(payment);
  if (outcome.status === 'succeeded' && !isSwitched && !hasBegunAnewSince(subscription, payment)) {
    return { status: 'pending', references };
  }
  return { ...outcome, references: { ...outcome.references, ...references } };
}

/** A switch that is charged begins a period: the plan was switched then, and to another one since. */
function hasBegunAnewSince(subscription: Subscription, payment: DodoPayments.Payment): boolean {
  const [begunAt, paidAt] = [toSeconds(subscription.previous_billing_date), toSeconds(payment.created_at)];
  return begunAt !== undefined && paidAt !== undefined && begunAt >= paidAt;
}
