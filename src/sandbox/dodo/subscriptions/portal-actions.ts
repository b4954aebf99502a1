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
import { SubscriptionUpdates, type SubscriptionUpdate } from './subscription-updates.js';

export type PortalNotice = 'cancelled' | 'kept' | 'undone' | 'card' | 'recovered';

export type PortalOutcome =
  { readonly kind: 'done'; readonly notice: PortalNotice } | { readonly kind: 'refused'; readonly message: string };

/** A card as a person enters it. */
export interface CardForm {
  readonly number: string;
  /** MM/YY */
  readonly expiry: string | null;
}

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
    return this.update(subscription, { cancel_at_next_billing_date: true }, 'cancelled');
  }

  keep(subscription: Subscription): PortalOutcome {
    return this.update(subscription, { cancel_at_next_billing_date: false }, 'kept');
  }

  undo(subscription: Subscription): PortalOutcome {
    return attempt(() => {
      this.changes.cancelScheduled(subscription);
      return 'undone';
    });
  }

  /** Keeps a card that the customer enters. Undefined: its bank refuses every charge of it, or nobody knows it. */
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
    return attempt(() =>
      this.events.together(() => {
        const payments = this.subscriptionsOf(customer).map((subscription) => this.useCard(subscription, method));
        return payments.some(Boolean) ? 'recovered' : 'card';
      }),
    );
  }

  private update(subscription: Subscription, update: SubscriptionUpdate, notice: PortalNotice): PortalOutcome {
    return attempt(() => {
      this.updates.update(subscription, update);
      return notice;
    });
  }

  /** Its owner is here and its bank was asked already: what is due is paid. */
  private useCard(subscription: Subscription, method: SavedMethod): Payment | undefined {
    const claim = subscription.status === 'on_hold' ? this.recoveries.claimOf(subscription) : null;
    if (claim) return this.recoveries.pay(subscription, claim, { method, isPresent: true });
    this.recoveries.useMethod(subscription, method.id);
    return undefined;
  }
}

function attempt(action: () => PortalNotice): PortalOutcome {
  try {
    return { kind: 'done', notice: action() };
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
