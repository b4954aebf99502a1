import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import { toCustomerDetails } from '../objects/payment-objects.js';
import { PaymentTaking } from '../objects/payment-taking.js';
import { SubscriptionStarter, type SubscriptionOrder } from '../objects/subscription-starter.js';
import type { Payment, Subscription } from '../objects/wire-types.js';
import { recurringAmountOf } from './rules/proration.js';
import { toSubscription } from './subscription-objects.js';
import { SubscriptionPeriods } from './subscription-periods.js';
import { SubscriptionPlans, type SellablePlan } from './subscription-plans.js';
import type { PlanTerms } from './subscription-records.js';

const DAY = 86_400_000;

/**
 * The beginning of a subscription. It exists before its first payment, which names it, and lives or fails with it:
 * whoever is present and tries again after a failure starts another one.
 */
@Injectable()
export class SubscriptionStarts extends SubscriptionStarter {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PaymentTaking) private readonly payments: PaymentTaking,
    @Inject(SubscriptionPlans) private readonly plans: SubscriptionPlans,
    @Inject(SubscriptionPeriods) private readonly periods: SubscriptionPeriods,
  ) {
    super();
    payments.onSettledLater((payment) => this.settle(payment));
  }

  /** @throws what `start` throws */
  firstAmount(order: Pick<SubscriptionOrder, 'product' | 'item' | 'trialDays'>): number {
    const { plan, trialDays } = this.read(order);
    return trialDays > 0 ? 0 : recurringAmountOf(plan.billed);
  }

  /** @throws 404 or 422 for a product or add-ons that cannot be sold as a subscription */
  start(order: SubscriptionOrder): Payment {
    const { terms, plan, trialDays } = this.read(order);
    return this.events.together(() => {
      const subscription = this.open(order, terms, plan, trialDays);
      const payment = this.payments.take({
        customer: order.customer,
        billing: order.billing,
        amount: trialDays > 0 ? 0 : subscription.recurring_pre_tax_amount,
        currency: subscription.currency,
        method: order.method,
        metadata: order.metadata,
        checkout: order.checkout,
        subscriptionId: subscription.subscription_id,
        isPresent: order.isPresent,
        lines: trialDays > 0 ? [] : this.plans.toPaymentLines(plan.billed, 0),
        returnUrl: order.returnUrl,
      });
      this.settle(payment);
      return payment;
    });
  }

  private read({ product, item, trialDays }: Pick<SubscriptionOrder, 'product' | 'item' | 'trialDays'>) {
    const terms: PlanTerms = { productId: product.product_id, quantity: item.quantity, addons: item.addons };
    const plan = this.plans.read(terms);
    return { terms, plan, trialDays: trialDays ?? plan.price.trial_period_days ?? 0 };
  }

  /** A pending subscription; nothing is told about it yet. */
  private open(order: SubscriptionOrder, terms: PlanTerms, plan: SellablePlan, trialDays: number): Subscription {
    const now = this.clock.milliseconds();
    const subscription = toSubscription(
      {
        ...terms,
        customer: toCustomerDetails(order.customer),
        billing: order.billing,
        price: plan.price,
        recurringAmount: recurringAmountOf(plan.billed),
        methodId: order.method?.id ?? null,
        metadata: order.metadata,
        trialDays,
      },
      now,
    );
    this.store.insert('subscription_note', {
      id: subscription.subscription_id,
      anchor: now,
      trialEndsAt: null,
      scheduledPolicy: 'prevent_change',
      dues: null,
      awaited: null,
    });
    return this.store.insert('subscription', subscription);
  }

  /** How the first payment ended; one that is not final yet, or not the first, changes nothing. */
  private settle(payment: Payment): void {
    const subscription = this.store.find('subscription', payment.subscription_id);
    if (subscription?.status !== 'pending') return;
    if (payment.status === 'succeeded') this.activate(subscription, payment);
    if (payment.status === 'failed' || payment.status === 'cancelled') {
      subscription.status = 'failed';
      this.events.subscription('subscription.failed', subscription);
    }
  }

  /** The period begins when it is paid for. `renewed` is sent for the first one too. */
  private activate(subscription: Subscription, payment: Payment): void {
    const now = this.clock.milliseconds();
    subscription.status = 'active';
    subscription.payment_method_id = payment.payment_method_id ?? null;
    subscription.has_payment_method = subscription.payment_method_id !== null;
    this.periods.beginAnew(subscription, now);
    if (subscription.trial_period_days > 0)
      this.periods.beginTrial(subscription, now + subscription.trial_period_days * DAY);
    this.events.subscription('subscription.active', subscription);
    this.events.subscription('subscription.renewed', subscription);
    this.events.subscription('subscription.updated', subscription);
  }
}
