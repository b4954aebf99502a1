import type { ProviderFact } from '../../domain/facts.js';
import type { Normalised } from '../../payload/normalised.js';
import { UnexpectedShapeError } from '../../payload/read-json.js';

/** The fact, or that the subscription must be read because the payload has another shape. */
export function toFactOrUnreadable(
  ids: { readonly subscriptionId: string; readonly customerId: string },
  makeFact: () => ProviderFact,
): Normalised {
  try {
    return { kind: 'fact', fact: makeFact() };
  } catch (error) {
    if (!(error instanceof UnexpectedShapeError)) throw error;
    return { kind: 'must_read', subscriptionId: ids.subscriptionId, customerId: ids.customerId, why: error.message };
  }
}
