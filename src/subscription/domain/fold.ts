import type { ProviderFact } from '../../billing-providers/index.js';
import { isObserved } from './observations.js';
import { orderFacts } from './order-facts.js';
import { computePaymentStatus } from './history.js';
import { computeScheduledChange } from './scheduled-change.js';
import { INITIAL_STATE, type PlansByPrice, type SubscriptionState } from './state.js';
import { transition } from './transition.js';

export type FactEffect = { readonly result: 'applied' } | { readonly result: 'ignored'; readonly reason: string };

export interface Folded {
  readonly state: SubscriptionState;
  /** By event id. */
  readonly effects: ReadonlyMap<string, FactEffect>;
  /** Why the provider must be asked, when the payloads cannot decide. */
  readonly mustRead?: string;
}

/**
 * The state that a set of facts adds up to, whatever the order in which they came. `base`: the state of facts that were
 * folded away. Pure: the same facts give the same rows for ever, and "what did we believe on 3 May" is the fold of the facts
 * received until then.
 */
export function foldFacts(base: SubscriptionState | null, facts: readonly ProviderFact[], plans: PlansByPrice): Folded {
  let state = base ?? INITIAL_STATE;
  const ordered = orderFacts(facts, state.snapshot);
  const effects = new Map<string, FactEffect>();
  for (const [eventId, reason] of ordered.leftOut) effects.set(eventId, { result: 'ignored', reason });
  for (const fact of ordered.facts) {
    const outcome = transition(state, fact, plans);
    if (outcome.result === 'applied') state = outcome.state;
    effects.set(fact.eventId, outcome.result === 'applied' ? { result: 'applied' } : outcome);
  }
  // What was read is whole: only the provider's next event can make it old.
  const mustRead = facts.some(isObserved) ? undefined : reasonToRead(state, ordered.isUncertain, plans);
  return { state, effects, mustRead };
}

function reasonToRead(state: SubscriptionState, isUncertain: boolean, plans: PlansByPrice): string | undefined {
  if (state.status === 'canceled') return undefined;
  if (!state.snapshot) return 'subscription_unknown';
  if (isUncertain) return 'order_uncertain';
  if (isPaidAhead(state)) return 'renewal_unseen';
  if (state.status === 'incomplete' && isPaid(state, plans)) return 'beginning_unseen';
  if (computeScheduledChange(state, plans) === 'unknown') return 'schedule_unknown';
  const [first] = state.history;
  const isPaymentUnknown =
    !state.seenFromStart && first?.status === 'active' && computePaymentStatus(first, state, plans) === 'pending';
  return isPaymentUnknown && state.history.length === 1 ? 'first_payment_unknown' : undefined;
}

/** An invoice for a period that has not begun is paid: the event of the renewal is missing. */
const isPaidAhead = ({ snapshot, invoices }: SubscriptionState): boolean =>
  Object.values(invoices).some(
    ({ outcome, lines }) =>
      outcome === 'paid' &&
      lines.some((line) => !line.proration && line.periodStart >= (snapshot?.currentPeriodEnd ?? Infinity)),
  );

const isPaid = (state: SubscriptionState, plans: PlansByPrice): boolean =>
  state.history.some((entry) => entry.type === 'new' && computePaymentStatus(entry, state, plans) === 'paid');

/** Provider prices that a state needs a plan for: those of its history too, which may be sold no more. */
export function pricesNeededByState({
  snapshot,
  awaitedUpdate,
  history,
  schedules,
}: SubscriptionState): readonly string[] {
  return [
    ...(snapshot ? [snapshot.priceId] : []),
    ...(snapshot?.pendingUpdate ? [snapshot.pendingUpdate.priceId] : []),
    ...(awaitedUpdate ? [awaitedUpdate.priceId] : []),
    ...history.map((entry) => entry.priceId),
    ...Object.values(schedules).flatMap(({ phases }) => phases.map((phase) => phase.priceId)),
  ];
}

/** Provider prices that a fact needs a plan for; an invoice line with another price simply pays for nothing of ours. */
export function pricesNeededBy(fact: ProviderFact): readonly string[] {
  if (fact.kind === 'subscription') {
    const { priceId, pendingUpdate } = fact.snapshot;
    return pendingUpdate ? [priceId, pendingUpdate.priceId] : [priceId];
  }
  if (fact.kind === 'schedule') {
    const currentEnd = fact.currentPhase?.endAt ?? 0;
    return fact.phases.filter((phase) => phase.startAt >= currentEnd).map((phase) => phase.priceId);
  }
  return [];
}

const FORTY_DAYS = 40 * 86_400;

/**
 * Until when (seconds since 1970, exclusive) facts may be folded away: 40 days and two periods before the newest one.
 * Undefined when there is nothing that old.
 */
export function computeFoldableUntil(facts: readonly ProviderFact[]): number | undefined {
  const newest = Math.max(...facts.map((fact) => fact.occurredAt));
  const periods = facts.map((fact) =>
    fact.kind === 'subscription' ? fact.snapshot.currentPeriodEnd - fact.snapshot.currentPeriodStart : 0,
  );
  const until = newest - FORTY_DAYS - 2 * Math.max(0, ...periods);
  return facts.some((fact) => fact.occurredAt < until) ? until : undefined;
}
