import { ATTEMPT_LABEL } from '../normalise/labels.js';

/** An id, or the object that it was expanded to. */
export const idOf = (value: string | { readonly id: string } | null | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.id;

export const labelled = (metadata: Readonly<Record<string, string>>, attemptId: string): Record<string, string> => ({
  ...metadata,
  [ATTEMPT_LABEL]: attemptId,
});

export const isOfAttempt = (
  object: { readonly metadata?: Readonly<Record<string, string>> | null },
  attemptId: string,
): boolean => object.metadata?.[ATTEMPT_LABEL] === attemptId;
