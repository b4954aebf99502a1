import type { Stripe } from 'stripe';
import type { ChargeOutcome, MethodSummary } from '../../domain/charge.js';
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

/** Undefined when it is older than `since` (seconds since 1970): a change that cost nothing made none. */
export function latestInvoiceSince(subscription: Stripe.Subscription, since: number): Stripe.Invoice | undefined {
  const invoice = latestInvoiceOf(subscription);
  return invoice && invoice.created >= since ? invoice : undefined;
}

export const latestInvoiceOf = ({ latest_invoice: invoice }: Stripe.Subscription): Stripe.Invoice | undefined =>
  typeof invoice === 'object' && invoice ? invoice : undefined;

export function methodOf({ default_payment_method: method }: Stripe.Subscription): MethodSummary | undefined {
  return typeof method === 'object' && method ? toMethodSummary(method) : undefined;
}

export const priceIdOf = (subscription: Stripe.Subscription): string | undefined =>
  idOf(subscription.items.data[0]?.price);
