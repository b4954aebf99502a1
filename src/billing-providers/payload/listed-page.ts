import type { ListedPage } from '../domain/listing.js';
import type { MoneyFact } from '../domain/payment-facts.js';
import { UnreadablePayloadError } from '../domain/provider-event.js';
import type { Normalised } from './normalised.js';
import { UnexpectedShapeError } from './read-json.js';

/** What names a fact that was listed instead of told. */
export const listedOrigin = (id: string, occurredAt: number) => ({ eventId: `reconciliation:${id}`, occurredAt });

/**
 * A page of facts. What says nothing that we act on is left out; what cannot be read is counted, because one senseless object
 * must not keep the others from being compared.
 *
 * @param normalise undefined where there is nothing to say of the object
 */
export function toMoneyPage<Item>(
  items: readonly Item[],
  next: string | null,
  normalise: (item: Item) => Normalised | undefined,
): ListedPage<MoneyFact> {
  const facts: MoneyFact[] = [];
  let unreadable = 0;
  for (const item of items) {
    try {
      const normalised = normalise(item);
      if (normalised?.kind === 'money') facts.push(normalised.fact);
    } catch (error) {
      if (!(error instanceof UnreadablePayloadError) && !(error instanceof UnexpectedShapeError)) throw error;
      unreadable += 1;
    }
  }
  return { items: facts, unreadable, next };
}
