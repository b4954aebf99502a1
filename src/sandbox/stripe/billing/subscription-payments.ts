import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { SANDBOX_OPTIONS, type ResolvedOptions } from '../../options.js';
import { EventLog } from '../objects/event-log.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Invoice, Subscription } from '../objects/wire-types.js';
import type { PendingChange } from './billing.types.js';
import { Invoices, subscriptionIdOf, type InvoiceNews } from './invoices.js';
import { INCOMPLETE_EXPIRY, PENDING_UPDATE_EXPIRY, PERIOD_END, SubscriptionEndings } from './subscription-endings.js';
import { isEnded, periodEndOf } from './subscription-rules.js';

/** What the fate of an invoice means for its subscription. Nothing here reopens a subscription that has ended. */
@Injectable()
export class SubscriptionPayments {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Invoices) private readonly invoices: Invoices,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
    @Inject(SANDBOX_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    invoices.onNews((invoice, news) => this.onInvoice(invoice, news));
    agenda.on(PENDING_UPDATE_EXPIRY, (id) => this.expirePendingUpdate(store.get('subscription', id)));
  }

  private onInvoice(invoice: Invoice, news: InvoiceNews): void {
    const subscription = this.store.find('subscription', subscriptionIdOf(invoice));
    if (!subscription || isEnded(subscription)) return;
    const pending = this.store.find('pending_change', subscription.id);
    if (pending?.invoice === invoice.id) {
      if (news.kind === 'paid') this.applyPendingChange(subscription, pending);
      return;
    }
    if (news.kind === 'failed') this.onFailure(subscription, invoice, news.isLast);
    else if (subscription.latest_invoice === invoice.id) this.onSettled(subscription, news.kind === 'paid');
  }

  private onSettled(subscription: Subscription, isPaid: boolean): void {
    const recovers = ['past_due', 'unpaid'].includes(subscription.status);
    if (!recovers && !(subscription.status === 'incomplete' && isPaid)) return;
    this.agenda.cancel(INCOMPLETE_EXPIRY, subscription.id);
    this.setStatus(subscription, 'active');
  }

  private onFailure(subscription: Subscription, invoice: Invoice, isLast: boolean): void {
    if (subscription.status === 'incomplete') return;
    if (['active', 'trialing'].includes(subscription.status)) this.setStatus(subscription, 'past_due');
    if (!isLast || invoice.billing_reason === 'subscription_create') return;
    const action = this.options.stripe.afterLastRetry;
    if (action === 'cancel') this.endings.cancel(subscription, 'payment_failed');
    if (action === 'unpaid') this.setStatus(subscription, 'unpaid');
  }

  private applyPendingChange(subscription: Subscription, { change }: PendingChange): void {
    this.agenda.cancel(PENDING_UPDATE_EXPIRY, subscription.id);
    this.store.remove('pending_change', subscription.id);
    this.events.change('customer.subscription.updated', subscription, () => {
      subscription.items.data = change.items;
      subscription.billing_cycle_anchor = change.anchor;
      subscription.pending_update = null;
      if (change.endsTrial) subscription.status = 'active';
    });
    this.events.emit('customer.subscription.pending_update_applied', subscription);
    this.agenda.schedule(PERIOD_END, subscription.id, periodEndOf(subscription) * 1000);
  }

  private expirePendingUpdate(subscription: Subscription): void {
    const pending = this.store.find('pending_change', subscription.id);
    if (!pending) return;
    this.events.change('customer.subscription.updated', subscription, () =>
      this.endings.dropPendingChange(subscription),
    );
    this.events.emit('customer.subscription.pending_update_expired', subscription);
  }

  private setStatus(subscription: Subscription, status: Subscription['status']): void {
    this.events.change('customer.subscription.updated', subscription, () => {
      subscription.status = status;
    });
  }
}
