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
  /** What it is, and what a person does about it where one must: shown to administrators. */
  readonly meaning: string;
}

const adopt = (meaning: string): DifferenceRule => ({ action: 'adopt', isAdoptable: true, meaning });
const restore = (meaning: string): DifferenceRule => ({ action: 'restore', isAdoptable: true, meaning });
const ask = (meaning: string): DifferenceRule => ({ action: 'ask', isAdoptable: false, meaning });
const askThenAdopt = (meaning: string): DifferenceRule => ({ action: 'ask', isAdoptable: true, meaning });

/** Every difference that there can be, and what it leads to. */
export const DIFFERENCES = {
  subscription_unknown: adopt('A subscription of a customer of ours that is not here.'),
  subscription_status: adopt('A subscription has another status.'),
  subscription_plan: adopt('A subscription is on another plan.'),
  subscription_period: adopt('The period ends at another time: mostly a renewal that nobody told of.'),
  subscription_cancellation: adopt('Whether, or when, the subscription ends by itself.'),
  subscription_history: adopt('Only the history differs: mostly whether a period was paid.'),
  pending_change: adopt('The change at the next renewal: one that is not here, another one, or none any more.'),
  request_unfinished: restore('What a customer asked for has no outcome; it is carried out again.'),
  pending_change_lost: restore(
    'A pending change was released for a switch at once, which then failed; it is scheduled again.',
  ),
  subscription_refused: askThenAdopt(
    'It cannot be taken over as it is: map its price to a plan, or make its customer and group known; then adopt it.',
  ),
  subscription_missing: ask(
    'It gives access here, and the provider has none: look whether the right account is configured, else end it there.',
  ),
  charge_outcome: adopt('A payment of ours has another outcome at the provider.'),
  charge_paid_twice: ask('One attempt has two payments: give one back at the provider.'),
  charge_amount: ask(
    'Another amount or currency was paid than was agreed: give the rest back at the provider, or accept it.',
  ),
  charge_unknown_attempt: ask(
    'Money was taken by Uplift for something that is not here: a backup was restored, or it is another installation’s. ' +
      'Give it back at the provider, or give the customer what was bought.',
  ),
  charge_not_succeeded: ask(
    'It counts as paid here, and the provider says that it was not: refund or revoke what was given.',
  ),
  charge_missing: ask(
    'It counts as paid here, and the provider has no such payment: look whether the right account is configured.',
  ),
  sale_unknown: adopt('One of our offers was paid for, and there is no sale of it.'),
  sale_refused: askThenAdopt('A payment names an offer that is not here: put the offer, then adopt it.'),
  refund_unknown: adopt('A refund that nobody told of.'),
  dispute_unknown: adopt('A dispute that nobody told of.'),
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
