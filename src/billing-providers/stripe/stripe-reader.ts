import { randomUUID } from 'node:crypto';
import type { FetchedSubscription, ReadStamp } from '../billing-provider.js';
import type { InvoiceFact, ProviderFact, ScheduleFact, SubscriptionFact } from '../domain/facts.js';
import { ProviderError } from '../provider-error.js';
import { UnreadablePayloadError } from '../domain/provider-event.js';
import { toInvoiceContent } from './normalise/invoice.js';
import {
  isJsonObject,
  optionalObjectAt,
  optionalTimeAt,
  textAt,
  toJson,
  UnexpectedShapeError,
  valueAt,
  type JsonObject,
} from '../payload/read-json.js';
import { toScheduleContent } from './normalise/schedule.js';
import { subscriptionIdsOf, toSnapshot } from './normalise/subscription.js';
import type { StripeCalls } from './stripe-calls.js';

/** What the facts of one reading share. */
interface Reading {
  readonly provider: 'stripe';
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly occurredAt: number;
}

/** One call reads a subscription, its schedule and its latest invoice. @throws ProviderError */
export async function fetchSubscription(
  calls: StripeCalls,
  subscriptionId: string,
  stamp: ReadStamp,
): Promise<FetchedSubscription> {
  // Begins with the time (system clock), so that of two readings the later one sorts last.
  const readingId = `fetch:${Date.now()}:${randomUUID()}`;
  const subscription = await calls.read('subscriptions.retrieve', (stripe, options) =>
    stripe.subscriptions.retrieve(subscriptionId, { expand: ['schedule', 'latest_invoice'] }, options),
  );
  try {
    return { facts: toFacts(toJson(subscription), stamp, readingId) };
  } catch (error) {
    const isUnsupported = error instanceof UnexpectedShapeError || error instanceof UnreadablePayloadError;
    if (!isUnsupported) throw error;
    throw new ProviderError('refused', `the subscription cannot be read: ${error.message}`, {
      providerCode: 'unsupported_subscription',
      cause: error,
    });
  }
}

/** @throws UnexpectedShapeError, UnreadablePayloadError */
export function toFacts(subscription: JsonObject, stamp: ReadStamp, readingId: string): readonly ProviderFact[] {
  const reading: Reading = { provider: 'stripe', ...subscriptionIdsOf(subscription), occurredAt: stamp.occurredAt };
  const schedule = valueAt(subscription, 'schedule');
  const invoice = valueAt(subscription, 'latest_invoice');
  return [
    toSubscriptionFact(reading, subscription, stamp, `${readingId}:subscription`),
    ...(isJsonObject(schedule) ? [toScheduleFact(reading, schedule, stamp, `${readingId}:schedule`)] : []),
    ...(isJsonObject(invoice) ? toInvoiceFacts(reading, invoice, `${readingId}:invoice`) : []),
  ];
}

function toSubscriptionFact(
  reading: Reading,
  subscription: JsonObject,
  { covers }: ReadStamp,
  eventId: string,
): SubscriptionFact {
  const snapshot = toSnapshot(subscription);
  // Canceled is final at Stripe, whatever else is still to arrive.
  const change = snapshot.providerStatus === 'canceled' ? 'deleted' : 'fetched';
  return { kind: 'subscription', ...reading, eventId, change, snapshot, previous: {}, covers };
}

function toScheduleFact(reading: Reading, schedule: JsonObject, { covers }: ReadStamp, eventId: string): ScheduleFact {
  return { kind: 'schedule', ...reading, eventId, change: 'fetched', ...toScheduleContent(schedule), covers };
}

/** Nothing for an invoice that nobody has tried to collect yet. */
function toInvoiceFacts(reading: Reading, invoice: JsonObject, eventId: string): readonly InvoiceFact[] {
  const content = toInvoiceContent(invoice);
  const settled = toSettlement(invoice, content.attemptCount);
  if (!settled) return [];
  // Never newer than the reading, so that it cannot overtake an event that is known.
  const occurredAt = Math.min(settled.at ?? reading.occurredAt, reading.occurredAt);
  return [{ kind: 'invoice', ...reading, eventId, occurredAt, change: settled.change, ...content }];
}

function toSettlement(
  invoice: JsonObject,
  attemptCount: number,
): { readonly change: InvoiceFact['change']; readonly at: number | null } | undefined {
  const transitions = optionalObjectAt(invoice, 'status_transitions') ?? {};
  switch (textAt(invoice, 'status')) {
    case 'paid':
      return { change: 'paid', at: optionalTimeAt(transitions, 'paid_at') };
    case 'uncollectible':
      return { change: 'uncollectible', at: optionalTimeAt(transitions, 'marked_uncollectible_at') };
    case 'void':
      return { change: 'voided', at: optionalTimeAt(transitions, 'voided_at') };
    case 'open':
      return attemptCount > 0 ? { change: 'payment_failed', at: null } : undefined;
    default:
      return undefined; // a draft
  }
}
