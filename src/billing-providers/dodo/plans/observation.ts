import type { DodoPayments } from 'dodopayments';
import type {
  InvoiceFact,
  InvoiceLine,
  ProviderFact,
  ScheduleFact,
  SchedulePhase,
  SubscriptionFact,
} from '../../domain/facts.js';
import { periodOf, secondsOf, textOf, toSnapshot } from './subscription-fields.js';

type Subscription = DodoPayments.Subscription;

/** When a reading began, and what names it. */
export interface Reading {
  /** The beginning of its facts' ids; sorts by when the reading began. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly occurredAt: number;
}

interface Origin {
  readonly provider: 'dodo';
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly occurredAt: number;
}

/**
 * What a subscription says of itself: its change to come, itself, and its period as an invoice, since Dodo has payments but no
 * invoices that an event or a subscription names.
 *
 * @throws ProviderError `unsupported_subscription`
 */
export function toObservedFacts(subscription: Subscription, reading: Reading): readonly ProviderFact[] {
  const origin: Origin = {
    provider: 'dodo',
    subscriptionId: textOf(subscription.subscription_id, 'subscription_id'),
    customerId: textOf(subscription.customer?.customer_id, 'customer_id'),
    // What was read is never older than the beginning of the period that it tells of, whatever our own clock says.
    occurredAt: Math.max(reading.occurredAt, periodOf(subscription).start),
  };
  const subject: SubscriptionFact = {
    kind: 'subscription',
    ...origin,
    eventId: `${reading.id}:subscription`,
    change: 'observed',
    snapshot: toSnapshot(subscription),
    previous: {},
  };
  return [
    ...(subject.snapshot.scheduleId === null ? [] : [toScheduleFact(origin, subscription, reading.id)]),
    subject,
    ...toInvoiceFacts(origin, subscription, reading.id),
  ];
}

/** The present period until the change, and what follows. */
export function toPhases(subscription: Subscription): readonly SchedulePhase[] {
  const { scheduled_change: scheduled, product_id, quantity } = subscription;
  if (!scheduled) return [];
  const effectiveAt = secondsOf(scheduled.effective_at, 'scheduled_change.effective_at');
  const priceId = textOf(scheduled.product_id, 'scheduled_change.product_id');
  return [
    { startAt: periodOf(subscription).start, endAt: effectiveAt, priceId: product_id, quantity },
    { startAt: effectiveAt, endAt: null, priceId, quantity: scheduled.quantity },
  ];
}

function toScheduleFact(origin: Origin, subscription: Subscription, readingId: string): ScheduleFact {
  const phases = toPhases(subscription);
  const [current] = phases as readonly [SchedulePhase, SchedulePhase];
  return {
    kind: 'schedule',
    ...origin,
    eventId: `${readingId}:schedule`,
    change: 'observed',
    scheduleId: textOf(subscription.scheduled_change?.id, 'scheduled_change.id'),
    scheduleStatus: 'active',
    currentPhase: { startAt: current.startAt, endAt: current.endAt as number },
    phases,
  };
}

/**
 * `active` is said only for a period that is paid, or has nothing to pay. A renewal that failed leaves the period as it was
 * while its date has passed: that period is paid, and the one that should have begun is not. Where Dodo moved the period all
 * the same, or a change within it was not paid, it is this period that is not.
 */
function toInvoiceFacts(origin: Origin, subscription: Subscription, readingId: string): readonly InvoiceFact[] {
  const period = periodOf(subscription);
  const fact = (change: 'paid' | 'payment_failed', line: InvoiceLine): InvoiceFact => ({
    kind: 'invoice',
    ...origin,
    eventId: `${readingId}:invoice:${change}`,
    change,
    invoiceId: `period:${line.periodStart}:${line.priceId}`,
    total: 0, // the subscription does not say
    currency: subscription.currency,
    attemptCount: 1,
    nextAttemptAt: null,
    lines: [line],
  });
  const present = lineOf(subscription.product_id, period.start, period.end);
  switch (subscription.status) {
    case 'active':
    case 'expired': // at the end of its term, by itself
      return [fact('paid', present)];
    case 'cancelled':
      return subscription.cancel_at_next_billing_date ? [fact('paid', present)] : [];
    case 'past_due':
    case 'on_hold': {
      if (subscription.paused_at) return []; // what is owed is for the pause
      if (period.end > origin.occurredAt) return [fact('payment_failed', present)];
      return [fact('paid', present), fact('payment_failed', dueLineOf(subscription))];
    }
    case 'failed': // it never began: its first payment failed
      return [fact('payment_failed', present)];
    case 'pending':
    case 'paused':
      return [];
    default:
      return subscription.status satisfies never;
  }
}

const lineOf = (priceId: string, periodStart: number, periodEnd: number): InvoiceLine => ({
  priceId,
  periodStart,
  periodEnd,
  proration: false,
});

/** Of the period that should have begun: as long as the present one, which is near enough for one that nobody has. */
function dueLineOf(subscription: Subscription): InvoiceLine {
  const { start, end } = periodOf(subscription);
  const { scheduled_change: scheduled } = subscription;
  const isSwitching = scheduled && secondsOf(scheduled.effective_at, 'scheduled_change.effective_at') <= end;
  return lineOf(isSwitching ? scheduled.product_id : subscription.product_id, end, end + (end - start));
}
