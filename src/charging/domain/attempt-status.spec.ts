import { describe, expect, it } from 'vitest';
import {
  ATTEMPT_STATUSES,
  ATTEMPT_TRANSITIONS,
  computeMove,
  type AttemptStatus,
  type Move,
  type ToldStatus,
} from './attempt-status.js';

/** Everything that an attempt may do: whatever is not here is refused. */
const ALLOWED: readonly `${AttemptStatus} -> ${AttemptStatus}`[] = [
  'claimed -> sent',
  'claimed -> failed',
  'sent -> succeeded',
  'sent -> failed',
  'sent -> requires_action',
  'sent -> pending',
  'sent -> unknown',
  'unknown -> succeeded',
  'unknown -> failed',
  'unknown -> requires_action',
  'unknown -> pending',
  'requires_action -> succeeded',
  'requires_action -> failed',
  'requires_action -> expired',
  'requires_action -> canceled',
  'pending -> succeeded',
  'pending -> failed',
  'pending -> expired',
  'pending -> canceled',
  'failed -> succeeded',
  'failed -> refund_due',
  'expired -> succeeded',
  'expired -> refund_due',
  'canceled -> succeeded',
  'canceled -> refund_due',
  'refund_due -> refunded',
];

const TOLD: readonly ToldStatus[] = [
  'succeeded',
  'failed',
  'requires_action',
  'pending',
  'expired',
  'canceled',
  'unknown',
];

describe('the transitions of an attempt', () => {
  const pairs = ATTEMPT_STATUSES.flatMap((from) => ATTEMPT_STATUSES.map((to) => ({ from, to })));

  it.each(pairs)('$from -> $to', ({ from, to }) => {
    expect(ATTEMPT_TRANSITIONS[from].includes(to)).toBe(ALLOWED.includes(`${from} -> ${to}`));
  });

  it('reach every status from the first one', () => {
    const reached = new Set<AttemptStatus>(['claimed']);
    for (const status of reached) for (const next of ATTEMPT_TRANSITIONS[status]) reached.add(next);
    expect(ATTEMPT_STATUSES.filter((status) => !reached.has(status))).toEqual([]);
  });
});

describe('what is told of an attempt', () => {
  const pairs = ATTEMPT_STATUSES.flatMap((from) => TOLD.map((told) => ({ from, told })));

  it.each(pairs)('never leaves the table: $from, told $told', ({ from, told }) => {
    const move = computeMove(from, told);
    const ends: readonly AttemptStatus[] = move.kind === 'late_success' ? ['succeeded', 'refund_due'] : [];
    for (const path of [pathOf(move), ...ends.map((to) => [to])]) {
      const steps = path.map((to, position) => ({ at: path[position - 1] ?? from, to }));
      expect(steps.filter(({ at, to }) => !ATTEMPT_TRANSITIONS[at].includes(to))).toEqual([]);
    }
  });

  /** One line per status; the columns are those of TOLD. */
  const TABLE: Readonly<Record<AttemptStatus, readonly string[]>> = {
    claimed: Array(7).fill('impossible') as string[],
    sent: ['succeeded', 'failed', 'requires_action', 'pending', 'pending expired', 'pending canceled', 'unknown'],
    unknown: ['succeeded', 'failed', 'requires_action', 'pending', 'pending expired', 'pending canceled', 'no_news'],
    requires_action: ['succeeded', 'failed', 'refresh', 'refresh', 'expired', 'canceled', 'no_news'],
    pending: ['succeeded', 'failed', 'refresh', 'refresh', 'expired', 'canceled', 'no_news'],
    succeeded: ['refresh', ...(Array(6).fill('no_news') as string[])],
    failed: ['late_success', ...(Array(6).fill('no_news') as string[])],
    expired: ['late_success', ...(Array(6).fill('no_news') as string[])],
    canceled: ['late_success', ...(Array(6).fill('no_news') as string[])],
    refund_due: Array(7).fill('no_news') as string[],
    refunded: Array(7).fill('no_news') as string[],
  };

  it.each(pairs)('$from, told $told', ({ from, told }) => {
    const move = computeMove(from, told);
    const word = move.kind === 'move' ? pathOf(move).join(' ') : move.kind;
    expect(word).toBe(TABLE[from][TOLD.indexOf(told)]);
  });
});

const pathOf = (move: Move): readonly AttemptStatus[] => (move.kind === 'move' ? move.path : []);
