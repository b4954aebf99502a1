/** US cents a month, and the seats that a plan allows. */
export const PLANS = {
  starter: { price: 2_000, seats: 5 },
  basic: { price: 3_000, seats: 10 },
  pro: { price: 8_000, seats: 15 },
} as const;
export type Plan = keyof typeof PLANS;
export const PLAN_CODES = Object.keys(PLANS) as readonly Plan[];

export const MODES = ['prorated_immediately', 'difference_immediately', 'full_immediately', 'do_not_bill'] as const;
export type Mode = (typeof MODES)[number];

export interface Row {
  readonly type: 'new' | 'renewal' | 'change';
  readonly from: Plan | null;
  readonly plan: Plan;
  status: 'pending' | 'active' | 'inactive';
  payment: 'pending' | 'paid' | 'failed';
  periodEnd: number;
}

export interface Quote {
  readonly from: Plan;
  readonly plan: Plan;
  readonly mode: Mode;
  /** The pending change that the switch takes the place of. */
  readonly replaced: Plan | null;
  readonly expiresAt: number;
  status: 'open' | 'applied' | 'failed' | 'over';
}

/** A period that has begun and is not paid yet. */
export interface Invoice {
  readonly row: Row;
  readonly amount: number;
  readonly tries: number;
  readonly dueAt: number;
}

export type Answer = { readonly status: number; readonly code?: string };

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The same day of a later month, or its last one. */
export function addMonths(time: number, months: number): number {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
