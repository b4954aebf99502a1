import type { SubscriptionSnapshot } from '../../billing-providers/index.js';
import {
  pendingChangeOf,
  type ChangeDirection,
  type HistoryEntry,
  type InvoiceState,
  type PaymentStatus,
  type PlanOfPrice,
  type PlansByPrice,
  type SubscriptionState,
} from './state.js';

/** Days in a month, enough to compare what plans cost; never to charge. */
const DAYS: Readonly<Record<PlanOfPrice['billingInterval'], number>> = {
  day: 1,
  week: 7,
  month: 365.25 / 12,
  year: 365.25,
};

/** What a plan costs a day, in thousandths of a minor unit: compares plans of different intervals; nothing is ever charged by it. */
export const computeDailyAmount = (plan: PlanOfPrice): number =>
  Math.round((plan.unitAmount * 1000) / (DAYS[plan.billingInterval] * plan.intervalCount));

function computeDirection(from: PlanOfPrice, to: PlanOfPrice): ChangeDirection {
  const difference = computeDailyAmount(to) - computeDailyAmount(from);
  if (difference === 0) return 'lateral';
  return difference > 0 ? 'upgrade' : 'downgrade';
}

/** @throws when a price is not in the catalogue: callers keep such facts out of the fold */
export function planOf(plans: PlansByPrice, priceId: string): PlanOfPrice {
  const plan = plans.get(priceId);
  if (!plan) throw new Error(`price ${priceId} has no plan`);
  return plan;
}

/** Provider's words for a subscription whose first payment did not come (yet). */
const NEVER_BEGAN = new Set(['incomplete', 'incomplete_expired', 'pending', 'failed']);

export function newEntry(snapshot: SubscriptionSnapshot, plans: PlansByPrice): HistoryEntry {
  return {
    key: 'new',
    type: 'new',
    status: NEVER_BEGAN.has(snapshot.providerStatus) ? 'pending' : 'active',
    priceId: snapshot.priceId,
    planId: planOf(plans, snapshot.priceId).planId,
    oldPlanId: null,
    direction: null,
    effectiveAt: snapshot.currentPeriodStart,
    periodEnd: snapshot.currentPeriodEnd,
    invoiceId: snapshot.latestInvoiceId,
    payment: 'invoice',
    periodKey: null,
  };
}

export function renewalEntry(
  before: SubscriptionSnapshot,
  after: SubscriptionSnapshot,
  plans: PlansByPrice,
): HistoryEntry {
  return {
    key: `renewal:${after.currentPeriodStart}`,
    type: 'renewal',
    status: 'active',
    priceId: after.priceId,
    planId: planOf(plans, after.priceId).planId,
    oldPlanId: null,
    direction: null,
    effectiveAt: after.currentPeriodStart,
    periodEnd: after.currentPeriodEnd,
    invoiceId: invoiceMadeBy(before, after),
    payment: 'invoice',
    periodKey: null,
  };
}

/** A change that was not there before; its key counts earlier changes to the same plan at the same time. */
export function changeEntry(
  history: readonly HistoryEntry[],
  plans: PlansByPrice,
  change: { from: string; to: string; effectiveAt: number } & Pick<
    HistoryEntry,
    'status' | 'periodEnd' | 'invoiceId' | 'payment' | 'periodKey'
  >,
): HistoryEntry {
  const { from, to, ...rest } = change;
  const stem = `change:${change.effectiveAt}:${planOf(plans, to).planId}:`;
  return {
    ...rest,
    key: `${stem}${history.filter((entry) => entry.key.startsWith(stem)).length}`,
    type: 'change',
    priceId: to,
    planId: planOf(plans, to).planId,
    oldPlanId: planOf(plans, from).planId,
    direction: computeDirection(planOf(plans, from), planOf(plans, to)),
  };
}

