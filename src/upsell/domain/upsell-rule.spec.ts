import { describe, expect, it, test } from 'vitest';
import { chooseRules, isOpenTrigger, type Moment, type UpsellRule, type UpsellTrigger } from './upsell-rule.js';

const rule = (code: string, changes: Partial<UpsellRule> = {}): UpsellRule => ({
  id: code,
  code,
  trigger: 'plan_limit',
  offerId: '1',
  planId: null,
  minimum: null,
  validMinutes: 60,
  isActive: true,
  ...changes,
});
const moment = (changes: Partial<Moment> = {}): Moment => ({
  trigger: 'plan_limit',
  value: 90,
  planIds: ['basic'],
  ...changes,
});
const codes = (rules: readonly UpsellRule[], at: Moment): string[] => chooseRules(rules, at).map(({ code }) => code);

describe('the rules of a moment', () => {
  it('are those of its kind that are active', () => {
    const rules = [rule('a'), rule('b', { trigger: 'onboarding_done' }), rule('c', { isActive: false })];
    expect(codes(rules, moment())).toEqual(['a']);
  });

  it('are of one of the customer’s plans, or of any', () => {
    const rules = [rule('any'), rule('mine', { planId: 'basic' }), rule('other', { planId: 'pro' })];
    expect(codes(rules, moment())).toEqual(['mine', 'any']);
    expect(codes(rules, moment({ planIds: [] }))).toEqual(['any']);
  });

  it('hold from their minimum on, the highest first', () => {
    const rules = [rule('from80', { minimum: 80 }), rule('from90', { minimum: 90 }), rule('from91', { minimum: 91 })];
    expect(codes(rules, moment())).toEqual(['from90', 'from80']);
    expect(codes([...rules, rule('always')], moment({ value: null }))).toEqual(['always']);
  });

  it('come in one order, however they are read', () => {
    const rules = [rule('b'), rule('a'), rule('c', { minimum: 0 })];
    expect(codes(rules, moment())).toEqual(['c', 'a', 'b']);
    expect(codes(rules.toReversed(), moment())).toEqual(['c', 'a', 'b']);
  });
});

test('an offer can be taken until it expires, and once', () => {
  const now = new Date('2026-01-15T10:00:00Z');
  const open: UpsellTrigger = {
    id: '1',
    uuid: '5f0c9c1e-52a1-4b5e-9f7a-0d4b7a1c2e33',
    userId: '1',
    groupId: null,
    trigger: 'plan_limit',
    key: 'k',
    ruleId: '1',
    offerId: '1',
    status: 'open',
    returnUrl: null,
    triggeredAt: now,
    expiresAt: new Date(now.getTime() + 1),
  };
  expect(isOpenTrigger(open, now)).toBe(true);
  expect(isOpenTrigger({ ...open, expiresAt: now }, now)).toBe(false);
  expect(isOpenTrigger({ ...open, status: 'taken' }, now)).toBe(false);
  expect(isOpenTrigger({ ...open, status: 'declined' }, now)).toBe(false);
});
