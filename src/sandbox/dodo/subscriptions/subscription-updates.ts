import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoEventLog } from '../objects/event-log.js';
import { toMoment } from '../objects/moments.js';
import type { BillingAddress, Metadata, Subscription } from '../objects/wire-types.js';
import { invalidParameters, refused } from '../wire/dodo-error.js';
import { hasEnded, SubscriptionEndings } from './subscription-endings.js';
import { SubscriptionPeriods } from './subscription-periods.js';

/** What can be changed of a subscription without billing anything. Absent: stays. Times in milliseconds. */
export interface SubscriptionUpdate {
  readonly status?: Subscription['status'] | null | undefined;
  readonly cancel_at_next_billing_date?: boolean | null | undefined;
  readonly cancellation_comment?: string | null | undefined;
  readonly cancellation_feedback?: DodoPayments.CancellationFeedback | null | undefined;
  readonly metadata?: Metadata | null | undefined;
  readonly next_billing_date?: number | null | undefined;
  readonly billing?: BillingAddress | null | undefined;
  readonly customer_name?: string | null | undefined;
  readonly customer_business_name?: string | null | undefined;
  readonly tax_id?: string | null | undefined;
}

/** The `PATCH` of a subscription: cancelling, pausing, and what is only written down. */
@Injectable()
export class SubscriptionUpdates {
  constructor(
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(SubscriptionPeriods) private readonly periods: SubscriptionPeriods,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
  ) {}

  /** @throws 422 for a subscription that has ended, and for a change that its state does not allow */
  update(subscription: Subscription, update: SubscriptionUpdate): Subscription {
    if (hasEnded(subscription)) throw refused('SUBSCRIPTION_INACTIVE', 'Subscription is not active');
    if (update.status === 'paused' || update.status === 'active') return this.pauseOrResume(subscription, update);
    if (update.status && update.status !== 'cancelled')
      throw invalidParameters(`A subscription cannot be set to ${update.status}`);
    this.checkNextBillingDate(subscription, update.next_billing_date ?? null);
    return this.events.together(() => {
      this.writeDown(subscription, update);
      if (update.next_billing_date) this.periods.moveEnd(subscription, update.next_billing_date);
      if (typeof update.cancel_at_next_billing_date === 'boolean')
        this.setCancellation(subscription, update.cancel_at_next_billing_date);
      if (update.status === 'cancelled') this.endings.cancel(subscription);
      else this.events.subscription('subscription.updated', subscription);
      return subscription;
    });
  }

  /** Also one on hold, whose billing date may be past: it then ends at once. */
  private setCancellation(subscription: Subscription, isCancelled: boolean): void {
    subscription.cancel_at_next_billing_date = isCancelled;
    if (isCancelled) this.periods.wait(subscription);
    else if (subscription.status !== 'active') this.periods.stop(subscription);
  }

  private writeDown(subscription: Subscription, update: SubscriptionUpdate): void {
    const { customer_name: name, customer_business_name: businessName, tax_id: taxId } = update;
    if (update.metadata) subscription.metadata = update.metadata;
    if (update.billing) subscription.billing = { ...subscription.billing, ...update.billing };
    if (name) subscription.customer = { ...subscription.customer, name };
    if (businessName !== undefined) subscription.customer_business_name = businessName;
    if (taxId !== undefined) subscription.tax_id = taxId;
    if (update.cancellation_comment !== undefined) subscription.cancellation_comment = update.cancellation_comment;
    if (update.cancellation_feedback !== undefined) subscription.cancellation_feedback = update.cancellation_feedback;
  }

  private checkNextBillingDate({ status }: Subscription, at: number | null): void {
    if (at === null) return;
    if (status !== 'active') throw refused('SUBSCRIPTION_INACTIVE', 'Subscription is not active');
    if (at <= this.clock.milliseconds()) throw invalidParameters('Cannot change next_billing_date to past time');
  }

  /** A pause makes the running period longer by as much as it lasts. */
  private pauseOrResume(subscription: Subscription, update: SubscriptionUpdate): Subscription {
    if (Object.values(update).filter((value) => value !== undefined).length > 1)
      throw invalidParameters(`status: ${update.status} cannot be combined with other fields`);
    const wanted = update.status === 'paused' ? 'active' : 'paused';
    if (subscription.status !== wanted) throw refused('SUBSCRIPTION_INACTIVE', `Subscription is not ${wanted}`);
    const now = this.clock.milliseconds();
    return this.events.together(() => {
      if (update.status === 'paused') {
        Object.assign(subscription, { status: 'paused', paused_at: toMoment(now) } satisfies Partial<Subscription>);
        this.periods.stop(subscription);
        this.events.subscription('subscription.paused', subscription);
      } else {
        const paused = now - Date.parse(subscription.paused_at!);
        Object.assign(subscription, { status: 'active', paused_at: null } satisfies Partial<Subscription>);
        this.periods.moveEnd(subscription, Date.parse(subscription.next_billing_date) + paused);
        this.events.subscription('subscription.unpaused', subscription);
      }
      this.events.subscription('subscription.updated', subscription);
      return subscription;
    });
  }
}
