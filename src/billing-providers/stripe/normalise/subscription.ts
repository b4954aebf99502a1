import type { SubscriptionFact, SubscriptionSnapshot } from '../../domain/facts.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import { toFactOrUnreadable } from './fact-or-unreadable.js';
import { toPrevious } from './previous.js';
import {
  idAt,
  objectAt,
  optionalIdAt,
  optionalObjectAt,
  optionalTimeAt,
  textAt,
  timeAt,
  tryRead,
  UnexpectedShapeError,
  valueAt,
  type JsonObject,
} from '../../payload/read-json.js';
import { listAt } from './list-at.js';
import { toCancelAt, toPendingUpdate, toQuantity, toStatus } from './subscription-fields.js';

export const subscriptionIdsOf = (subscription: JsonObject) => ({
  subscriptionId: textAt(subscription, 'id'),
  customerId: idAt(subscription, 'customer'),
});

export function normaliseSubscription(
  origin: Origin,
  change: SubscriptionFact['change'],
  subscription: JsonObject,
  previousAttributes: JsonObject,
): Normalised {
  const ids = requireIds(() => subscriptionIdsOf(subscription));
  return toFactOrUnreadable(ids, () => {
    const snapshot = toSnapshot(subscription);
    const previous = toPrevious(subscription, snapshot, previousAttributes);
    return { kind: 'subscription', provider: 'stripe', ...ids, ...origin, change, snapshot, previous };
  });
}

/** @throws UnexpectedShapeError, also for a subscription without exactly one item: a plan is one price */
export function toSnapshot(subscription: JsonObject): SubscriptionSnapshot {
  const item = onlyItemOf(subscription);
  const currentPeriodEnd = timeAt(item, 'current_period_end');
  return {
    ...toStatus(textAt(subscription, 'status')),
    priceId: idAt(item, 'price'),
    quantity: toQuantity(item),
    currentPeriodStart: timeAt(item, 'current_period_start'),
    currentPeriodEnd,
    scheduleId: optionalIdAt(subscription, 'schedule'),
    latestInvoiceId: optionalIdAt(subscription, 'latest_invoice'),
    cancelAt: toCancelAt(subscription, currentPeriodEnd),
    canceledAt: optionalTimeAt(subscription, 'canceled_at'),
    endedAt: optionalTimeAt(subscription, 'ended_at'),
    createdAt: timeAt(subscription, 'created'),
    itemId: textAt(item, 'id'),
    pendingUpdate: toPendingUpdate(optionalObjectAt(subscription, 'pending_update'), textAt(item, 'id')),
    groupId: toGroupId(subscription),
  };
}

function onlyItemOf(subscription: JsonObject): JsonObject {
  const items = listAt(subscription, 'items');
  const [item] = items;
  if (!item || items.length > 1 || valueAt(objectAt(subscription, 'items'), 'has_more') === true) {
    throw new UnexpectedShapeError(`the subscription has ${items.length} items instead of one`);
  }
  return item;
}

function toGroupId(subscription: JsonObject): string | null {
  const metadata = optionalObjectAt(subscription, 'metadata') ?? {};
  return tryRead(() => textAt(metadata, 'group_id')) ?? null;
}
