import type { SubscriptionSnapshot, SubscriptionStatus } from '../../domain/facts.js';
import {
  idAt,
  integerAt,
  objectsAt,
  optionalTimeAt,
  timeAt,
  UnexpectedShapeError,
  valueAt,
  type JsonObject,
} from '../../payload/read-json.js';

/** Stripe's status words (docs.stripe.com/billing/subscriptions/overview#subscription-statuses). */
const STATUSES: ReadonlyMap<string, SubscriptionStatus> = new Map([
  ['incomplete', 'incomplete'],
  ['trialing', 'active'],
  ['active', 'active'],
  ['past_due', 'past_due'],
  ['unpaid', 'past_due'],
  ['paused', 'past_due'],
  ['canceled', 'canceled'],
  ['incomplete_expired', 'canceled'],
]);
/** Stripe stopped collecting, or a trial ended without a card: no grace helps. */
const SUSPENDED = new Set(['unpaid', 'paused']);

/** The vocabulary is open: a word of tomorrow is not guessed at. */
export function toStatus(
  providerStatus: string,
): Pick<SubscriptionSnapshot, 'status' | 'providerStatus' | 'accessSuspended'> {
  const status = STATUSES.get(providerStatus);
  if (!status) throw new UnexpectedShapeError('the status is not a known one');
  return { status, providerStatus, accessSuspended: SUSPENDED.has(providerStatus) };
}

/** Metered prices have no quantity. */
export const toQuantity = (item: JsonObject): number =>
  valueAt(item, 'quantity') === undefined ? 1 : integerAt(item, 'quantity');

/** Trials and flexible billing set only `cancel_at`, the older way only `cancel_at_period_end`. */
export function toCancelAt(subscription: JsonObject, currentPeriodEnd: number): number | null {
  const isEndingWithPeriod = valueAt(subscription, 'cancel_at_period_end') === true;
  return optionalTimeAt(subscription, 'cancel_at') ?? (isEndingWithPeriod ? currentPeriodEnd : null);
}

/** Null also when what waits for payment is not another price. */
export function toPendingUpdate(pending: JsonObject | null, itemId: string): SubscriptionSnapshot['pendingUpdate'] {
  if (!pending || valueAt(pending, 'subscription_items') === undefined) return null;
  const items = objectsAt(pending, 'subscription_items');
  const item = items.find((one) => valueAt(one, 'id') === itemId) ?? items[0];
  return item ? { priceId: idAt(item, 'price'), expiresAt: timeAt(pending, 'expires_at') } : null;
}
