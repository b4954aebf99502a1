import type { MoneyList, ProviderName } from '../../billing-providers/index.js';
import type { Counts } from './difference.js';

export const RUN_STATUSES = ['running', 'completed', 'failed'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
/** By the nightly schedule, or by an admin. */
export const RUN_KINDS = ['scheduled', 'requested'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/**
 * What a run does, in this order: lists of the provider, then what of ours was in none of them, then (unless it is dry) what
 * follows. Each goes on page by page from a cursor.
 */
const PHASES = [
  'subscriptions',
  'unseen_subscriptions',
  'wishes',
  'payments',
  'checkouts',
  'unseen_charges',
  'refunds',
  'disputes',
  'apply',
] as const;
export type Phase = (typeof PHASES)[number];
export const FIRST_PHASE: Phase = 'subscriptions';

/** @returns undefined after the last. A dry run applies nothing. */
export function nextPhase(phase: Phase, dryRun: boolean): Phase | undefined {
  const next = PHASES[PHASES.indexOf(phase) + 1];
  return next === 'apply' && dryRun ? undefined : next;
}

/** A comparison with one provider. Times are UTC. */
export interface Run {
  readonly id: string;
  readonly uuid: string;
  readonly provider: ProviderName;
  readonly kind: RunKind;
  readonly dryRun: boolean;
  readonly since: Date;
  readonly status: RunStatus;
  readonly phase: Phase;
  readonly cursor: string | null;
  readonly counts: Counts;
  /** Why it failed, or pauses. */
  readonly error: string | null;
  /** By the database's clock; null: it does not pause. */
  readonly pausedUntil: Date | null;
  readonly requestedBy: string | null;
  readonly takes: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const DAY_SECONDS = 86_400;
/** A charge of before `since` may have been paid after it: pages and codes stay open for a day. */
const OPEN_DAYS = 2;
/** A bank may decide about a dispute months after it was opened (docs.stripe.com/disputes/how-disputes-work), and lists go by the opening. */
const DISPUTE_DAYS = 120;

/** From when on a list is read, so that nothing is missing that happened since. Seconds since 1970. */
export function listedSince(list: MoneyList, since: Date): number {
  const days = list === 'disputes' ? DISPUTE_DAYS : OPEN_DAYS;
  return Math.max(0, Math.floor(since.getTime() / 1_000) - days * DAY_SECONDS);
}

/** How far back a run looks that nobody told anything else. */
export const computeDefaultSince = (now: Date): Date => new Date(now.getTime() - 7 * DAY_SECONDS * 1_000);

/** Older than any subscription that a provider has: what is before it is meant as "everything". */
const EVERYTHING = new Date('2000-01-01T00:00:00Z');
export const clampSince = (since: Date): Date => (since < EVERYTHING ? EVERYTHING : since);
