import type { Stripe } from 'stripe';
import type { ChargeOutcome, ChargeReferences } from '../../domain/charge.js';
import { idOf } from './identity.js';
import { toIntentOutcome } from './intent-outcome.js';
import { paymentIntentOf } from './invoice-payments.js';
import { methodOfCharge, toMethodSummary } from './method.js';

type Session = Stripe.Checkout.Session;

/** Needed to read an outcome: the payment of either mode, and what it was paid with. */
export const CHECKOUT_DETAILS = [
  'payment_intent.latest_charge',
  'invoice.payments',
  'subscription.default_payment_method',
];

/** What became of a page (docs.stripe.com/payments/checkout/fulfill-orders): complete does not mean paid. */
export function toCheckoutOutcome(session: Session): ChargeOutcome {
  const references = toReferences(session);
  switch (session.status) {
    case 'open':
      return session.url
        ? { status: 'pending', references, next: { kind: 'checkout', url: session.url, expiresAt: session.expires_at } }
        : { status: 'pending', references };
    case 'expired':
      return { status: 'expired', references };
    default:
      return session.payment_status === 'unpaid'
        ? toUnpaidOutcome(session, references)
        : toPaidOutcome(session, references);
  }
}

function toPaidOutcome(session: Session, references: ChargeReferences): ChargeOutcome {
  const { payment_intent: intent, subscription } = session;
  const paidWith = typeof intent === 'object' ? methodOfCharge(intent?.latest_charge) : undefined;
  const method = paidWith ?? defaultMethodOf(subscription);
  return { status: 'succeeded', references, amount: session.amount_total ?? 0, ...(method ? { method } : {}) };
}

/** The customer has done their part, and the money is on its way, or will never come. */
function toUnpaidOutcome(session: Session, references: ChargeReferences): ChargeOutcome {
  const { payment_intent: intent } = session;
  if (typeof intent !== 'object' || !intent) return { status: 'pending', references };
  return { ...toIntentOutcome(intent, 'checkout'), references };
}

function toReferences(session: Session): ChargeReferences {
  const invoice = typeof session.invoice === 'object' ? session.invoice : null;
  const paymentId = idOf(session.payment_intent) ?? (invoice ? paymentIntentOf(invoice) : undefined);
  const subscriptionId = idOf(session.subscription);
  return {
    checkoutId: session.id,
    ...(paymentId ? { paymentId } : {}),
    ...(subscriptionId ? { subscriptionId } : {}),
  };
}

function defaultMethodOf(subscription: Session['subscription']) {
  const method = typeof subscription === 'object' ? subscription?.default_payment_method : null;
  return typeof method === 'object' && method ? toMethodSummary(method) : undefined;
}
