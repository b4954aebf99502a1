import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import type { Payment, Subscription } from '../objects/wire-types.js';
import { refused } from '../wire/dodo-error.js';
import { Renewals } from './renewals.js';
import { SubscriptionCharges, type Payer, type SubscriptionCharge } from './subscription-charges.js';
import { SubscriptionPeriods } from './subscription-periods.js';
import type { Claim } from './subscription-records.js';

/** How a subscription comes back from being on hold, and how it gets another card. */
@Injectable()
export class Recoveries {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(SubscriptionCharges) private readonly charges: SubscriptionCharges,
    @Inject(SubscriptionPeriods) private readonly periods: SubscriptionPeriods,
    @Inject(Renewals) private readonly renewals: Renewals,
  ) {
    charges.onSettledLater('recovery', (subscription, { claim }, payment) => this.settle(subscription, claim, payment));
  }

  /** What is owed; null for a subscription that is not on hold. @throws 409 while a payment of it is under way */
  claimOf(subscription: Subscription): Claim | null {
    const { dues, awaited } = this.store.get('subscription_note', subscription.subscription_id);
    if (awaited)
      throw refused(
        'PREVIOUS_PAYMENT_PENDING',
        'Cannot create new charge as previous payment is not successful yet',
        409,
      );
    if (!dues || dues.kind === 'plan_change') return dues;
    return { kind: 'renewal', renewal: this.renewals.quote(subscription) };
  }

  /** Pays a claim. The payment that comes back may have failed; there is none where credit pays it all. */
  pay(subscription: Subscription, claim: Claim, payer: Payer): Payment | undefined {
    return this.events.together(() => {
      const charge = this.toCharge(subscription, claim, payer);
      const payment = charge.amount > 0 ? this.charges.take(subscription, charge) : undefined;
      this.charges.awaitIfOpen(subscription, payment, (id) => ({ payment: id, kind: 'recovery', claim }));
      if (payment) this.settle(subscription, claim, payment);
      else {
        this.useMethod(subscription, payer.method?.id ?? null);
        this.reactivate(subscription, claim);
      }
      return payment;
    });
  }

  toCharge(subscription: Subscription, claim: Claim | null, payer: Payer): SubscriptionCharge {
    if (claim === null) return { ...payer, amount: 0, metadata: subscription.metadata, lines: [], keepsCard: true };
    if (claim.kind === 'renewal') {
      const lines = this.renewals.linesOf(subscription, claim.renewal);
      return { ...payer, amount: claim.renewal.charge, metadata: subscription.metadata, lines };
    }
    const { amount, metadata } = claim;
    const line = { id: subscription.product_id, name: null, amount, isProrated: true };
    return { ...payer, amount, metadata, lines: [line] };
  }

  /** What a payment of a claim, or of nothing, does to its subscription. One that did not succeed does nothing. */
  settle(subscription: Subscription, claim: Claim | null, payment: Payment): void {
    if (payment.status !== 'succeeded') return;
    this.events.together(() => {
      this.useMethod(subscription, payment.payment_method_id ?? null);
      if (claim) this.reactivate(subscription, claim);
    });
  }

  /** Another method from now on; nothing is charged. */
  useMethod(subscription: Subscription, id: string | null): void {
    if (id === null || subscription.payment_method_id === id) return;
    subscription.payment_method_id = id;
    subscription.has_payment_method = true;
    this.events.together(() => {
      this.events.subscription('subscription.update_payment_method', subscription);
      this.events.subscription('subscription.updated', subscription);
    });
  }

  /** The period of a late renewal begins on the day of its payment, as `previous_billing_date` is defined. */
  private reactivate(subscription: Subscription, claim: Claim): void {
    if (subscription.status !== 'on_hold') return;
    subscription.status = 'active';
    this.store.get('subscription_note', subscription.subscription_id).dues = null;
    if (claim.kind === 'renewal') this.renewals.beginPeriod(subscription, claim.renewal, this.clock.milliseconds());
    else this.periods.wait(subscription);
    this.events.subscription('subscription.active', subscription);
    this.events.subscription('subscription.updated', subscription);
  }
}
