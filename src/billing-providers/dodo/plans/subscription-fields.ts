import type { DodoPayments } from 'dodopayments';
import type { SubscriptionSnapshot } from '../../domain/facts.js';
import { isStorableText } from '../../payload/read-json.js';
import { ProviderError } from '../../provider-error.js';
import { toSeconds } from '../normalise/fields.js';

type Subscription = DodoPayments.Subscription;

/** `on_hold`: Dodo gave up collecting until there is a new card; `paused`: nothing is billed, and nothing is given. */
const STATUS: Readonly<
  Record<DodoPayments.SubscriptionStatus, Pick<SubscriptionSnapshot, 'status' | 'accessSuspended'>>
> = {
  pending: { status: 'incomplete', accessSuspended: false },
  active: { status: 'active', accessSuspended: false },
  past_due: { status: 'past_due', accessSuspended: false },
  on_hold: { status: 'past_due', accessSuspended: true },
  paused: { status: 'past_due', accessSuspended: true },
  cancelled: { status: 'canceled', accessSuspended: false },
  failed: { status: 'canceled', accessSuspended: false },
  expired: { status: 'canceled', accessSuspended: false },
};

/** Whoever never began has no period yet. */
const NEVER_BEGAN: ReadonlySet<string> = new Set(['pending', 'failed']);

/** The fields that rules look at. @throws ProviderError `unsupported_subscription` */
export function toSnapshot(subscription: Subscription): SubscriptionSnapshot {
  const { status, scheduled_change: scheduled } = subscription;
  if (!Object.hasOwn(STATUS, status)) throw unsupported('the status is not known');
  const period = periodOf(subscription);
  const isLiving = STATUS[status].status !== 'canceled';
  return {
    ...STATUS[status],
    providerStatus: status,
    priceId: textOf(subscription.product_id, 'product_id'),
    quantity: quantityOf(subscription.quantity),
    currentPeriodStart: period.start,
    currentPeriodEnd: period.end,
    scheduleId: isLiving && scheduled ? textOf(scheduled.id, 'scheduled_change.id') : null,
    latestInvoiceId: null, // Dodo bills by payments
    cancelAt: isLiving && subscription.cancel_at_next_billing_date ? period.end : null,
    canceledAt: optionalSecondsOf(subscription.cancelled_at),
    endedAt: endOf(subscription),
    createdAt: secondsOf(subscription.created_at, 'created_at'),
    itemId: textOf(subscription.subscription_id, 'subscription_id'), // one product, no items
    pendingUpdate: null, // a change that waits for its payment is not told
    groupId: groupOf(subscription.metadata),
  };
}

/** Seconds since 1970 of the present period. */
export function periodOf(subscription: Subscription): { readonly start: number; readonly end: number } {
  const { status, previous_billing_date: start, next_billing_date: end } = subscription;
  const fallback = NEVER_BEGAN.has(status) ? subscription.created_at : undefined;
  return {
    start: secondsOf(start ?? fallback, 'previous_billing_date'),
    end: secondsOf(end ?? fallback, 'next_billing_date'),
  };
}

/** Dodo keeps no time of the end: a cancelled one ended when it was cancelled, an expired one when its term was over. */
function endOf({ status, cancelled_at: cancelledAt, expires_at: expiresAt }: Subscription): number | null {
  if (status === 'cancelled') return optionalSecondsOf(cancelledAt);
  return status === 'expired' ? optionalSecondsOf(expiresAt) : null;
}

function quantityOf(quantity: unknown): number {
  if (!Number.isSafeInteger(quantity) || (quantity as number) < 1) throw unsupported('the quantity is no number');
  return quantity as number;
}

/** Anybody at the merchant writes metadata: what is no usable text names no group. */
function groupOf(metadata: Subscription['metadata'] | null | undefined): string | null {
  const group: unknown = metadata && Object.hasOwn(metadata, 'group_id') ? metadata.group_id : undefined;
  return isStorableText(group) ? group : null;
}

/** @throws ProviderError `unsupported_subscription` when no column could hold it */
export function textOf(value: unknown, field: string): string {
  if (isStorableText(value)) return value;
  throw unsupported(`${field} is not a text`);
}

/** Dodo's times have microseconds; facts have whole seconds. @throws ProviderError `unsupported_subscription` */
export function secondsOf(value: unknown, field: string): number {
  const seconds = toSeconds(value);
  if (seconds !== undefined) return seconds;
  throw unsupported(`${field} is not a time`);
}

const optionalSecondsOf = (value: string | null | undefined): number | null =>
  value === null || value === undefined ? null : secondsOf(value, 'a time');

/** A subscription in another shape than the one that this code reads is never guessed at. */
const unsupported = (why: string): ProviderError =>
  new ProviderError('refused', `the subscription cannot be read: ${why}`, { providerCode: 'unsupported_subscription' });
