import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import { isExpired } from '../objects/payment-outcome.js';
import type { PortalVisit, SavedMethod } from '../objects/records.js';
import { findTestCard } from '../objects/test-cards.js';
import type { Payment, Subscription } from '../objects/wire-types.js';
import { DodoPaymentMethods } from '../payments/payment-methods.js';
import { DodoApiError } from '../wire/dodo-error.js';
import { PlanChanges } from './plan-changes.js';
import { Recoveries } from './recoveries.js';
import { hasEnded } from './subscription-endings.js';
import { SubscriptionUpdates } from './subscription-updates.js';

export type PortalNotice = 'cancelled' | 'kept' | 'undone' | 'card' | 'recovered';

export type PortalOutcome =
  { readonly kind: 'done'; readonly notice: PortalNotice } | { readonly kind: 'refused'; readonly message: string };

/** A card as a person enters it. */
export interface CardForm {
  readonly number: string;
  /** MM/YY */
  readonly expiry: string | null;
}

const done = (notice: PortalNotice): PortalOutcome => ({ kind: 'done', notice });
const refusal = (message: string): PortalOutcome => ({ kind: 'refused', message });

/** What customers can do for themselves. */
@Injectable()
export class PortalActions {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(DodoPaymentMethods) private readonly methods: DodoPaymentMethods,
    @Inject(SubscriptionUpdates) private readonly updates: SubscriptionUpdates,
    @Inject(PlanChanges) private readonly changes: PlanChanges,
    @Inject(Recoveries) private readonly recoveries: Recoveries,
  ) {}

  /** The visit behind an address while it lasts. */
  visit(token: string): PortalVisit | undefined {
    const visit = this.store.find('portal_visit', token);
    return visit && visit.expiresAt > this.clock.milliseconds() ? visit : undefined;
  }

  subscriptionsOf(customer: string): Subscription[] {
    return this.store
      .newestFirst('subscription')
      .filter((each) => each.customer.customer_id === customer && each.status !== 'pending' && !hasEnded(each));
  }

  cancel(subscription: Subscription): PortalOutcome {
    return attempt('cancelled', () => this.updates.update(subscription, { cancel_at_next_billing_date: true }));
  }

  keep(subscription: Subscription): PortalOutcome {
    return attempt('kept', () => this.updates.update(subscription, { cancel_at_next_billing_date: false }));
  }

  undo(subscription: Subscription): PortalOutcome {
    return attempt('undone', () => this.changes.cancelScheduled(subscription));
  }

  /** Keeps a card that the customer enters. Undefined: its bank refuses it, or nobody knows it. */
  saveCard(customer: string, { number, expiry }: CardForm): SavedMethod | undefined {
    const card = findTestCard(number);
    if (!card || card.failure || isExpired({ item: itemOf(expiry) }, this.clock.milliseconds())) return undefined;
    const { name } = this.store.get('customer', customer);
    return this.methods.saveCard(customer, card, { name, expiry });
  }

  /** The new card of a customer: all their subscriptions use it, and one on hold is paid with it. */
  changeCard(customer: string, form: CardForm): PortalOutcome {
    const method = this.saveCard(customer, form);
    if (!method) return refusal('The card was declined.');
    return this.events.together(() => {
      const payments = this.subscriptionsOf(customer).map((subscription) => this.useCard(subscription, method));
      const failed = payments.find((payment) => payment?.status === 'failed');
      if (failed) return refusal(failed.error_message ?? 'The card was declined.');
      return done(payments.some(Boolean) ? 'recovered' : 'card');
    });
  }

  private useCard(subscription: Subscription, method: SavedMethod): Payment | undefined {
    if (subscription.status !== 'on_hold') {
      this.recoveries.useMethod(subscription, method.id);
      return undefined;
    }
    const claim = this.recoveries.claimOf(subscription);
    return claim ? this.recoveries.pay(subscription, claim, { method, isPresent: true }) : undefined;
  }
}

function attempt(notice: PortalNotice, action: () => unknown): PortalOutcome {
  try {
    action();
    return done(notice);
  } catch (error) {
    if (error instanceof DodoApiError) return refusal(error.message);
    throw error;
  }
}

/** An expiry as a saved method carries it. */
function itemOf(expiry: string | null): SavedMethod['item'] {
  const [month = null, year = null] = expiry?.split('/') ?? [];
  return { payment_method: 'card', payment_method_id: '', card: { expiry_month: month, expiry_year: year } };
}
