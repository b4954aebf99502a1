import type {
  FactType,
  InvoiceFact,
  ProviderFact,
  ScheduleFact,
  SubscriptionFact,
} from '../../billing-providers/index.js';
import { applyInvoice, applySchedule, applySnapshot, expireAwaitedUpdate, terminate } from './effects.js';
import type { LifeCycleStatus, PlansByPrice, SubscriptionState, Transition } from './state.js';

type Rule<Fact extends ProviderFact> = (state: SubscriptionState, fact: Fact, plans: PlansByPrice) => Transition;

type FactOf<Type extends FactType> = Type extends `subscription.${string}`
  ? SubscriptionFact
  : Type extends `schedule.${string}`
    ? ScheduleFact
    : InvoiceFact;

/** One rule for every fact: a missing one does not compile. */
type Row = { readonly [Type in FactType]: Rule<FactOf<Type>> };

const ignore =
  (reason: string): Rule<ProviderFact> =>
  () => ({ result: 'ignored', reason });

const whileLiving: Row = {
  'subscription.created': applySnapshot,
  'subscription.updated': applySnapshot,
  'subscription.fetched': applySnapshot,
  'subscription.observed': applySnapshot,
  'subscription.pending_update_applied': applySnapshot,
  'subscription.pending_update_expired': expireAwaitedUpdate,
  'subscription.deleted': terminate,
  'schedule.created': applySchedule,
  'schedule.updated': applySchedule,
  'schedule.fetched': applySchedule,
  'schedule.observed': applySchedule,
  'schedule.released': applySchedule,
  'schedule.completed': applySchedule,
  'schedule.canceled': applySchedule,
  'schedule.aborted': applySchedule,
  'invoice.paid': applyInvoice('paid'),
  'invoice.payment_failed': applyInvoice('failed'),
  'invoice.uncollectible': applyInvoice('failed', true),
  // Nobody will pay it any more: what it was for stays unpaid.
  'invoice.voided': applyInvoice('failed', true),
  'invoice.payment_action_required': ignore('awaiting_customer'),
};

/** Nothing reopens a canceled subscription; a late payment is still written to the row that it pays for. */
const afterTheEnd: Row = {
  ...whileLiving,
  'subscription.created': ignore('canceled'),
  'subscription.updated': ignore('canceled'),
  'subscription.fetched': ignore('canceled'),
  'subscription.observed': ignore('canceled'),
  'subscription.pending_update_applied': ignore('canceled'),
  'subscription.pending_update_expired': ignore('canceled'),
  'subscription.deleted': ignore('canceled'),
  'schedule.created': ignore('canceled'),
  'schedule.updated': ignore('canceled'),
  'schedule.fetched': ignore('canceled'),
  'schedule.observed': ignore('canceled'),
  'schedule.released': ignore('canceled'),
  'schedule.completed': ignore('canceled'),
  'schedule.canceled': ignore('canceled'),
  'schedule.aborted': ignore('canceled'),
};

/** Every (status, fact) pair. */
export const TRANSITIONS: Readonly<Record<LifeCycleStatus, Row>> = {
  none: whileLiving,
  incomplete: whileLiving,
  active: whileLiving,
  past_due: whileLiving,
  canceled: afterTheEnd,
};

export const factTypeOf = (fact: ProviderFact): FactType => `${fact.kind}.${fact.change}` as FactType;

/** The whole life cycle: pure, total, and the only place where a fact becomes state. */
export function transition(state: SubscriptionState, fact: ProviderFact, plans: PlansByPrice): Transition {
  const rule = TRANSITIONS[state.status][factTypeOf(fact)] as Rule<ProviderFact>;
  return rule(state, fact, plans);
}
