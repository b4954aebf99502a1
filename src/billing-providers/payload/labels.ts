import { isUUID } from 'class-validator';
import type { PaymentLabels } from '../domain/payment-facts.js';
import { isJsonObject, isStorableText, valueAt, type JsonObject } from './read-json.js';

/** Where an attempt's id travels at a provider. */
export const ATTEMPT_LABEL = 'uplift_attempt';

/**
 * What we or the merchant wrote on an object. An attempt's id is ours, so what is no uuid is not one. An offer's id is kept
 * as the merchant wrote it: one that nobody knows is a mistake which must be seen, not a payment that is nobody's. Total:
 * a label that no column could hold is none.
 */
export function labelsOf(metadata: unknown): PaymentLabels {
  const labels = isJsonObject(metadata) ? metadata : {};
  const attemptId = labelAt(labels, ATTEMPT_LABEL);
  return {
    attemptId: attemptId !== null && isUUID(attemptId) ? attemptId.toLowerCase() : null,
    offerUuid: labelAt(labels, 'offer_uuid'),
    groupId: labelAt(labels, 'group_id'),
  };
}

function labelAt(labels: JsonObject, key: string): string | null {
  const value = valueAt(labels, key);
  return isStorableText(value) ? value : null;
}

/** Metadata with the attempt that it is of. */
export const labelled = (metadata: Readonly<Record<string, string>>, attemptId: string): Record<string, string> => ({
  ...metadata,
  [ATTEMPT_LABEL]: attemptId,
});

/** Whether it carries the attempt's id, compared exactly: nobody else writes it as we do. */
export const isOfAttempt = (
  object: { readonly metadata?: Readonly<Record<string, unknown>> | null },
  attemptId: string,
): boolean => object.metadata?.[ATTEMPT_LABEL] === attemptId;
