import { Inject, Injectable } from '@nestjs/common';
import { DodoStore } from '../objects/dodo-store.js';
import { isSettled, PaymentTaking, type PaymentOrder } from '../objects/payment-taking.js';
import type { PaymentLine, SavedMethod } from '../objects/records.js';
import type { Metadata, Payment, Subscription } from '../objects/wire-types.js';
import { SubscriptionPeriods } from './subscription-periods.js';
import type { Awaited } from './subscription-records.js';

/** With what a subscription is paid, and whether its owner sits at a page. */
export interface Payer {
  readonly method: SavedMethod | null;
  readonly isPresent: boolean;
}

export interface SubscriptionCharge extends Payer {
  /** Minor units. */
  readonly amount: number;
  readonly metadata: Metadata;
  readonly lines: readonly PaymentLine[];
  /** A payment of nothing that only keeps a card. */
  readonly keepsCard?: boolean;
}

type AwaitedOf<Kind extends Awaited['kind']> = Extract<Awaited, { kind: Kind }>;
type Listener = (subscription: Subscription, awaited: Awaited, payment: Payment) => void;

/** The payments of a running subscription, and what waits for one that does not end at once. */
@Injectable()
export class SubscriptionCharges {
  private readonly listeners = new Map<Awaited['kind'], Listener>();

  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(PaymentTaking) private readonly payments: PaymentTaking,
    @Inject(SubscriptionPeriods) private readonly periods: SubscriptionPeriods,
  ) {
    payments.onSettledLater((payment) => this.settle(payment));
  }

  /** The method that renewals and plan changes charge, without its owner. */
  ownCardOf(subscription: Subscription): Payer {
    return { method: this.store.find('payment_method', subscription.payment_method_id) ?? null, isPresent: false };
  }

  /** Two calls are two charges. */
  take(subscription: Subscription, charge: SubscriptionCharge): Payment {
    return this.payments.take(this.toOrder(subscription, charge));
  }

  /** A payment that waits for a card (`requires_payment_method`). */
  open(subscription: Subscription, charge: SubscriptionCharge): Payment {
    return this.payments.open(this.toOrder(subscription, charge));
  }

  /** Remembers what has to happen once a payment that is still open is settled. */
  awaitIfOpen(subscription: Subscription, payment: Payment | undefined, describe: (id: string) => Awaited): void {
    if (!payment || isSettled(payment)) return;
    this.store.get('subscription_note', subscription.subscription_id).awaited = describe(payment.payment_id);
  }

  /** Who goes on when an awaited payment of this kind is settled. One listener per kind. */
  onSettledLater<Kind extends Awaited['kind']>(
    kind: Kind,
    listener: (subscription: Subscription, awaited: AwaitedOf<Kind>, payment: Payment) => void,
  ): void {
    this.listeners.set(kind, listener as Listener);
  }

  private settle(payment: Payment): void {
    const subscription = this.store.find('subscription', payment.subscription_id);
    const note = this.store.find('subscription_note', payment.subscription_id);
    if (!subscription || note?.awaited?.payment !== payment.payment_id) return;
    const { awaited } = note;
    note.awaited = null;
    this.listeners.get(awaited.kind)!(subscription, awaited, payment);
    // No period ends while a payment is awaited: one that should have ended meanwhile ends now.
    if (subscription.status === 'active') this.periods.wait(subscription);
  }

  private toOrder(subscription: Subscription, charge: SubscriptionCharge): PaymentOrder {
    return {
      ...charge,
      customer: this.store.get('customer', subscription.customer.customer_id),
      billing: subscription.billing,
      currency: subscription.currency,
      subscriptionId: subscription.subscription_id,
      isUpdatePaymentMethod: charge.keepsCard,
    };
  }
}
