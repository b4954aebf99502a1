import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Subscription } from '../objects/wire-types.js';
import { Invoices } from './invoices.js';
import { isEnded } from './subscription-rules.js';

export const PERIOD_END = 'stripe.subscription.period_end';
export const CANCEL_AT = 'stripe.subscription.cancel_at';
export const INCOMPLETE_EXPIRY = 'stripe.subscription.incomplete_expiry';
export const PENDING_UPDATE_EXPIRY = 'stripe.subscription.pending_update_expiry';
export const PHASE_BOUNDARY = 'stripe.schedule.phase_boundary';

type Cause = 'cancellation_requested' | 'payment_failed';

/** The two ways in which a subscription ends for good, and what ends with it. */
@Injectable()
export class SubscriptionEndings {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Invoices) private readonly invoices: Invoices,
  ) {
    agenda.on(INCOMPLETE_EXPIRY, (id) => this.expire(store.get('subscription', id)));
    agenda.on(CANCEL_AT, (id) => this.cancelIfDue(store.get('subscription', id)));
  }

  cancel(subscription: Subscription, cause: Cause): void {
    this.forgetDueWork(subscription.id);
    this.dropPendingChange(subscription);
    const now = this.clock.seconds();
    subscription.status = 'canceled';
    subscription.canceled_at ??= now;
    subscription.ended_at = now;
    subscription.cancel_at_period_end = false;
    subscription.cancellation_details = {
      comment: null,
      feedback: null,
      feedback_option: null,
      ...subscription.cancellation_details,
      reason: subscription.cancellation_details?.reason ?? cause,
    };
    this.events.emit('customer.subscription.deleted', subscription);
    this.endSchedule(subscription, cause);
  }

  /** The pending update is given up and its invoice voided. */
  dropPendingChange(subscription: Subscription): void {
    const pending = this.store.find('pending_change', subscription.id);
    if (!pending) return;
    this.agenda.cancel(PENDING_UPDATE_EXPIRY, subscription.id);
    this.store.remove('pending_change', subscription.id);
    const invoice = this.store.get('invoice', pending.invoice);
    if (invoice.status === 'open') this.invoices.void(invoice);
    subscription.pending_update = null;
  }

  private cancelIfDue(subscription: Subscription): void {
    if (isEnded(subscription) || subscription.cancel_at === null) return;
    if (subscription.cancel_at <= this.clock.seconds()) this.cancel(subscription, 'cancellation_requested');
  }

  private expire(subscription: Subscription): void {
    if (subscription.status !== 'incomplete') return;
    this.forgetDueWork(subscription.id);
    this.events.change('customer.subscription.updated', subscription, () => {
      subscription.status = 'incomplete_expired';
      subscription.ended_at = this.clock.seconds();
    });
    const invoice = this.store.find('invoice', subscription.latest_invoice);
    if (invoice?.status === 'open') this.invoices.void(invoice);
  }

  private endSchedule(subscription: Subscription, cause: Cause): void {
    const schedule = this.store.find('subscription_schedule', subscription.schedule);
    if (!schedule || schedule.status !== 'active') return;
    this.agenda.cancel(PHASE_BOUNDARY, schedule.id);
    schedule.status = 'canceled';
    schedule.canceled_at = this.clock.seconds();
    schedule.current_phase = null;
    this.events.emit(
      cause === 'payment_failed' ? 'subscription_schedule.aborted' : 'subscription_schedule.canceled',
      schedule,
    );
  }

  private forgetDueWork(id: string): void {
    for (const kind of [PERIOD_END, CANCEL_AT, INCOMPLETE_EXPIRY]) this.agenda.cancel(kind, id);
  }
}
