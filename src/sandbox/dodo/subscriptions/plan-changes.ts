import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { toMoment } from '../objects/moments.js';
import type { Payment, Subscription } from '../objects/wire-types.js';
import { refused } from '../wire/dodo-error.js';
import { checkPlanChange, type PlanChangeRequest } from './plan-change-rules.js';
import { toPreview } from './plan-preview.js';
import { Renewals } from './renewals.js';
import { settleAgainstCredit } from './rules/credit-book.js';
import {
  computeProration,
  startsPeriodAnew,
  sumOf,
  type BilledPlan,
  type ProrationLine,
  type ProrationMode,
} from './rules/proration.js';
import { SubscriptionCharges } from './subscription-charges.js';
import { SubscriptionCredits } from './subscription-credits.js';
import { SubscriptionPeriods } from './subscription-periods.js';
import { SubscriptionPlans, type SellablePlan } from './subscription-plans.js';
import type { PlanChange, SubscriptionNote } from './subscription-records.js';

interface ComputedChange {
  readonly plan: SellablePlan;
  readonly lines: readonly ProrationLine[];
  readonly change: PlanChange;
}

const NOTHING: DodoPayments.SubscriptionChangePlanResponse = {
  payment_id: null,
  payment_link: null,
  client_secret: null,
  expires_on: null,
};