/** The switch to another plan was seen: the pending change to that plan begins, or an immediate one is written. */
export function recordSwitch(
  history: readonly HistoryEntry[],
  before: SubscriptionSnapshot,
  after: SubscriptionSnapshot,
  occurredAt: number,
  plans: PlansByPrice,
): readonly HistoryEntry[] {
  const newPeriod = after.currentPeriodStart > before.currentPeriodStart;
  const invoiceId = invoiceMadeBy(before, after);
  const begun = {
    status: 'active',
    effectiveAt: newPeriod ? after.currentPeriodStart : occurredAt,
    periodEnd: after.currentPeriodEnd,
    invoiceId,
    // A new period is always billed. Within one the change may have made an invoice; else it is as paid as the period.
    payment: newPeriod || invoiceId !== null ? 'invoice' : 'period',
    periodKey: newPeriod || invoiceId !== null ? null : (history.findLast(isActive)?.key ?? null),
  } as const;
  const pending = pendingChangeOf(history);
  if (pending && pending.planId === planOf(plans, after.priceId).planId) {
    const others = history.filter((entry) => entry.key !== pending.key);
    return [...others, { ...pending, ...begun, priceId: after.priceId }];
  }
  return [...history, changeEntry(history, plans, { from: before.priceId, to: after.priceId, ...begun })];
}

const isActive = (entry: HistoryEntry): boolean => entry.status === 'active';

/** `latest_invoice`, if this event changed it. */
export const invoiceMadeBy = (before: SubscriptionSnapshot, after: SubscriptionSnapshot): string | null =>
  after.latestInvoiceId === before.latestInvoiceId ? null : after.latestInvoiceId;

export const replaceEntry = (history: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] =>
  history.map((other) => (other.key === entry.key ? entry : other));

/** The pending change was replaced or undone: it will never begin, and no invoice is its own. */
export const closePendingChange = (history: readonly HistoryEntry[]): readonly HistoryEntry[] =>
  history.map((entry) =>
    entry.type === 'change' && entry.status === 'pending' ? { ...entry, status: 'inactive', payment: 'closed' } : entry,
  );

/** The subscription ended: nothing pending will begin. An invoice may still be its own, such as a failed first one. */
export const closeAllPending = (history: readonly HistoryEntry[]): readonly HistoryEntry[] =>
  history.map((entry) => (entry.status === 'pending' ? { ...entry, status: 'inactive' } : entry));

/**
 * Whether an invoice is the one that pays for an entry: it was made by the switch itself, or bills the entry's price from
 * the entry's beginning. Anything looser would let last period's open invoice pay for a pending upgrade.
 */
export function isInvoiceOf(entry: HistoryEntry, invoiceId: string, invoice: InvoiceState): boolean {
  if (entry.payment !== 'invoice') return false;
  if (entry.invoiceId === invoiceId) return true;
  return invoice.lines.some(
    (line) => !line.proration && line.priceId === entry.priceId && line.periodStart === entry.effectiveAt,
  );
}

/** A change is made at the moment from which it is prorated, give or take what the provider needs. */
const SAME_MOMENT_SECONDS = 60;

/** Whether an invoice bills the proration of a change that made no invoice at once: the next renewal's mostly does. */
const isProrationOf = (entry: HistoryEntry, invoice: InvoiceState): boolean =>
  invoice.lines.some(
    (line) =>
      line.proration &&
      line.priceId === entry.priceId &&
      Math.abs(line.periodStart - entry.effectiveAt) <= SAME_MOMENT_SECONDS,
  );

type Payments = Pick<SubscriptionState, 'invoices' | 'history'>;

/**
 * `payment_status` follows the invoice only. `N/A` where nothing is to be paid: the plan's price is 0, or a change made no
 * invoice within a period that is paid itself.
 */
export function computePaymentStatus(entry: HistoryEntry, state: Payments, plans: PlansByPrice): PaymentStatus {
  if (entry.payment === 'failed') return 'failed';
  if (entry.payment === 'closed') return 'pending';
  if (entry.status === 'active' && planOf(plans, entry.priceId).unitAmount === 0) return 'N/A';
  const outcomes = Object.entries(state.invoices)
    .filter(([invoiceId, invoice]) =>
      entry.payment === 'period' ? isProrationOf(entry, invoice) : isInvoiceOf(entry, invoiceId, invoice),
    )
    .map(([, invoice]) => invoice.outcome);
  if (outcomes.includes('paid')) return 'paid';
  if (outcomes.includes('failed')) return 'failed';
  return entry.payment === 'period' ? paymentOfPeriod(entry, state, plans) : 'pending';
}

function paymentOfPeriod(entry: HistoryEntry, state: Payments, plans: PlansByPrice): PaymentStatus {
  const billed = state.history.find((other) => other.key === entry.periodKey);
  const payment = billed ? computePaymentStatus(billed, state, plans) : 'pending';
  return payment === 'paid' ? 'N/A' : payment;
}
