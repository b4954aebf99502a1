import type {
  InvoiceFact,
  ScheduleFact,
  SubscriptionFact,
  SubscriptionSnapshot,
} from '../../billing-providers/index.js';
import {
  changeEntry,
  closeAllPending,
  closePendingChange,
  invoiceMadeBy,
  isInvoiceOf,
  newEntry,
  planOf,
  recordSwitch,
  renewalEntry,
  replaceEntry,
} from './history.js';
import { computeScheduledChange } from './scheduled-change.js';
import {
  pendingChangeOf,
  type HistoryEntry,
  type InvoiceState,
  type PlansByPrice,
  type SubscriptionState,
  type Transition,
} from './state.js';

/** An invoice that the provider attaches to a change in an event of its own comes within this time. */
const SAME_ACTION_SECONDS = 60;

const applied = (state: SubscriptionState): Transition => ({ result: 'applied', state });

/** The subscription as it is from this fact on: first sight, renewal, switch of plan, change of status, in one step. */
export function applySnapshot(state: SubscriptionState, fact: SubscriptionFact, plans: PlansByPrice): Transition {
  const { snapshot } = fact;
  if (snapshot.status === 'canceled') return terminate(state, fact, plans);
  // Periods only move on: an old event that the provider sent once more must not take the subscription back.
  const mayBeOld = fact.change !== 'observed';
  if (mayBeOld && state.snapshot && snapshot.currentPeriodStart < state.snapshot.currentPeriodStart) {
    return { result: 'ignored', reason: 'stale' };
  }
  const awaitedUpdate = snapshot.pendingUpdate ?? state.awaitedUpdate;
  const isApplied = awaitedUpdate !== null && awaitedUpdate.priceId === snapshot.priceId;
  const next: SubscriptionState = {
    ...state,
    status: snapshot.status,
    snapshot,
    snapshotAt: fact.occurredAt,
    seenFromStart: state.seenFromStart || (state.snapshot === null && fact.change === 'created'),
    history: state.snapshot
      ? continueHistory(state, state.snapshot, fact, plans)
      : [...state.history, newEntry(snapshot, plans)],
    awaitedUpdate: isApplied || awaitedUpdate === null ? null : { priceId: awaitedUpdate.priceId },
  };
  return applied(withScheduledChange(next, plans));
}

function continueHistory(
  state: SubscriptionState,
  before: SubscriptionSnapshot,
  fact: SubscriptionFact,
  plans: PlansByPrice,
): readonly HistoryEntry[] {
  const after = fact.snapshot;
  let { history } = state;
  if (before.status === 'incomplete' && after.status !== 'incomplete') {
    // Its period begins with its payment: what was observed before had none.
    if (fact.change === 'observed') return [...history.filter(({ type }) => type !== 'new'), newEntry(after, plans)];
    history = history.map((entry) => (entry.type === 'new' ? { ...entry, status: 'active' } : entry));
  }
  if (planOf(plans, before.priceId).planId !== planOf(plans, after.priceId).planId) {
    return recordSwitch(history, before, after, fact.occurredAt, plans);
  }
  if (after.currentPeriodStart > before.currentPeriodStart) return [...history, renewalEntry(before, after, plans)];
  return amendNewest(history, before, fact, state.snapshotAt);
}

/** Same plan, same period: its end may have moved, and the invoice of a change may come in an event of its own. */
function amendNewest(
  history: readonly HistoryEntry[],
  before: SubscriptionSnapshot,
  fact: SubscriptionFact,
  previouslyAt: number,
): readonly HistoryEntry[] {
  const newest = history.findLast((entry) => entry.status === 'active');
  if (!newest) return history;
  const invoiceId = invoiceMadeBy(before, fact.snapshot);
  const isItsInvoice =
    invoiceId !== null && newest.payment === 'period' && fact.occurredAt - previouslyAt <= SAME_ACTION_SECONDS;
  return replaceEntry(history, {
    ...newest,
    periodEnd: fact.snapshot.currentPeriodEnd,
    ...(isItsInvoice ? { invoiceId, payment: 'invoice' as const, periodKey: null } : {}),
  });
}

