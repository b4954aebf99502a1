import { describe, expect, it } from 'vitest';
import { checkImmediateChange, chooseMode } from './plan-change-rules.js';
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

describe('the way in which a switch at once is billed', () => {
  const month = { unitAmount: 3_000, billingInterval: 'month', intervalCount: 1 };
  const modes = ['difference_immediately', 'prorated_immediately', 'full_immediately', 'do_not_bill'] as const;
  const choice = { wished: undefined, offered: modes, supported: modes, present: month, target: month };

  it('is what the customer wishes, or what the merchant names first', () => {
    expect(chooseMode(choice)).toBe('difference_immediately');
    expect(chooseMode({ ...choice, offered: ['full_immediately'] })).toBe('full_immediately');
    for (const wished of modes) expect(chooseMode({ ...choice, wished })).toBe(wished);
  });

  it('is none that the merchant does not offer, or the provider does not have', () => {
    expect(chooseMode({ ...choice, offered: [] })).toBeUndefined();
    expect(chooseMode({ ...choice, wished: 'do_not_bill', offered: ['full_immediately'] })).toBeUndefined();
    expect(chooseMode({ ...choice, supported: ['full_immediately'] })).toBeUndefined();
  });

  it.each([
    [month, { ...month, unitAmount: 8_000 }, true],
    [month, { ...month, unitAmount: 0 }, true],
    [{ ...month, unitAmount: 0 }, { ...month, unitAmount: 0 }, true],
    [{ ...month, unitAmount: 0 }, month, false],
    [month, { ...month, billingInterval: 'year' }, false],
    [month, { ...month, intervalCount: 3 }, false],
  ])('is to leave it unbilled, from %j to %j: %j', (present, target, isPossible) => {
    const mode = chooseMode({ ...choice, wished: 'do_not_bill', present, target });
    expect(mode).toBe(isPossible ? 'do_not_bill' : undefined);
    expect(chooseMode({ ...choice, wished: 'difference_immediately', present, target })).toBe('difference_immediately');
  });
});
