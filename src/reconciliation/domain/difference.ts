import type { MoneyFact, ProviderName } from '../../billing-providers/index.js';

/**
 * - `adopt`: the provider is right, and is read as if its event had come.
 * - `restore`: we hold a customer's wish that nothing later contradicts; it is carried on with.
 * - `ask`: neither follows from what is known; a person decides.
 */
export type DifferenceAction = 'adopt' | 'restore' | 'ask';

/** `found`: by a dry run, or not looked at yet. `open`: waits for a person. */
export type DifferenceStatus = 'found' | 'applied' | 'open' | 'dismissed';

interface DifferenceRule {
  readonly action: DifferenceAction;
  /** Whether there is anything to adopt; where not, a person can only look, act elsewhere, and dismiss it. */
  readonly isAdoptable: boolean;
}

const ADOPT: DifferenceRule = { action: 'adopt', isAdoptable: true };
const RESTORE: DifferenceRule = { action: 'restore', isAdoptable: true };
const ASK: DifferenceRule = { action: 'ask', isAdoptable: false };
const ASK_THEN_ADOPT: DifferenceRule = { action: 'ask', isAdoptable: true };

/** Every difference that there can be, and what it leads to. */
export const DIFFERENCES = {
  /** One of a customer of ours that we have no row of. */
  subscription_unknown: ADOPT,
  subscription_status: ADOPT,
  subscription_plan: ADOPT,
  /** When its period ends: mostly a renewal that nobody told of. */
  subscription_period: ADOPT,
  /** Whether, and when, it ends by itself. */
  subscription_cancellation: ADOPT,
  /** Only its history: mostly that a period was paid, or not. */
  subscription_history: ADOPT,
  /** The change at the next renewal: one that we do not know, another one, or none any more. */
  pending_change: ADOPT,
  /** What a customer asked for, and nobody knows the outcome of. */
  request_unfinished: RESTORE,
  /** A change that a switch at once took the place of, which then failed. */
  pending_change_lost: RESTORE,
  /** It cannot be taken over as it is: its price is no plan, or its group cannot be told. */
  subscription_refused: ASK_THEN_ADOPT,
  /** We believe that it lives, and the provider has none. */
  subscription_missing: ASK,
  /** A payment of ours has another outcome than we know. */
  charge_outcome: ADOPT,
  /** One attempt, two payments. */
  charge_paid_twice: ASK,
  /** Another amount or currency than was agreed. */
  charge_amount: ASK,
  /** A payment names an attempt that is not here: a database that was restored, or somebody else's. */
  charge_unknown_attempt: ASK,
  /** We believe that it was paid, and the provider says that it was not. */
  charge_not_succeeded: ASK,
  /** We believe that it was paid, and the provider has no such payment. */
  charge_missing: ASK,
  /** One of our offers was paid for, and there is no sale of it. */
  sale_unknown: ADOPT,
  /** A payment names an offer that is none of ours. */
  sale_refused: ASK_THEN_ADOPT,
  refund_unknown: ADOPT,
  dispute_unknown: ADOPT,
} as const satisfies Record<string, DifferenceRule>;

export type DifferenceType = keyof typeof DIFFERENCES;
export const DIFFERENCE_TYPES = Object.keys(DIFFERENCES) as readonly DifferenceType[];
export const DIFFERENCE_ACTIONS: readonly DifferenceAction[] = ['adopt', 'restore', 'ask'];
export const DIFFERENCE_STATUSES: readonly DifferenceStatus[] = ['found', 'applied', 'open', 'dismissed'];

/** What a reading of one subscription settles all at once. */
export const OF_A_SUBSCRIPTION: readonly DifferenceType[] = [
  'subscription_unknown',
  'subscription_status',
  'subscription_plan',
  'subscription_period',
  'subscription_cancellation',
  'subscription_history',
  'pending_change',
  'subscription_refused',
];

/** Plain values, stored as JSON and shown as they are. */
export type Side = Readonly<Record<string, unknown>>;

/** A difference as it was found. */
export interface FoundDifference {
  readonly type: DifferenceType;
  /** The provider's id of what it is about; our request's or quote's where there is none. */
  readonly providerId: string;
  /** Uuid of our row; null where there is none. */
  readonly ourId: string | null;
  readonly ours: Side | null;
  readonly theirs: Side | null;
  /** What the door of money is told when it is adopted. */
  readonly fact?: MoneyFact;
}

/** What was read of lists, beside differences. */
export interface Counts {
  readonly subscriptions: number;
  readonly payments: number;
  readonly checkouts: number;
  readonly refunds: number;
  readonly disputes: number;
  /** Of the above: carries nothing of ours. */
  readonly foreign: number;
  /** Of the above: makes no sense. */
  readonly unreadable: number;
}

export const NO_COUNTS: Counts = {
  subscriptions: 0,
  payments: 0,
  checkouts: 0,
  refunds: 0,
  disputes: 0,
  foreign: 0,
  unreadable: 0,
};

export function addCounts(left: Counts, right: Partial<Counts>): Counts {
  const keys = Object.keys(NO_COUNTS) as (keyof Counts)[];
  return Object.fromEntries(keys.map((key) => [key, left[key] + (right[key] ?? 0)])) as unknown as Counts;
}

/** @param seconds since 1970 */
export const toIso = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1_000).toISOString();

/** A difference as it is kept: found by a run, and what became of it. */
export interface Difference {
  readonly id: string;
  readonly uuid: string;
  readonly runId: string;
  readonly provider: ProviderName;
  readonly type: DifferenceType;
  readonly action: DifferenceAction;
  readonly status: DifferenceStatus;
  readonly providerId: string;
  readonly ourId: string | null;
  readonly ours: Side | null;
  readonly theirs: Side | null;
  readonly fact: MoneyFact | null;
  readonly fingerprint: string;
  /** What came of it. */
  readonly note: string | null;
  readonly settledBy: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}
