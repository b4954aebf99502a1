import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { newId } from '../objects/identifiers.js';
import { toInvoice } from '../objects/invoice-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Invoice, InvoiceLine, Subscription } from '../objects/wire-types.js';
import { StripeApiError } from '../wire/stripe-error.js';
import type { ItemChange } from './billing.types.js';
import { nextBoundary } from './calendar.js';
import { computePeriodLines } from './lines.js';
import { PendingLines } from './pending-lines.js';
import { Schedules } from './schedules.js';
import { isEnded, periodEndOf } from './subscription-rules.js';

/** The items of the phase that the preview should assume at the next boundary instead of the stored ones. */
export type NextItems = Subscription['items']['data'] | undefined;

/**
 * Shows an invoice without making it. A change that is billed at once shows exactly the invoice that the update would
 * make, computed by the same code; anything else shows the next renewal.
 */
@Injectable()
export class Previews {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PendingLines) private readonly pendingLines: PendingLines,
    @Inject(Schedules) private readonly schedules: Schedules,
  ) {}

  ofChange(subscription: Subscription, change: ItemChange): Invoice {
    const waiting = this.pendingLines.of(subscription.id);
    const now = this.clock.seconds();
    if (change.linesNow)
      return this.show(subscription, 'subscription_update', [...waiting, ...change.linesNow], { start: now, end: now });
    return this.ofRenewal({ ...subscription, items: { ...subscription.items, data: change.items } }, change.linesLater);
  }

  ofRenewal(subscription: Subscription, extraLines: readonly InvoiceLine[] = [], nextItems?: NextItems): Invoice {
    if (isEnded(subscription) || subscription.cancel_at !== null) throw noUpcoming(subscription.customer);
    const start = periodEndOf(subscription);
    const items = nextItems ?? this.schedules.enterPhase(subscription, start)?.items ?? subscription.items.data;
    const interval = items[0]!.price.recurring!;
    const before = subscription.items.data[0]!.price.recurring!;
    const keepsAnchor = before.interval === interval.interval && before.interval_count === interval.interval_count;
    const end = nextBoundary(keepsAnchor ? subscription.billing_cycle_anchor : start, interval, start);
    const lines = computePeriodLines(
      subscription.id,
      items.map((item) => ({ ...item, current_period_start: start, current_period_end: end })),
    );
    return this.show(subscription, 'upcoming', [...this.pendingLines.of(subscription.id), ...extraLines, ...lines], {
      start: subscription.items.data[0]!.current_period_start,
      end: start,
    });
  }

  private show(
    subscription: Subscription,
    reason: NonNullable<Invoice['billing_reason']>,
    lines: readonly InvoiceLine[],
    period: { readonly start: number; readonly end: number },
  ): Invoice {
    const customer = this.store.get('customer', subscription.customer);
    const invoice = toInvoice({
      id: newId('preview'),
      now: reason === 'upcoming' ? period.end : this.clock.seconds(),
      customer,
      subscription,
      reason,
      lines,
      period,
      finalizesAt: null,
    });
    return { ...invoice, ending_balance: Math.min(0, invoice.total + customer.balance), webhooks_delivered_at: null };
  }
}

const noUpcoming = (customer: string): StripeApiError =>
  new StripeApiError(404, {
    type: 'invalid_request_error',
    code: 'invoice_upcoming_none',
    message: `No upcoming invoices for customer: ${customer}`,
  });
