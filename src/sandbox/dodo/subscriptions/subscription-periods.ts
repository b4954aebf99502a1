import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { DodoStore } from '../objects/dodo-store.js';
import { toMoment } from '../objects/moments.js';
import type { Subscription } from '../objects/wire-types.js';
import { boundaryAt, nextBoundary } from './rules/calendar.js';
import { frequencyOfSubscription } from './subscription-objects.js';

export const PERIOD_END = 'dodo.subscription.period_end';

/** The billing dates of a subscription, and the due work that waits at the next of them. Times in milliseconds. */
@Injectable()
export class SubscriptionPeriods {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(Agenda) private readonly agenda: Agenda,
  ) {}

  /** The dates of a period that would begin at `start`. */
  datesFrom(
    subscription: Subscription,
    start: number,
  ): Pick<Subscription, 'previous_billing_date' | 'next_billing_date'> {
    const end = boundaryAt(start, frequencyOfSubscription(subscription), 1);
    return { previous_billing_date: toMoment(start), next_billing_date: toMoment(end) };
  }

  /** A period begins now and sets the day of all that follow. */
  beginAnew(subscription: Subscription, start: number): void {
    const note = this.noteOf(subscription);
    note.anchor = start;
    note.trialEndsAt = null;
    this.set(subscription, start, boundaryAt(start, frequencyOfSubscription(subscription), 1));
  }

  /** Nothing is billed until `end`, from where the boundaries are counted. */
  beginTrial(subscription: Subscription, end: number): void {
    this.moveEnd(subscription, end);
    this.noteOf(subscription).trialEndsAt = end;
  }

  /** The next period begins where the one before ended. */
  goOn(subscription: Subscription, start: number): void {
    const note = this.noteOf(subscription);
    note.trialEndsAt = null;
    this.set(subscription, start, nextBoundary(note.anchor, frequencyOfSubscription(subscription), start));
  }

  /** The running period ends at another time; the boundaries after it are counted from there. */
  moveEnd(subscription: Subscription, end: number): void {
    this.noteOf(subscription).anchor = end;
    this.set(subscription, Date.parse(subscription.previous_billing_date), end);
  }

  /** Waits for the end of the period, or of the subscription when that comes first. */
  wait(subscription: Subscription): void {
    const { subscription_id: id, next_billing_date: next, expires_at: expiry } = subscription;
    this.agenda.schedule(PERIOD_END, id, Math.min(Date.parse(next), expiry ? Date.parse(expiry) : Infinity));
  }

  stop({ subscription_id: id }: Subscription): void {
    this.agenda.cancel(PERIOD_END, id);
  }

  private set(subscription: Subscription, start: number, end: number): void {
    subscription.previous_billing_date = toMoment(start);
    subscription.next_billing_date = toMoment(end);
    if (subscription.scheduled_change) subscription.scheduled_change.effective_at = toMoment(end);
    this.wait(subscription);
  }

  private noteOf({ subscription_id: id }: Subscription) {
    return this.store.get('subscription_note', id);
  }
}
