import type { DodoPayments } from 'dodopayments';
import type { ChargeOutcome } from '../../domain/charge.js';
import { toChargeFailure } from './failure.js';
import { referencesOf, toPaidOutcome } from './payment-outcome.js';

/** How long a page can be paid (docs.dodopayments.com/developer-resources/checkout-session). */
export const CHECKOUT_SECONDS = 24 * 3_600;
/** Who began to pay in the last minute is not cut off. */
const GRACE_SECONDS = 15 * 60;

/**
 * What became of a page. A payment that failed does not end it: the customer takes another card. Dodo tells neither the state of
 * a page, so its end is reckoned from when it was made, nor its address, so an open one is told as untouched.
 *
 * @param payment that the page names; undefined before anybody has tried
 * @param now seconds since 1970
 */
export function toCheckoutOutcome(
  session: Pick<DodoPayments.CheckoutSessionStatus, 'id' | 'created_at'>,
  payment: DodoPayments.Payment | undefined,
  now: number,
): ChargeOutcome {
  const references = { ...(payment ? referencesOf(payment) : {}), checkoutId: session.id };
  if (payment?.status === 'succeeded') return { ...toPaidOutcome(payment), references };
  const isOver = now >= Date.parse(session.created_at) / 1_000 + CHECKOUT_SECONDS + GRACE_SECONDS;
  if (payment?.status === 'processing') return { status: 'pending', references };
  if (!isOver) return { status: 'pending', references, isUntouched: true };
  if (payment?.status === 'failed') {
    return { status: 'failed', references, failure: toChargeFailure(payment.error_code) };
  }
  return { status: 'expired', references };
}