/** The change that waited for its payment was given up: it never began, and its payment failed. */
export function expireAwaitedUpdate(state: SubscriptionState, fact: SubscriptionFact, plans: PlansByPrice): Transition {
  const current = applySnapshot({ ...state, awaitedUpdate: null }, fact, plans);
  const awaited = state.awaitedUpdate;
  if (current.result === 'ignored' || !awaited || awaited.priceId === fact.snapshot.priceId) return current;
  const failed = changeEntry(current.state.history, plans, {
    from: fact.snapshot.priceId,
    to: awaited.priceId,
    effectiveAt: fact.occurredAt,
    status: 'inactive',
    periodEnd: null,
    invoiceId: null,
    payment: 'failed',
    periodKey: null,
  });
  return applied({ ...current.state, awaitedUpdate: null, history: [...current.state.history, failed] });
}

function historyAtEnd(state: SubscriptionState, fact: SubscriptionFact, plans: PlansByPrice): readonly HistoryEntry[] {
  if (state.history.length === 0) return [newEntry(fact.snapshot, plans)];
  // The last reading before the end may have missed a renewal or a switch, which no event tells.
  if (fact.change !== 'observed' || !state.snapshot) return state.history;
  return continueHistory(state, state.snapshot, fact, plans);
}

/** The end, from which nothing comes back. */
export function terminate(state: SubscriptionState, fact: SubscriptionFact, plans: PlansByPrice): Transition {
  const { snapshot } = fact;
  const history = historyAtEnd(state, fact, plans);
  return applied({
    ...state,
    status: 'canceled',
    snapshot: { ...snapshot, status: 'canceled' },
    snapshotAt: fact.occurredAt,
    history: closeAllPending(history),
    awaitedUpdate: null,
    canceledAt: snapshot.endedAt ?? snapshot.canceledAt ?? fact.occurredAt,
  });
}

export function applySchedule(state: SubscriptionState, fact: ScheduleFact, plans: PlansByPrice): Transition {
  const { scheduleStatus, currentPhase, phases, occurredAt: at } = fact;
  const schedules = { ...state.schedules, [fact.scheduleId]: { scheduleStatus, currentPhase, phases, at } };
  return applied(withScheduledChange({ ...state, schedules }, plans));
}

/** Writes what `computeScheduledChange` says into the history: the pending change begins to exist, is replaced, or is undone. */
function withScheduledChange(state: SubscriptionState, plans: PlansByPrice): SubscriptionState {
  const scheduled = computeScheduledChange(state, plans);
  if (scheduled === 'unknown' || !state.snapshot) return state;
  const pending = pendingChangeOf(state.history);
  if (scheduled === 'none') return pending ? { ...state, history: closePendingChange(state.history) } : state;
  const isSame =
    pending?.planId === planOf(plans, scheduled.priceId).planId && pending.effectiveAt === scheduled.effectiveAt;
  if (isSame) return state;
  const history = pending ? closePendingChange(state.history) : state.history;
  const entry = changeEntry(history, plans, {
    from: state.snapshot.priceId,
    to: scheduled.priceId,
    effectiveAt: scheduled.effectiveAt,
    status: 'pending',
    periodEnd: null,
    invoiceId: null,
    payment: 'invoice',
    periodKey: null,
  });
  return { ...state, history: [...history, entry] };
}

/**
 * An invoice's outcome is kept. A payment that came or failed moves the subscription between `active` and `past_due` when it
 * is that of the plan that holds now; an invoice that the merchant gave up does not. Paid absorbs failed, per invoice.
 */
export const applyInvoice =
  (outcome: 'paid' | 'failed', isGivenUp = false) =>
  (state: SubscriptionState, fact: InvoiceFact): Transition => {
    if (state.invoices[fact.invoiceId]?.outcome === 'paid') return { result: 'ignored', reason: 'already_paid' };
    const invoice: InvoiceState = { outcome, lines: fact.lines };
    const invoices = { ...state.invoices, [fact.invoiceId]: invoice };
    const newest = state.history.findLast((entry) => entry.status === 'active');
    const isOfCurrentPlan = newest !== undefined && isInvoiceOf(newest, fact.invoiceId, invoice);
    let { status } = state;
    if (isOfCurrentPlan && outcome === 'failed' && !isGivenUp && status === 'active') status = 'past_due';
    if (isOfCurrentPlan && outcome === 'paid' && status === 'past_due' && !state.snapshot?.accessSuspended)
      status = 'active';
    return applied({ ...state, status, invoices });
  };
