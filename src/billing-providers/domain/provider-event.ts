import type { ProviderFact, ProviderName } from './facts.js';
import type { MoneyFact } from './payment-facts.js';

/** An event of a provider in neutral words; what `normalise` makes of a payload. */
export type ProviderEvent = {
  readonly provider: ProviderName;
  readonly eventId: string;
  readonly eventType: string;
  readonly occurredAt: number;
} & (
  | { readonly kind: 'fact'; readonly fact: ProviderFact }
  | { readonly kind: 'money'; readonly fact: MoneyFact }
  /**
   * A subscription that the payload names but does not describe well enough (another API version, several items, or the state
   * at delivery instead of the event's): it must be read from the provider.
   */
  | { readonly kind: 'must_read'; readonly subscriptionId: string; readonly customerId: string; readonly why: string }
  /** Nothing that we act on: settled, payload kept. */
  | { readonly kind: 'unsupported' }
);

/** A signed payload that makes no sense (missing fields, values that cannot be stored): the event is quarantined with this text. */
export class UnreadablePayloadError extends Error {
  override readonly name = 'UnreadablePayloadError';
}
