import type { Stripe } from 'stripe';
import type { SavedCard } from '../../domain/charge.js';
import type { StripeCalls } from '../stripe-calls.js';
import { idOf } from './identity.js';

/** More than anybody keeps, and what one page holds. */
const MOST_CARDS = 100;

/**
 * The customer's default first, the others as Stripe orders them: newest first. Stripe attaches a payment method at each purchase,
 * so one card may be there several times, with one fingerprint.
 */
export async function listSavedCards(calls: StripeCalls, customerId: string): Promise<readonly SavedCard[]> {
  const [customer, { data }] = await Promise.all([
    calls.read('customers.retrieve', (stripe, options) => stripe.customers.retrieve(customerId, {}, options)),
    calls.read('customers.list_payment_methods', (stripe, options) =>
      stripe.customers.listPaymentMethods(customerId, { type: 'card', limit: MOST_CARDS }, options),
    ),
  ]);
  const preferred = customer.deleted ? undefined : idOf(customer.invoice_settings.default_payment_method);
  return data.flatMap(toSavedCard).toSorted((left, right) => rank(left) - rank(right));

  function rank({ id }: SavedCard): number {
    return id === preferred ? 0 : 1;
  }
}

function toSavedCard({ id, card }: Stripe.PaymentMethod): SavedCard[] {
  if (!card) return [];
  const { brand, last4, exp_month: expiryMonth, exp_year: expiryYear, fingerprint = null } = card;
  return [{ id, brand, last4, expiryMonth, expiryYear, fingerprint, isReusable: true }];
}
