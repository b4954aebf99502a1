import type { Stripe } from 'stripe';
import type { SavedCard } from '../../domain/charge.js';
import type { StripeCalls } from '../stripe-calls.js';
import { idOf } from './identity.js';

/** More than anybody keeps, and what one page holds. */
const MOST_CARDS = 100;

/**
 * The customer's default first, the others as Stripe orders them: newest first. Stripe attaches a payment method at each purchase:
 * of those of one card (its fingerprint) the first in this order stands for all.
 */
export async function listSavedCards(calls: StripeCalls, customerId: string): Promise<readonly SavedCard[]> {
  const [customer, { data }] = await Promise.all([
    calls.read('customers.retrieve', (stripe, options) => stripe.customers.retrieve(customerId, {}, options)),
    calls.read('customers.list_payment_methods', (stripe, options) =>
      stripe.customers.listPaymentMethods(customerId, { type: 'card', limit: MOST_CARDS }, options),
    ),
  ]);
  const preferred = customer.deleted ? undefined : idOf(customer.invoice_settings.default_payment_method);
  const rank = ({ id }: Stripe.PaymentMethod): number => (id === preferred ? 0 : 1);
  return onePerCard(data.toSorted((left, right) => rank(left) - rank(right))).flatMap(toSavedCard);
}

function onePerCard(methods: readonly Stripe.PaymentMethod[]): readonly Stripe.PaymentMethod[] {
  const seen = new Set<string>();
  return methods.filter(({ card }) => {
    if (!card?.fingerprint) return true;
    const isNew = !seen.has(card.fingerprint);
    seen.add(card.fingerprint);
    return isNew;
  });
}

function toSavedCard({ id, card }: Stripe.PaymentMethod): SavedCard[] {
  if (!card) return [];
  const { brand, last4, exp_month: expiryMonth, exp_year: expiryYear } = card;
  return [{ id, brand, last4, expiryMonth, expiryYear }];
}
