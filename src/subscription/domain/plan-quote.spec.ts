import { describe, expect, it } from '@jest/globals';
import { checkImmediateChange } from './plan-change-rules.js';
import {
  computeQuoteExpiry,
  floorToSecond,
  PLAN_QUOTE_TRANSITIONS,
  quoteStatusesBefore,
  type PlanQuoteStatus,
} from './plan-quote.js';

const STATUSES: readonly PlanQuoteStatus[] = ['open', 'executing', 'applied', 'failed', 'expired', 'superseded'];
const ALLOWED = [
  'open>executing',
  'open>expired',
  'open>superseded',
  'executing>applied',
  'executing>failed',
  'failed>applied',
];

describe('a plan quote', () => {
  it.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
    const isAllowed = ALLOWED.includes(`${from}>${to}`);
    expect(PLAN_QUOTE_TRANSITIONS[from].includes(to)).toBe(isAllowed);
    expect(quoteStatusesBefore(to).includes(from)).toBe(isAllowed);
  });

  it('is for a whole second, and holds for fifteen minutes', () => {
    const quotedAt = floorToSecond(new Date('2026-01-15T10:00:00.999Z'));
    expect(quotedAt.toISOString()).toBe('2026-01-15T10:00:00.000Z');
    expect(computeQuoteExpiry(quotedAt).toISOString()).toBe('2026-01-15T10:15:00.000Z');
  });
});

describe('a switch at once', () => {
  const subscription = { status: 'active', planId: '1', scheduledPlanId: null, cancelAt: null } as const;

  it.each([
    [subscription, '2', undefined],
    [{ ...subscription, scheduledPlanId: '3' }, '2', undefined],
    [{ ...subscription, scheduledPlanId: '2' }, '2', undefined],
    [subscription, '1', 'plan_unchanged'],
    [{ ...subscription, cancelAt: new Date(0) }, '2', 'subscription_canceling'],
    [{ ...subscription, status: 'past_due' as const }, '2', 'subscription_not_changeable'],
    [{ ...subscription, status: 'incomplete' as const }, '2', 'subscription_not_changeable'],
    [{ ...subscription, status: 'canceled' as const, cancelAt: new Date(0) }, '1', 'subscription_not_changeable'],
  ])('of %j to %s: %s', (present, target, refusal) => {
    expect(checkImmediateChange(present, target)).toBe(refusal);
  });
});
