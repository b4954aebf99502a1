import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { lengthInDays } from '../billing/calendar.js';
import type { ProrationBehavior } from '../billing/billing.types.js';
import { computeItemChange } from '../billing/item-change.js';
import { amountOf } from '../billing/lines.js';
import { PaymentMethods } from '../billing/payment-methods.js';
import { Schedules } from '../billing/schedules.js';
import { SubscriptionEndings } from '../billing/subscription-endings.js';
import { isEnded, periodEndOf } from '../billing/subscription-rules.js';
import { SubscriptionUpdates } from '../billing/subscription-updates.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { TestCard } from '../objects/test-cards.js';
import type { PortalConfiguration, PortalSession, Price, SchedulePhase, Subscription } from '../objects/wire-types.js';
import { StripeApiError } from '../wire/stripe-error.js';

/** `done`: it happened, or there was nothing left to do. */
export type PortalOutcome =
  { readonly kind: 'done'; readonly notice: PortalNotice } | { readonly kind: 'refused'; readonly message: string };
export type PortalNotice = 'changed' | 'scheduled' | 'undone' | 'canceled' | 'renewed' | 'card' | 'nothing';

const done = (notice: PortalNotice): PortalOutcome => ({ kind: 'done', notice });
const refused = (message: string): PortalOutcome => ({ kind: 'refused', message });

/**
 * What a customer can do in the billing portal. A change that meets a condition of `schedule_at_period_end` (both are
 * downgrades) gets a schedule; any other change happens at once. While a change is scheduled only undoing it is offered.
 */