/** Changes of plan, at once or at the next renewal. A preview and the change that follows share one computation. */
@Injectable()
export class PlanChanges {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(SubscriptionCharges) private readonly charges: SubscriptionCharges,
    @Inject(SubscriptionPlans) private readonly plans: SubscriptionPlans,
    @Inject(SubscriptionCredits) private readonly credits: SubscriptionCredits,
    @Inject(SubscriptionPeriods) private readonly periods: SubscriptionPeriods,
    @Inject(Renewals) private readonly renewals: Renewals,
  ) {
    charges.onSettledLater('plan_change', (subscription, { change }, payment) => {
      if (payment.status === 'succeeded') this.apply(subscription, change);
    });
    charges.onSettledLater('applied_change', (subscription, { dues }, payment) => {
      if (payment.status !== 'succeeded') this.renewals.hold(subscription, dues);
    });
  }

  /** Changes nothing. @throws what `change` throws */
  preview(subscription: Subscription, request: PlanChangeRequest): DodoPayments.SubscriptionPreviewChangePlanResponse {
    const { plan, lines, change } = this.compute(subscription, request);
    const isScheduled = request.effectiveAt === 'next_billing_date';
    const after = structuredClone(subscription);
    this.plans.switchTo(after, request.terms);
    if (change.startsPeriodAnew && !isScheduled)
      Object.assign(after, this.periods.datesFrom(after, this.clock.milliseconds()));
    return toPreview({
      effectiveAt: isScheduled ? subscription.next_billing_date : toMoment(this.clock.milliseconds()),
      // What the next renewal takes is not charged at once.
      lines: isScheduled ? [] : lines,
      billing: isScheduled ? { charge: 0, credits: 0 } : change,
      plan,
      after,
      nameOf: (item) => this.plans.nameOf(item),
    });
  }

  /** @throws 409 or 422 when the subscription cannot change now, 404 or 422 for a plan that cannot be sold */
  change(subscription: Subscription, request: PlanChangeRequest): DodoPayments.SubscriptionChangePlanResponse {
    const computed = this.compute(subscription, request);
    return this.events.together(() => {
      if (request.effectiveAt === 'next_billing_date') return this.schedule(subscription, request, computed.plan);
      const { change } = computed;
      if (change.charge === 0) {
        this.apply(subscription, change);
        return NOTHING;
      }
      const payment =
        request.onPaymentFailure === 'apply_change'
          ? this.applyAndCharge(subscription, request, computed)
          : this.chargeAndApply(subscription, request, computed);
      return { ...NOTHING, payment_id: payment.payment_id, payment_link: payment.payment_link ?? null };
    });
  }

  /** @throws 404 when nothing is scheduled */
  cancelScheduled(subscription: Subscription): void {
    if (!subscription.scheduled_change)
      throw refused('SCHEDULED_PLAN_CHANGE_NOT_FOUND', 'No scheduled plan change found for this subscription', 404);
    subscription.scheduled_change = null;
    this.events.subscription('subscription.updated', subscription);
  }

  private compute(subscription: Subscription, request: PlanChangeRequest): ComputedChange {
    checkPlanChange(subscription, this.noteOf(subscription), request);
    const plan = this.plans.read(request.terms);
    if (plan.price.currency !== subscription.currency)
      throw refused('UNSUPPORTED_CURRENCY', 'The new plan has another currency than the subscription');
    const lines = this.computeLines(subscription, request.mode, plan.billed);
    const change: PlanChange = {
      terms: request.terms,
      startsPeriodAnew: startsPeriodAnew(request.mode),
      ...settleAgainstCredit(sumOf(lines), this.credits.of(subscription)),
    };
    return { plan, lines, change };
  }

  /** In a trial nothing was paid that could be given back: every mode that charges bills the new plan whole. */
  private computeLines(subscription: Subscription, mode: ProrationMode, to: BilledPlan): readonly ProrationLine[] {
    const now = this.clock.milliseconds();
    const isTrial = (this.noteOf(subscription).trialEndsAt ?? 0) > now;
    return computeProration({
      mode: isTrial && mode !== 'do_not_bill' ? 'full_immediately' : mode,
      from: this.plans.ofSubscription(subscription),
      to,
      periodStart: Date.parse(subscription.previous_billing_date),
      periodEnd: Date.parse(subscription.next_billing_date),
      now,
    });
  }

  private chargeAndApply(subscription: Subscription, request: PlanChangeRequest, computed: ComputedChange): Payment {
    const { change } = computed;
    const payment = this.charge(subscription, request, computed);
    this.charges.awaitIfOpen(subscription, payment, (id) => ({ payment: id, kind: 'plan_change', change }));
    // A failure clears the change: the next one may be tried at once.
    if (payment.status === 'succeeded') this.apply(subscription, change);
    return payment;
  }

  private applyAndCharge(subscription: Subscription, request: PlanChangeRequest, computed: ComputedChange): Payment {
    const metadata = request.metadata ?? subscription.metadata;
    const dues = { kind: 'plan_change', amount: computed.change.charge, metadata } as const;
    const payment = this.charge(subscription, request, computed);
    this.apply(subscription, computed.change);
    this.charges.awaitIfOpen(subscription, payment, (id) => ({ payment: id, kind: 'applied_change', dues }));
    if (payment.status === 'failed') this.renewals.hold(subscription, dues);
    return payment;
  }

  private charge(subscription: Subscription, request: PlanChangeRequest, { change, lines }: ComputedChange): Payment {
    const payer = this.charges.ownCardOf(subscription);
    if (!payer.method) throw refused('NO_ELIGIBLE_PAYMENT_METHODS', 'No eligible payment methods found');
    return this.charges.take(subscription, {
      ...payer,
      amount: change.charge,
      metadata: request.metadata ?? subscription.metadata,
      lines: this.plans.toProratedLines(lines, change.credits),
    });
  }

  /** A schedule that the change was allowed to replace ends with it, and not before. */
  private apply(subscription: Subscription, change: PlanChange): void {
    this.plans.switchTo(subscription, change.terms);
    subscription.scheduled_change = null;
    this.credits.apply(subscription, change.credits);
    if (change.startsPeriodAnew) this.periods.beginAnew(subscription, this.clock.milliseconds());
    this.events.subscription('subscription.plan_changed', subscription);
    this.events.subscription('subscription.updated', subscription);
  }

  private schedule(subscription: Subscription, { terms, onPaymentFailure }: PlanChangeRequest, plan: SellablePlan) {
    subscription.scheduled_change = {
      id: newId('scheduled_change'),
      addons: terms.addons.map((addon) => ({ ...addon, name: this.store.get('addon', addon.addon_id).name })),
      created_at: toMoment(this.clock.milliseconds()),
      effective_at: subscription.next_billing_date,
      product_id: terms.productId,
      product_name: plan.product.name ?? null,
      product_description: plan.product.description ?? null,
      quantity: terms.quantity,
    };
    this.noteOf(subscription).scheduledPolicy = onPaymentFailure;
    this.events.subscription('subscription.updated', subscription);
    return NOTHING;
  }

  private noteOf({ subscription_id: id }: Subscription): SubscriptionNote {
    return this.store.get('subscription_note', id);
  }
}
