import type { DodoPayments } from 'dodopayments';
import type { SavedCard } from '../../domain/charge.js';
import type { DodoCalls } from '../dodo-calls.js';
import { toBrand } from './method.js';
import { requireId } from './read-payment.js';

type Item = DodoPayments.CustomerRetrievePaymentMethodsResponse['items'][number];

/** Dodo names no default: the card that was used last comes first. */
export async function listSavedCards(calls: DodoCalls, customerId: string): Promise<readonly SavedCard[]> {
  const answer = await calls.read('customers.retrieve_payment_methods', (dodo, options) =>
    dodo.customers.retrievePaymentMethods(customerId, options),
  );
  return toSavedCards(requireId(answer.items, Array.isArray(answer.items)));
}

export const toSavedCards = (items: readonly Item[]): readonly SavedCard[] =>
  items.toSorted((left, right) => lastUse(right) - lastUse(left)).flatMap(toSavedCard);

const lastUse = ({ last_used_at: time }: Item): number => (time ? Date.parse(time) || 0 : 0);

/** A card whose digits or expiry Dodo does not tell cannot be agreed upon, so it is none. */
function toSavedCard({
  payment_method_id: id,
  payment_method: kind,
  card,
  recurring_enabled: reusable,
}: Item): SavedCard[] {
  if (kind !== 'card' || !card) return [];
  const { last4_digits: last4, card_network: network } = card;
  const expiryMonth = toNumber(card.expiry_month, /^(0?[1-9]|1[0-2])$/);
  const expiryYear = toNumber(card.expiry_year, /^(\d{2}|2\d{3})$/);
  if (!last4 || expiryMonth === undefined || expiryYear === undefined) return [];
  return [
    {
      id,
      brand: network ? toBrand(network) : 'card',
      last4,
      expiryMonth,
      expiryYear: expiryYear < 100 ? 2_000 + expiryYear : expiryYear,
      fingerprint: null,
      isReusable: reusable !== false,
    },
  ];
}

function toNumber(text: string | null | undefined, pattern: RegExp): number | undefined {
  const trimmed = text?.trim() ?? '';
  return pattern.test(trimmed) ? Number(trimmed) : undefined;
}
