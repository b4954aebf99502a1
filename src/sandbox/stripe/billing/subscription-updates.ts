import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { computeAmountDue } from '../objects/invoice-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { CardFailure } from '../objects/test-cards.js';
import type { Subscription } from '../objects/wire-types.js';
import type { ItemChange, PaymentBehavior } from './billing.types.js';
import { Invoices } from './invoices.js';
import { Movements } from './movements.js';
import { PendingLines } from './pending-lines.js';
import { Payments } from './payments.js';
import { PENDING_UPDATE_EXPIRY, PERIOD_END, SubscriptionEndings } from './subscription-endings.js';
import { periodEndOf, subscriptionPaymentError } from './subscription-rules.js';

const PENDING_UPDATE_SECONDS = 23 * 3600;

/** Performs a change of items that was computed before, with the invoice and the payment that it needs. */
@Injectable()
export class SubscriptionUpdates {
  private afterItems: (subscription: Subscription) => void = () => undefined;

  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Invoices) private readonly invoices: Invoices,
    @Inject(Payments) private readonly payments: Payments,
    @Inject(Movements) private readonly movements: Movements,
    @Inject(PendingLines) private readonly pendingLines: PendingLines,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
  ) {}

  /** Set by the schedules: a direct change of items splits the current phase. */
  onItemsChanged(listener: (subscription: Subscription) => void): void {
    this.afterItems = listener;
  }

  /** `plain` sets what does not concern items; it happens in the same event. */
  change(subscription: Subscription, plain: () => void): void {
    this.events.change('customer.subscription.updated', subscription, plain);
  }

  /** `methodId`: the card that the same call names, which pays already. */
  apply(
    subscription: Subscription,
    change: ItemChange,
    behavior: PaymentBehavior,
    plain: () => void,
    methodId: string | null = subscription.default_payment_method,
  ): void {
    const failure = this.failureOf(subscription, change, methodId);
    if (failure && behavior === 'error_if_incomplete') {
      this.movements.recordRefusal(subscription.customer, this.dueNow(subscription, change), subscription.currency);
      throw subscriptionPaymentError(failure);
    }
    if (failure && behavior === 'pending_if_incomplete') this.holdBack(subscription, change, plain);
    else this.perform(subscription, change, behavior, plain);
  }

  private perform(subscription: Subscription, change: ItemChange, behavior: PaymentBehavior, plain: () => void): void {
    this.endings.dropPendingChange(subscription);
    const invoiceId = change.linesNow ? newId('invoice') : undefined;
    this.events.change('customer.subscription.updated', subscription, () => {
      plain();
      subscription.items.data = change.items;
      subscription.billing_cycle_anchor = change.anchor;
      if (invoiceId) subscription.latest_invoice = invoiceId;
      if (change.endsTrial) Object.assign(subscription, { status: 'active', trial_end: this.clock.seconds() });
    });
    this.agenda.schedule(PERIOD_END, subscription.id, periodEndOf(subscription) * 1000);
    if (invoiceId) this.bill(subscription, change, invoiceId, behavior);
    this.pendingLines.add(subscription.id, change.linesLater);
    this.afterItems(subscription);
  }

  private bill(subscription: Subscription, change: ItemChange, id: string, behavior: PaymentBehavior): void {
    const invoice = this.draft(subscription, change, id);
    this.invoices.finalize(invoice);
    if (invoice.status !== 'open') return;
    if (behavior !== 'default_incomplete') this.invoices.attempt(invoice);
    else
      this.change(subscription, () => {
        subscription.status = 'past_due';
      });
  }

  /** The card would refuse: the items stay, the change waits for its invoice for 23 hours. */
  private holdBack(subscription: Subscription, change: ItemChange, plain: () => void): void {
    this.endings.dropPendingChange(subscription);
    const id = newId('invoice');
    const expiresAt = this.clock.seconds() + PENDING_UPDATE_SECONDS;
    this.store.insert('pending_change', { id: subscription.id, invoice: id, change });
    this.change(subscription, () => {
      plain();
      subscription.latest_invoice = id;
      subscription.pending_update = {
        billing_cycle_anchor: change.resetsPeriod ? change.anchor : null,
        cancel_at_period_end: null,
        discount: null,
        discounts: null,
        expires_at: expiresAt,
        metadata: null,
        subscription_items: change.items,
        trial_end: null,
        trial_from_plan: null,
      };
    });
    this.agenda.schedule(PENDING_UPDATE_EXPIRY, subscription.id, expiresAt * 1000);
    const invoice = this.draft(subscription, change, id);
    this.invoices.finalize(invoice);
    this.invoices.attempt(invoice, { retries: false });
  }

  private draft(subscription: Subscription, change: ItemChange, id: string) {
    const now = this.clock.seconds();
    return this.invoices.draftNow({
      id,
      subscription,
      reason: 'subscription_update',
      lines: [...this.pendingLines.take(subscription.id), ...change.linesNow!],
      period: { start: now, end: now },
    });
  }

  private failureOf(subscription: Subscription, change: ItemChange, methodId: string | null): CardFailure | undefined {
    if (this.dueNow(subscription, change) === 0) return undefined;
    const customer = this.store.get('customer', subscription.customer);
    return this.payments.failureOf(methodId ?? customer.invoice_settings.default_payment_method ?? null);
  }

  private dueNow(subscription: Subscription, change: ItemChange): number {
    if (!change.linesNow) return 0;
    const lines = [...this.pendingLines.of(subscription.id), ...change.linesNow];
    const total = lines.reduce((sum, { amount }) => sum + amount, 0);
    return computeAmountDue(total, this.store.get('customer', subscription.customer).balance);
  }
}
