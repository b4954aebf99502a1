import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import { toSubscription, toSubscriptionItem } from '../objects/subscription-objects.js';
import type { Customer, Invoice, Price, Subscription } from '../objects/wire-types.js';
import type { PaymentBehavior } from './billing.types.js';
import { nextBoundary } from './calendar.js';
import { Invoices } from './invoices.js';
import { requireOneInterval } from './item-change.js';
import { computePeriodLines, computeTrialLines } from './lines.js';
import { Movements } from './movements.js';
import { Payments } from './payments.js';
import { INCOMPLETE_EXPIRY, PERIOD_END } from './subscription-endings.js';
import { periodEndOf, subscriptionPaymentError } from './subscription-rules.js';

const INCOMPLETE_SECONDS = 23 * 3600;

export interface CreationRequest {
  readonly customer: Customer;
  readonly items: readonly {
    readonly price: Price;
    readonly quantity: number;
    readonly metadata: Record<string, string>;
  }[];
  readonly metadata: Record<string, string>;
  readonly description: string | null;
  readonly defaultPaymentMethod: string | null;
  readonly trialEnd: number | null;
  readonly paymentBehavior: Exclude<PaymentBehavior, 'pending_if_incomplete'>;
  readonly billingMode: 'classic' | 'flexible';
  /**
   * Checkout makes the subscription incomplete and pays it a moment later, so its `created` event says incomplete and an
   * `updated` event follows. A direct call whose card works is active in its first event.
   */
  readonly startsIncomplete: boolean;
}

/** A new subscription and its first invoice, which is billed at once. */
@Injectable()
export class SubscriptionCreation {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Invoices) private readonly invoices: Invoices,
    @Inject(Payments) private readonly payments: Payments,
    @Inject(Movements) private readonly movements: Movements,
  ) {}

  create(request: CreationRequest): Subscription {
    requireOneInterval(request.items);
    const method = request.defaultPaymentMethod ?? request.customer.invoice_settings.default_payment_method;
    const amount =
      request.trialEnd === null
        ? request.items.reduce((sum, { price, quantity }) => sum + (price.unit_amount ?? 0) * quantity, 0)
        : 0;
    const failure = amount > 0 ? this.payments.failureOf(method ?? null) : undefined;
    if (failure && request.paymentBehavior === 'error_if_incomplete') {
      this.movements.recordRefusal(request.customer.id, amount, request.items[0]!.price.currency);
      throw subscriptionPaymentError(failure);
    }
    const waits =
      amount > 0 &&
      (failure !== undefined || request.startsIncomplete || request.paymentBehavior === 'default_incomplete');
    const subscription = this.insert(request, waits);
    this.billFirstPeriod(subscription, request, waits);
    return subscription;
  }

  private insert(request: CreationRequest, waits: boolean): Subscription {
    const id = newId('subscription');
    const now = this.clock.seconds();
    const { trialEnd } = request;
    const end = trialEnd ?? nextBoundary(now, request.items[0]!.price.recurring!, now);
    const subscription = toSubscription({
      ...request,
      id,
      now,
      customer: request.customer.id,
      items: request.items.map((item) =>
        toSubscriptionItem({
          ...item,
          subscription: id,
          created: now,
          current_period_start: now,
          current_period_end: end,
        }),
      ),
      status: trialEnd === null ? (waits ? 'incomplete' : 'active') : 'trialing',
    });
    subscription.latest_invoice = newId('invoice');
    this.store.insert('subscription', subscription);
    request.customer.currency ??= subscription.currency;
    this.events.emit('customer.subscription.created', subscription);
    this.agenda.schedule(PERIOD_END, id, periodEndOf(subscription) * 1000);
    return subscription;
  }

  private billFirstPeriod(subscription: Subscription, request: CreationRequest, waits: boolean): void {
    const lines = request.trialEnd === null ? computePeriodLines : computeTrialLines;
    const invoice: Invoice = this.invoices.draftNow({
      id: subscription.latest_invoice!,
      subscription,
      reason: 'subscription_create',
      lines: lines(subscription.id, subscription.items.data),
      period: { start: subscription.created, end: subscription.created },
    });
    this.invoices.finalize(invoice);
    if (waits)
      this.agenda.schedule(INCOMPLETE_EXPIRY, subscription.id, (subscription.created + INCOMPLETE_SECONDS) * 1000);
    if (invoice.status === 'open' && request.paymentBehavior !== 'default_incomplete') this.invoices.attempt(invoice);
  }
}
