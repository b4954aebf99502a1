import type { DodoPayments } from 'dodopayments';
import type { Frequency } from './calendar.js';

export type ProrationMode = DodoPayments.SubscriptionChangePlanParams['proration_billing_mode'];

/** Something that a subscription bills every period: its product, or an add-on. */
export interface BilledItem {
  readonly kind: 'subscription' | 'addon';
  /** The product or the add-on. */
  readonly id: string;
  /** Minor units. */
  readonly unitPrice: number;
  readonly quantity: number;
}

export interface BilledPlan {
  readonly items: readonly BilledItem[];
  readonly frequency: Frequency;
}

export interface ProrationRequest {
  readonly mode: ProrationMode;
  readonly from: BilledPlan;
  readonly to: BilledPlan;
  /** The running period and the moment of the change, in milliseconds. */
  readonly periodStart: number;
  readonly periodEnd: number;
  readonly now: number;
}

export interface ProrationLine {
  readonly item: BilledItem;
  /** 1: a whole period; negative: what the old plan gives back. */
  readonly factor: number;
  /** Minor units, rounded by itself: the total is the sum of what is shown. */
  readonly amount: number;
}

/**
 * What a change at once bills, as the table of Dodo's upgrade guide has it. `do_not_bill` bills nothing, `full` the new
 * plan whole with nothing given back, `difference` both whole, `prorated` both for what is left of the period. A plan of
 * another frequency has no share of the running period: it is billed whole, against what is left of the old one.
 */
export function computeProration(request: ProrationRequest): readonly ProrationLine[] {
  const { mode, from, to } = request;
  if (mode === 'do_not_bill') return [];
  if (mode === 'full_immediately') return toLines(to, 1);
  if (mode === 'difference_immediately') return [...toLines(to, 1), ...toLines(from, -1)];
  mode satisfies 'prorated_immediately';
  const left = computeShareLeft(request);
  return [...toLines(to, isSameFrequency(from, to) ? left : 1), ...toLines(from, -left)];
}

export const sumOf = (lines: readonly ProrationLine[]): number => lines.reduce((sum, { amount }) => sum + amount, 0);

/** What every renewal of a plan costs, in minor units. */
export const recurringAmountOf = ({ items }: BilledPlan): number =>
  items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0);

/** Dodo starts the period anew on the day of the change in every mode that charges; only `do_not_bill` keeps it. */
export const startsPeriodAnew = (mode: ProrationMode): boolean => mode !== 'do_not_bill';

const toLines = ({ items }: BilledPlan, factor: number): ProrationLine[] =>
  items.map((item) => ({ item, factor, amount: roundHalfAway(item.unitPrice * item.quantity * factor) }));

function computeShareLeft({ periodStart, periodEnd, now }: ProrationRequest): number {
  const length = periodEnd - periodStart;
  if (length <= 0) return 0;
  return Math.min(1, Math.max(0, (periodEnd - now) / length));
}

const isSameFrequency = (a: BilledPlan, b: BilledPlan): boolean =>
  a.frequency.interval === b.frequency.interval && a.frequency.count === b.frequency.count;

/** A credit is rounded as the charge that it mirrors; `-0` would be a credit of nothing. */
const roundHalfAway = (amount: number): number => Math.sign(amount) * Math.round(Math.abs(amount)) || 0;
