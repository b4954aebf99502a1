import { randomUUID } from 'node:crypto';
import type { FetchedSubscription, ReadStamp } from '../../billing-provider.js';
import type { DodoCalls } from '../dodo-calls.js';
import { toObservedFacts } from './observation.js';
import { readSubscription } from './read-subscription.js';

/** Digits of a millisecond since 1970, so that ids sort as their readings began. */
const DIGITS = 15;

/** Names a reading that begins now. */
export const newReadingId = (): string => `observed:${String(Date.now()).padStart(DIGITS, '0')}:${randomUUID()}`;

/**
 * One call reads a subscription with its change to come. What it says is placed where the reading began: never before what was
 * known then, and of one second in the order of the system's clock, which goes on where product time stands still.
 *
 * @param now product time, seconds since 1970
 * @throws ProviderError
 */
export async function fetchSubscription(
  calls: DodoCalls,
  subscriptionId: string,
  stamp: ReadStamp,
  now: number,
): Promise<FetchedSubscription> {
  const id = newReadingId();
  const subscription = await readSubscription(calls, subscriptionId);
  return { facts: toObservedFacts(subscription, { id, occurredAt: Math.max(now, stamp.occurredAt) }) };
}