@Injectable()
export class PortalActions {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(SubscriptionUpdates) private readonly updates: SubscriptionUpdates,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
    @Inject(Schedules) private readonly schedules: Schedules,
  ) {}

  subscriptionsOf(session: PortalSession): Subscription[] {
    return this.store
      .newestFirst('subscription')
      .filter((subscription) => subscription.customer === session.customer && !isEnded(subscription));
  }

  /** The prices that the configuration lists. The sandbox's own default lists none and offers every active one. */
  pricesFor(session: PortalSession): Price[] {
    const { enabled, products, default_allowed_updates: allowed } = this.featuresOf(session).subscription_update;
    if (!enabled || !allowed.includes('price')) return [];
    const listed = (products ?? []).flatMap(({ prices }) => prices);
    const offersAll = listed.length === 0 && this.configurationOf(session).is_default;
    const isOffered = (price: Price): boolean =>
      price.active && price.recurring !== null && (offersAll || listed.includes(price.id));
    return this.store.all('price').filter(isOffered);
  }

  featuresOf(session: PortalSession): PortalConfiguration['features'] {
    return this.configurationOf(session).features;
  }

  private configurationOf(session: PortalSession): PortalConfiguration {
    return this.store.get('billing_portal.configuration', session.configuration);
  }

  /** The phase that waits, when a change is scheduled. */
  scheduledPhase(subscription: Subscription): SchedulePhase | undefined {
    const schedule = this.store.find('subscription_schedule', subscription.schedule);
    return schedule?.phases.find(({ start_date: start }) => start >= (schedule.current_phase?.end_date ?? Infinity));
  }

  changePlan(session: PortalSession, subscription: Subscription, priceId: string): PortalOutcome {
    const price = this.pricesFor(session).find(({ id }) => id === priceId);
    const [item, ...others] = subscription.items.data;
    if (!price || !item) return refused('This plan is not offered.');
    if (others.length > 0) return refused('A subscription with several products can only be cancelled here.');
    const waiting = this.scheduledPhase(subscription);
    if (waiting?.items[0]?.price === price.id) return done('scheduled');
    if (waiting || subscription.schedule !== null) return refused('A change is scheduled already. Undo it first.');
    if (item.price.id === price.id) return done('nothing');
    if (subscription.cancel_at !== null) return refused('This subscription is going to end. Renew it first.');
    if (this.isScheduled(session, item.price, price)) return this.schedule(subscription, price);
    return this.changeNow(session, subscription, price);
  }

  undo(subscription: Subscription): PortalOutcome {
    const schedule = this.store.find('subscription_schedule', subscription.schedule);
    if (!schedule) return done('nothing');
    this.schedules.release(schedule);
    return done('undone');
  }

  /** With flexible billing the portal sets `cancel_at` alone, so that nobody relies on `cancel_at_period_end`. */
  cancel(session: PortalSession, subscription: Subscription): PortalOutcome {
    const feature = this.featuresOf(session).subscription_cancel;
    if (!feature.enabled) return refused('Cancelling is not offered.');
    if (subscription.schedule !== null) return refused('A change is scheduled. Undo it first.');
    if (subscription.cancel_at !== null) return done('canceled');
    if (feature.mode === 'immediately') this.endings.cancel(subscription, 'cancellation_requested');
    else
      this.updates.change(subscription, () => {
        subscription.cancel_at = periodEndOf(subscription);
        subscription.cancel_at_period_end = subscription.billing_mode.type === 'classic';
        subscription.canceled_at = this.clock.seconds();
        subscription.cancellation_details!.reason = 'cancellation_requested';
      });
    return done('canceled');
  }

  renew(subscription: Subscription): PortalOutcome {
    if (subscription.cancel_at === null) return done('nothing');
    this.updates.change(subscription, () => {
      subscription.cancel_at = null;
      subscription.cancel_at_period_end = false;
      subscription.canceled_at = null;
      subscription.cancellation_details!.reason = null;
    });
    return done('renewed');
  }

  updateCard(session: PortalSession, card: TestCard | undefined): PortalOutcome {
    if (!this.featuresOf(session).payment_method_update.enabled) return refused('Changing the card is not offered.');
    if (!card) return refused('Choose one of the test cards.');
    const customer = this.store.get('customer', session.customer);
    try {
      const method = this.methods.setUp(this.methods.create(card), customer.id);
      this.methods.setDefault(customer, method.id);
      for (const subscription of this.subscriptionsOf(session))
        if (subscription.default_payment_method !== null)
          this.updates.change(subscription, () => {
            subscription.default_payment_method = method.id;
          });
      return done('card');
    } catch (error) {
      if (error instanceof StripeApiError) return refused(error.message);
      throw error;
    }
  }

  private isScheduled(session: PortalSession, from: Price, to: Price): boolean {
    const { conditions } = this.featuresOf(session).subscription_update.schedule_at_period_end;
    const has = (type: string): boolean => conditions.some((condition) => condition.type === type);
    const isCheaper = amountOf({ price: to }) < amountOf({ price: from });
    const isShorter = lengthInDays(to.recurring!) < lengthInDays(from.recurring!);
    return (has('decreasing_item_amount') && isCheaper) || (has('shortening_interval') && isShorter);
  }

  private schedule(subscription: Subscription, price: Price): PortalOutcome {
    const schedule = this.schedules.createFrom(subscription);
    const item = subscription.items.data[0]!;
    const { start_date: start, end_date: end } = schedule.current_phase!;
    const quantity = item.quantity ?? 1;
    const shared = { duration: undefined, metadata: {} };
    this.schedules.update(schedule, {
      phases: [
        { ...shared, start, end, items: [{ price: item.price, quantity, metadata: {} }], prorationBehavior: 'none' },
        {
          ...shared,
          start: end,
          end: undefined,
          items: [{ price, quantity, metadata: {} }],
          prorationBehavior: 'none',
        },
      ],
      endBehavior: 'release',
      metadata: {},
      prorationBehavior: 'none',
    });
    return done('scheduled');
  }

  private changeNow(session: PortalSession, subscription: Subscription, price: Price): PortalOutcome {
    const feature = this.featuresOf(session).subscription_update;
    const item = subscription.items.data[0]!;
    const change = computeItemChange(subscription, {
      items: [{ id: item.id, price, quantity: item.quantity }],
      now: this.clock.seconds(),
      prorationBehavior: feature.proration_behavior as ProrationBehavior,
      prorationDate: undefined,
      anchorNow: feature.billing_cycle_anchor === 'now',
      endTrial: feature.trial_update_behavior === 'end_trial',
    });
    this.updates.apply(subscription, change, 'allow_incomplete', () => undefined);
    return done('changed');
  }
}
