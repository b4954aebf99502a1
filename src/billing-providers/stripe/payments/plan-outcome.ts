import type { Stripe } from 'stripe';
import type { ChargeOutcome, MethodSummary } from '../../domain/charge.js';
import { ATTEMPT_LABEL } from '../../payload/labels.js';
import type { Declined } from '../stripe-calls.js';
import { toChargeFailure } from './failure.js';
import { idOf } from './identity.js';
import { paymentIntentOf } from './invoice-payments.js';
import { toMethodSummary } from './method.js';

/** Needed to read an outcome. */
export const PLAN_DETAILS = ['latest_invoice.payments', 'default_payment_method'];

/**
 * A subscription that stands on its new price was paid for (`error_if_incomplete`): the invoice that came with it says how
 * much. Without an invoice nothing was due.
 */
export function toPlanOutcome(subscription: Stripe.Subscription, invoice: Stripe.Invoice | undefined): ChargeOutcome {
  const paymentId = invoice && paymentIntentOf(invoice);
  const references = { subscriptionId: subscription.id, ...(paymentId ? { paymentId } : {}) };
  if (subscription.status === 'incomplete') return { status: 'pending', references };
  if (subscription.status === 'incomplete_expired') return { status: 'expired', references };
  const method = methodOf(subscription);
  return { status: 'succeeded', references, amount: invoice?.amount_paid ?? 0, ...(method ? { method } : {}) };
}

/**
 * The invoice that an attempt made, if it is the latest. A change that billed nothing made none, and then the latest is the
 * period's, or an earlier change's: an invoice keeps the subscription's metadata of its own time.
 *
 * @param since seconds since 1970
 */
export function latestInvoiceOfAttempt(
  subscription: Stripe.Subscription,
  { attemptId, reason, since = 0 }: { attemptId: string; reason: Stripe.Invoice.BillingReason; since?: number },
): Stripe.Invoice | undefined {
  const invoice = latestInvoiceOf(subscription);
  if (!invoice || invoice.billing_reason !== reason || invoice.created < since) return undefined;
  const label = invoice.parent?.subscription_details?.metadata?.[ATTEMPT_LABEL];
  return label === undefined || label === attemptId ? invoice : undefined;
}

/** The payment of an invoice that Stripe took back is canceled with it. */
export const toFailure = (declined: Declined): ChargeOutcome => ({
  status: 'failed',
  references: {},
  failure: toChargeFailure(declined),
});

export const latestInvoiceOf = ({ latest_invoice: invoice }: Stripe.Subscription): Stripe.Invoice | undefined =>
  typeof invoice === 'object' && invoice ? invoice : undefined;

export function methodOf({ default_payment_method: method }: Stripe.Subscription): MethodSummary | undefined {
  return typeof method === 'object' && method ? toMethodSummary(method) : undefined;
}

export const priceIdOf = (subscription: Stripe.Subscription): string | undefined =>
  idOf(subscription.items.data[0]?.price);
