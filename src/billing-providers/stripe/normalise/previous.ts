import type { SubscriptionSnapshot } from '../../domain/facts.js';
import {
  idAt,
  optionalIdAt,
  optionalObjectAt,
  optionalTimeAt,
  textAt,
  timeAt,
  tryRead,
  valueAt,
  type JsonObject,
} from '../../payload/read-json.js';
import { listAt } from './list-at.js';
import { toCancelAt, toPendingUpdate, toQuantity, toStatus } from './subscription-fields.js';

type Previous = Partial<SubscriptionSnapshot>;

/**
 * `previous_attributes` in the snapshot's words: only what the event says it changed. Arrays come whole, so `items` is the
 * item as it was, and it is there at every renewal because periods live on items. What cannot be read is left out: the
 * values order events of one second, and prove nothing.
 */
export function toPrevious(subscription: JsonObject, now: SubscriptionSnapshot, before: JsonObject): Previous {
  const changed = (key: string): boolean => Object.hasOwn(before, key);
  const item = changed('items') ? toPreviousItem(before) : {};
  return {
    ...item,
    ...(changed('status') && tryRead(() => toStatus(textAt(before, 'status')))),
    ...(changed('schedule') && tryRead(() => ({ scheduleId: optionalIdAt(before, 'schedule') }))),
    ...(changed('latest_invoice') && tryRead(() => ({ latestInvoiceId: optionalIdAt(before, 'latest_invoice') }))),
    ...(changed('canceled_at') && tryRead(() => ({ canceledAt: optionalTimeAt(before, 'canceled_at') }))),
    ...(changed('ended_at') && tryRead(() => ({ endedAt: optionalTimeAt(before, 'ended_at') }))),
    ...(changed('pending_update') &&
      tryRead(() => ({ pendingUpdate: toPendingUpdate(optionalObjectAt(before, 'pending_update'), now.itemId) }))),
    ...tryRead(() => toPreviousGroup(before)),
    ...tryRead(() => toPreviousEnd(subscription, now, before, item)),
  };
}

function toPreviousItem(before: JsonObject): Previous {
  const items = tryRead(() => listAt(before, 'items'));
  const item = items?.[0];
  if (!item || items.length > 1) return {};
  return {
    ...tryRead(() => ({ itemId: textAt(item, 'id') })),
    ...tryRead(() => ({ priceId: idAt(item, 'price') })),
    ...tryRead(() => ({ quantity: toQuantity(item) })),
    ...tryRead(() => ({ currentPeriodStart: timeAt(item, 'current_period_start') })),
    ...tryRead(() => ({ currentPeriodEnd: timeAt(item, 'current_period_end') })),
  };
}

/** Objects come with their changed keys only; null means that the key was not there. */
function toPreviousGroup(before: JsonObject): Previous {
  const metadata = optionalObjectAt(before, 'metadata');
  if (!metadata || !Object.hasOwn(metadata, 'group_id')) return {};
  return { groupId: valueAt(metadata, 'group_id') === undefined ? null : textAt(metadata, 'group_id') };
}

/** `cancelAt` is made of two fields and the period: told when one of them changed it. */
function toPreviousEnd(
  subscription: JsonObject,
  now: SubscriptionSnapshot,
  before: JsonObject,
  item: Previous,
): Previous {
  const isTold = Object.hasOwn(before, 'cancel_at') || Object.hasOwn(before, 'cancel_at_period_end');
  const cancelAt = toCancelAt({ ...subscription, ...before }, item.currentPeriodEnd ?? now.currentPeriodEnd);
  return isTold || cancelAt !== now.cancelAt ? { cancelAt } : {};
}
