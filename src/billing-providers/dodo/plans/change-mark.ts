import type { DodoPayments } from 'dodopayments';

type Metadata = DodoPayments.Metadata;

/** The attempt that was about to switch the subscription last. */
const ATTEMPT = 'uplift_change';
/** What it was to switch to. */
const TARGET = 'uplift_change_to';

interface Labelled {
  readonly metadata?: Metadata | null;
}

/**
 * Is written onto the subscription before the call that switches it, since Dodo has no idempotency keys: an attempt that finds
 * its own mark was sent before, and sends nothing any more. By it a switch that cost nothing, and so made no payment, is found
 * too. Not under the name of a payment's label, because Dodo copies a subscription's metadata to the payments of its renewals.
 */
export const withMark = (
  metadata: Metadata | null | undefined,
  attemptId: string,
  targetPriceId: string,
): Metadata => ({
  ...metadata,
  [ATTEMPT]: attemptId,
  [TARGET]: targetPriceId,
});

export const isMarkedBy = ({ metadata }: Labelled, attemptId: string): boolean => metadata?.[ATTEMPT] === attemptId;

/** For the payment of a switch: which product it pays for. */
export const withTarget = (metadata: Record<string, string>, targetPriceId: string): Record<string, string> => ({
  ...metadata,
  [TARGET]: targetPriceId,
});

/** By a subscription's mark, or a payment's label. */
export function targetOf({ metadata }: Labelled): string | undefined {
  const target = metadata?.[TARGET];
  return typeof target === 'string' ? target : undefined;
}
