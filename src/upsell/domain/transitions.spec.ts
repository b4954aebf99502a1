import { describe, expect, it } from 'vitest';
import { SALE_ITEM_STATUSES, saleItemStatusesBefore } from './sale-item.js';
import { SALE_STATUSES, saleStatusesBefore } from './sale.js';
import { computeLapse, isOver, mayMoveSession, SESSION_STATUSES } from './session.js';

/** Every pair that is allowed, as `from -> to`: all others are refused. */
const allowed = <Status extends string>(all: readonly Status[], may: (from: Status, to: Status) => boolean): string[] =>
  all.flatMap((from) => all.filter((to) => may(from, to)).map((to) => `${from} -> ${to}`));

describe('transitions', () => {
  it('of a sale', () => {
    expect(allowed(SALE_STATUSES, (from, to) => saleStatusesBefore(to).includes(from))).toEqual([
      'approved -> extended',
      'approved -> finalized',
      'finalized -> extended',
    ]);
  });

  it('of a sale item', () => {
    expect(allowed(SALE_ITEM_STATUSES, (from, to) => saleItemStatusesBefore(to).includes(from))).toEqual([
      'pending -> paid',
      'pending -> failed',
      'pending -> expired',
      'paid -> refunded',
      'failed -> paid',
      'expired -> paid',
    ]);
  });

  it('of a session', () => {
    expect(allowed(SESSION_STATUSES, mayMoveSession)).toEqual([
      'open -> open',
      'open -> charging',
      'open -> completed',
      'open -> expired',
      'open -> killed',
      'charging -> open',
      'charging -> completed',
    ]);
    expect(SESSION_STATUSES.filter((status) => isOver({ status }))).toEqual(['completed', 'expired', 'killed']);
  });
});

describe('computeLapse', () => {
  const now = new Date('2026-01-15T10:00:00Z');
  const [before, after] = [new Date(now.getTime() - 1), new Date(now.getTime() + 1)];
  const session = { status: 'open', expiresAt: after, stepExpiresAt: null } as const;

  it.each([
    ['nothing', session, false, 'none'],
    ['a countdown that runs', { ...session, stepExpiresAt: after }, false, 'none'],
    ['a countdown that has ended', { ...session, stepExpiresAt: now }, false, 'step_expired'],
    ['its time', { ...session, expiresAt: now }, false, 'expired'],
    ['its time before the countdown', { ...session, expiresAt: before, stepExpiresAt: before }, false, 'expired'],
    ['the kill switch before all', { ...session, expiresAt: before }, true, 'killed'],
    ['nothing while money may move', { ...session, status: 'charging', expiresAt: before }, true, 'none'],
    ['nothing once it is over', { ...session, status: 'completed', expiresAt: before }, true, 'none'],
  ] as const)('by %s', (_what, given, isKilled, expected) => {
    expect(computeLapse(given, now, isKilled)).toBe(expected);
  });
});
