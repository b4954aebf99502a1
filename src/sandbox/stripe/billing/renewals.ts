import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Subscription } from '../objects/wire-types.js';
import { nextBoundary } from './calendar.js';
import { Invoices } from './invoices.js';
import { computePeriodLines } from './lines.js';
import { PendingLines } from './pending-lines.js';
import { Schedules } from './schedules.js';
import { PERIOD_END, SubscriptionEndings } from './subscription-endings.js';
import { periodEndOf } from './subscription-rules.js';

const RENEWING = ['active', 'trialing', 'past_due', 'unpaid'];

/**
 * The boundary of a period: first the subscription switches (items, periods, latest invoice), then the draft invoice
 * appears, then the schedule moves on. The invoice finalises and is paid an hour later, whatever the switch did
 * (https://docs.stripe.com/billing/subscriptions/webhooks).
 */
@Injectable()
export class Renewals {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Invoices) private readonly invoices: Invoices,
    @Inject(PendingLines) private readonly pendingLines: PendingLines,
    @Inject(Schedules) private readonly schedules: Schedules,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
  ) {
    agenda.on(PERIOD_END, (id) => this.renewIfDue(store.get('subscription', id)));
    schedules.onBoundary((subscription) => this.renewIfDue(subscription));
  }

  private renewIfDue(subscription: Subscription): void {
    if (!RENEWING.includes(subscription.status)) return;
    const end = periodEndOf(subscription);
    if (end > this.clock.seconds()) return;
    const { cancel_at: cancelAt, cancel_at_period_end: endsHere } = subscription;
    if (endsHere || (cancelAt !== null && cancelAt <= end)) {
      this.endings.cancel(subscription, 'cancellation_requested');
      return;
    }
    if (this.schedules.endsBy(subscription, end)) return;
    this.renew(subscription, end);
  }

  private renew(subscription: Subscription, start: number): void {
    const phase = this.schedules.enterPhase(subscription, start);
    const wasUnpaid = subscription.status === 'unpaid';
    const invoiceId = newId('invoice');
    const previousStart = subscription.items.data[0]!.current_period_start;
    if (phase) this.endings.dropPendingChange(subscription);
    this.events.change('customer.subscription.updated', subscription, () => {
      if (phase) Object.assign(subscription, { metadata: { ...subscription.metadata, ...phase.metadata } });
      this.movePeriod(subscription, start, phase?.items);
      subscription.latest_invoice = invoiceId;
      if (subscription.status === 'trialing') subscription.status = 'active';
    });
    const draft = {
      id: invoiceId,
      subscription,
      reason: 'subscription_cycle' as const,
      lines: [
        ...this.pendingLines.take(subscription.id),
        ...computePeriodLines(subscription.id, subscription.items.data),
      ],
      period: { start: previousStart, end: start },
    };
    // An unpaid subscription goes on collecting drafts that nobody finalises.
    if (wasUnpaid) this.invoices.draftNow(draft);
    else this.invoices.draftForLater(draft);
    this.agenda.schedule(PERIOD_END, subscription.id, periodEndOf(subscription) * 1000);
    this.schedules.afterBoundary(subscription, start);
  }

  private movePeriod(subscription: Subscription, start: number, items = subscription.items.data): void {
    const [before, after] = [subscription.items.data[0]!.price.recurring!, items[0]!.price.recurring!];
    const keepsAnchor = before.interval === after.interval && before.interval_count === after.interval_count;
    if (!keepsAnchor) subscription.billing_cycle_anchor = start;
    const end = nextBoundary(subscription.billing_cycle_anchor, after, start);
    subscription.items.data = items.map((item) => ({ ...item, current_period_start: start, current_period_end: end }));
  }
}
