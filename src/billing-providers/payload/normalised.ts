import type { ProviderFact } from '../domain/facts.js';
import type { MoneyFact } from '../domain/payment-facts.js';
import { UnreadablePayloadError } from '../domain/provider-event.js';
import { UnexpectedShapeError } from './read-json.js';

/** Where a fact comes from, as every normaliser is told it. */
export interface Origin {
  readonly eventId: string;
  /** Seconds since 1970. */
  readonly occurredAt: number;
}

/** What an object of an event is made of. */
export type Normalised =
  | { readonly kind: 'fact'; readonly fact: ProviderFact }
  | { readonly kind: 'money'; readonly fact: MoneyFact }
  | { readonly kind: 'must_read'; readonly subscriptionId: string; readonly customerId: string; readonly why: string }
  | { readonly kind: 'unsupported' };

/** What an object of ours must at least say. @throws UnreadablePayloadError instead of UnexpectedShapeError */
export function requireIds<Ids>(read: () => Ids): Ids {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnexpectedShapeError) throw new UnreadablePayloadError(error.message);
    throw error;
  }
}
