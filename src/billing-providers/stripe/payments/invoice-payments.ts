import type { Stripe } from 'stripe';
import type { StripeCalls } from '../stripe-calls.js';
import { idOf } from './identity.js';

/** The payment that paid an invoice, which must have its `payments` expanded. */
export function paymentIntentOf(invoice: Stripe.Invoice): string | undefined {
  const payments = invoice.payments?.data ?? [];
  const settled = payments.find(({ status }) => status === 'paid') ?? payments.find(({ is_default }) => is_default);
  return idOf(settled?.payment.payment_intent);
}

/** The payment itself, or the one behind an invoice. @returns undefined when nothing was paid by the invoice */
export async function findPaymentIntentOf(calls: StripeCalls, paymentId: string): Promise<string | undefined> {
  if (!paymentId.startsWith('in_')) return paymentId;
  const invoice = await calls.read('invoices.retrieve', (stripe, options) =>
    stripe.invoices.retrieve(paymentId, { expand: ['payments'] }, options),
  );
  return paymentIntentOf(invoice);
}
