import { describe, expect, it } from 'vitest';
import { computeEntitlement } from './entitlement.js';

const day = (number: number) => new Date(Date.UTC(2026, 0, number));
const SETTINGS = { graceDays: 3, pastDueKeepsAccess: true };
const LIVING = { status: 'active', accessSuspended: false, cancelAt: null } as const;

const DAILY: Readonly<Record<string, number>> = { free: 0, basic: 30_000, pro: 95_000, enterprise: 325_000 };

const row = (
  planId: string,
  paymentStatus: 'pending' | 'paid' | 'failed' | 'N/A',
  from: number,
  to: number,
  more = {},
) => ({
  planId,
  status: 'active' as const,
  paymentStatus,
  dailyAmount: DAILY[planId] ?? 0,
  effectiveAt: day(from),
  periodEnd: day(to),
  ...more,
});

describe('entitlement', () => {
  it('is the plan that was paid, until its period ends and the grace is over', () => {
    const history = [row('basic', 'paid', 1, 31)];
    expect(computeEntitlement(LIVING, history, day(33), SETTINGS)).toEqual({
      entitled: true,
      planId: 'basic',
      until: day(34),
    });
    expect(computeEntitlement(LIVING, history, day(34), SETTINGS)).toEqual({ entitled: false, reason: 'expired' });
  });

  it('ends without a grace when the subscription ends by itself', () => {
    const ending = { ...LIVING, cancelAt: day(31) };
    expect(computeEntitlement(ending, [row('basic', 'paid', 1, 31)], day(30), SETTINGS)).toMatchObject({
      until: day(31),
    });
  });

  it('stays the old plan until an upgrade is paid', () => {
    const before = row('basic', 'paid', 1, 31);
    expect(computeEntitlement(LIVING, [before, row('pro', 'pending', 31, 61)], day(32), SETTINGS)).toMatchObject({
      planId: 'basic',
    });
    expect(computeEntitlement(LIVING, [before, row('pro', 'failed', 31, 61)], day(32), SETTINGS)).toMatchObject({
      planId: 'basic',
    });
    expect(computeEntitlement(LIVING, [before, row('pro', 'paid', 31, 61)], day(32), SETTINGS)).toMatchObject({
      planId: 'pro',
    });
  });

  it('binds a downgrade at the switch, paid or not', () => {
    const history = [row('pro', 'paid', 1, 31), row('basic', 'pending', 31, 61)];
    expect(computeEntitlement(LIVING, history, day(32), SETTINGS)).toEqual({
      entitled: true,
      planId: 'basic',
      until: day(34),
    });
  });

  it('never binds to a plan that is dearer than what was paid, also after a dearer one was not', () => {
    const history = [row('basic', 'paid', 1, 31), row('enterprise', 'failed', 31, 61), row('pro', 'pending', 32, 61)];
    expect(computeEntitlement(LIVING, history, day(33), SETTINGS)).toMatchObject({ planId: 'basic' });
  });

  it('ignores changes that are pending or never began', () => {
    const history = [
      row('basic', 'paid', 1, 31),
      row('free', 'pending', 20, 31, { status: 'pending' }),
      row('pro', 'paid', 20, 31, { status: 'inactive' }),
    ];
    expect(computeEntitlement(LIVING, history, day(21), SETTINGS)).toMatchObject({ planId: 'basic' });
  });

  it.each([
    ['canceled', { status: 'canceled', accessSuspended: false, cancelAt: null }, 'canceled'],
    ['incomplete', { status: 'incomplete', accessSuspended: false, cancelAt: null }, 'incomplete'],
    ['suspended by the provider', { status: 'past_due', accessSuspended: true, cancelAt: null }, 'suspended'],
  ] as const)('is none when %s', (_name, subscription, reason) => {
    expect(computeEntitlement(subscription, [row('basic', 'paid', 1, 31)], day(2), SETTINGS)).toEqual({
      entitled: false,
      reason,
    });
  });

  it('follows the setting while past due', () => {
    const pastDue = { status: 'past_due', accessSuspended: false, cancelAt: null } as const;
    const history = [row('basic', 'paid', 1, 31)];
    expect(computeEntitlement(pastDue, history, day(32), SETTINGS)).toMatchObject({ entitled: true });
    expect(computeEntitlement(pastDue, history, day(32), { ...SETTINGS, pastDueKeepsAccess: false })).toEqual({
      entitled: false,
      reason: 'past_due',
    });
  });

  it('is none while nothing was paid yet', () => {
    expect(computeEntitlement(LIVING, [row('basic', 'pending', 1, 31)], day(2), SETTINGS)).toEqual({
      entitled: false,
      reason: 'unpaid',
    });
  });
});
