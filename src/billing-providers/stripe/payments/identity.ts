/** An id, or the object that it was expanded to. */
export const idOf = (value: string | { readonly id: string } | null | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.id;

/** Where an attempt's id travels at Stripe. */
export const ATTEMPT_LABEL = 'uplift_attempt';

export const labelled = (metadata: Readonly<Record<string, string>>, attemptId: string): Record<string, string> => ({
  ...metadata,
  [ATTEMPT_LABEL]: attemptId,
});

export const isOfAttempt = (
  object: { readonly metadata?: Readonly<Record<string, string>> | null },
  attemptId: string,
): boolean => object.metadata?.[ATTEMPT_LABEL] === attemptId;
