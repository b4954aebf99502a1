import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import type { PaymentLine } from '../objects/records.js';
import type { Payment, Subscription } from '../objects/wire-types.js';
import { settleAgainstCredit } from './rules/credit-book.js';
import { recurringAmountOf } from './rules/proration.js';
import { SubscriptionCharges, type Payer } from './subscription-charges.js';
import { SubscriptionCredits } from './subscription-credits.js';
import { hasEnded, SubscriptionEndings } from './subscription-endings.js';
import { PERIOD_END, SubscriptionPeriods } from './subscription-periods.js';
import { SubscriptionPlans } from './subscription-plans.js';
import type { Dues, PlanTerms, Renewal, SubscriptionNote } from './subscription-records.js';

/**
 * The boundary of a period. It is paid first: only a payment moves the billing dates, and a failed one puts the
 * subscription on hold, where it stays until its owner pays (`Recoveries`) or cancels.
 */
@Injectable()
export class Renewals {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) agenda: Agenda,
    @Inject(SubscriptionCharges) private readonly charges: SubscriptionCharges,
    @Inject(SubscriptionPlans) private readonly plans: SubscriptionPlans,
    @Inject(SubscriptionCredits) private readonly credits: SubscriptionCredits,
    @Inject(SubscriptionPeriods) private readonly periods: SubscriptionPeriods,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
  ) {
    agenda.on(PERIOD_END, (id) => this.renewIfDue(store.get('subscription', id)));
    charges.onSettledLater('renewal', (subscription, { renewal }, payment) =>
      this.settle(subscription, renewal, payment),
    );
  }

  /** What the next period takes, with the change that is scheduled for it. */
  quote(subscription: Subscription): Renewal {
    const switchesTo = scheduledTermsOf(subscription);
    const plan = switchesTo ? this.plans.read(switchesTo).billed : this.plans.ofSubscription(subscription);
    return { switchesTo, ...settleAgainstCredit(recurringAmountOf(plan), this.credits.of(subscription)) };
  }

  linesOf(subscription: Subscription, { switchesTo, credits }: Renewal): PaymentLine[] {
    const plan = switchesTo ? this.plans.read(switchesTo).billed : this.plans.ofSubscription(subscription);
    return this.plans.toPaymentLines(plan, credits);
  }

  /** Begins the period that a renewal has paid: at the boundary, or on the day on which late dues were paid. */
  beginPeriod(subscription: Subscription, renewal: Renewal, lateAt?: number): void {
    const start = lateAt ?? Date.parse(subscription.next_billing_date);
    const hasNewRhythm = this.switchTo(subscription, renewal.switchesTo);
    this.credits.apply(subscription, renewal.credits);
    if (lateAt !== undefined || hasNewRhythm) this.periods.beginAnew(subscription, start);
    else this.periods.goOn(subscription, start);
  }

  hold(subscription: Subscription, dues: Dues): void {
    subscription.status = 'on_hold';
    this.noteOf(subscription).dues = dues;
    this.periods.stop(subscription);
    this.events.together(() => {
      this.events.subscription('subscription.on_hold', subscription);
      this.events.subscription('subscription.updated', subscription);
    });
  }

  private renewIfDue(subscription: Subscription): void {
    const now = this.clock.milliseconds();
    if (hasEnded(subscription) || this.noteOf(subscription).awaited) return;
    if (subscription.cancel_at_next_billing_date) return this.endings.cancel(subscription);
    if (subscription.status !== 'active') return;
    if (subscription.expires_at && Date.parse(subscription.expires_at) <= now) return this.endings.expire(subscription);
    if (Date.parse(subscription.next_billing_date) > now) return this.periods.wait(subscription);
    this.events.together(() => {
      const renewal = this.quote(subscription);
      const payer = this.charges.ownCardOf(subscription);
      if (renewal.charge > 0 && !payer.method) return this.fail(subscription, renewal);
      const payment = renewal.charge > 0 ? this.take(subscription, renewal, payer) : undefined;
      this.charges.awaitIfOpen(subscription, payment, (id) => ({ payment: id, kind: 'renewal', renewal }));
      this.settle(subscription, renewal, payment);
    });
  }

  private settle(subscription: Subscription, renewal: Renewal, payment: Payment | undefined): void {
    if (!payment || payment.status === 'succeeded') {
      this.beginPeriod(subscription, renewal);
      this.events.subscription('subscription.renewed', subscription);
      this.events.subscription('subscription.updated', subscription);
    } else if (payment.status === 'failed' || payment.status === 'cancelled') this.fail(subscription, renewal);
  }

  private fail(subscription: Subscription, renewal: Renewal): void {
    if (this.noteOf(subscription).scheduledPolicy === 'apply_change') this.switchTo(subscription, renewal.switchesTo);
    this.hold(subscription, { kind: 'renewal' });
  }

  private take(subscription: Subscription, renewal: Renewal, payer: Payer): Payment {
    return this.charges.take(subscription, {
      ...payer,
      amount: renewal.charge,
      metadata: subscription.metadata,
      lines: this.linesOf(subscription, renewal),
    });
  }

  /** Applies a scheduled change. @returns whether the new plan is billed in another rhythm */
  private switchTo(subscription: Subscription, terms: PlanTerms | null): boolean {
    if (!terms) return false;
    const before = rhythmOf(subscription);
    this.plans.switchTo(subscription, terms);
    subscription.scheduled_change = null;
    this.events.subscription('subscription.plan_changed', subscription);
    return rhythmOf(subscription) !== before;
  }

  private noteOf({ subscription_id: id }: Subscription): SubscriptionNote {
    return this.store.get('subscription_note', id);
  }
}

function scheduledTermsOf({ scheduled_change: scheduled }: Subscription): PlanTerms | null {
  if (!scheduled) return null;
  const { product_id: productId, quantity, addons } = scheduled;
  return {
    productId,
    quantity,
    addons: addons.map(({ addon_id, quantity: count }) => ({ addon_id, quantity: count })),
  };
}

const rhythmOf = ({ payment_frequency_count: count, payment_frequency_interval: interval }: Subscription): string =>
  `${count} ${interval}`;
