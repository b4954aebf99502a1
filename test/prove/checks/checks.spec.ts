import { describe, expect, it } from 'vitest';
import type { AttemptRow, Evidence, ItemRow, MoneyMoved, SubscriptionState } from './evidence.types.js';
import { CHECKS, findViolations } from './index.js';

const SENT = new Date('2026-01-15T10:00:00Z');

const charge = (payment: string, changes: Partial<MoneyMoved> = {}): MoneyMoved => ({
  provider: 'stripe',
  type: 'charge',
  amount: 1_900,
  outcome: 'succeeded',
  at: SENT.toISOString(),
  invoice: null,
  payment,
  customer: 'cus_1',
  attempt: 'attempt-1',
  ...changes,
});
const attempt: AttemptRow = {
  uuid: 'attempt-1',
  intent: 'upsell:session:step',
  status: 'succeeded',
  kind: 'one_click',
  payment: 'pi_1',
  customer: 'anna',
  sentAt: SENT,
  amount: 1_900,
};
const item: ItemRow = {
  uuid: 'item-1',
  customer: 'anna',
  offer: 'course',
  status: 'paid',
  amount: 1_900,
  refunded: 0,
  provider: 'stripe',
  payment: 'pi_1',
  isPlan: false,
  isDisputed: false,
  entitlement: 'granted',
};
const subscription: SubscriptionState = {
  id: 'sub_1',
  customer: 'anna',
  status: 'active',
  plan: 'basic',
  deadline: '2026-02-15T10:00:00.000Z',
  pending: null,
};
const event = {
  provider: 'stripe',
  id: 'evt_1',
  type: 'invoice.paid',
  status: 'completed',
  outcome: null,
  error: null,
};
const poison = { ...event, id: 'evt_poison', status: 'failed', outcome: 'quarantined', error: 'senseless' };

/** A run after which everything is as it should be. */
const GOOD: Evidence = {
  moved: [charge('pi_1')],
  attempts: [attempt],
  promises: [{ customer: 'anna', what: 'the step is paid', intent: attempt.intent }],
  events: [event, poison],
  acknowledged: ['evt_1', 'evt_poison'],
  poisoned: ['evt_poison'],
  shownFailed: ['evt_poison'],
  openAttempts: [],
  chargingSessions: [],
  ours: [subscription],
  theirs: [subscription],
  items: [item],
  brokenInvariants: [],
  serverErrors: [],
  unhandled: [],
  unsettled: [],
};

const refund = charge('pi_1', { type: 'refund', attempt: 'attempt-2' });
const refundAttempt: AttemptRow = { ...attempt, uuid: 'attempt-2', kind: 'refund', intent: 'refund:item-1:0' };

describe('what holds', () => {
  it('is reported by no check', () => expect(findViolations(GOOD)).toEqual([]));

  it('may have been given back', () => {
    const back: Partial<Evidence> = {
      moved: [charge('pi_1'), refund],
      attempts: [attempt, refundAttempt],
      promises: [...GOOD.promises, { customer: 'anna', what: 'it is given back', intent: 'refund:item-1:0' }],
      items: [{ ...item, status: 'refunded', refunded: 1_900, entitlement: 'revoked' }],
    };
    expect(findViolations({ ...GOOD, ...back })).toEqual([]);
  });

  it('may have been disputed, and lost', () => {
    const lost: Partial<Evidence> = {
      moved: [charge('pi_1'), charge('pi_1', { type: 'dispute' })],
      items: [{ ...item, isDisputed: true, entitlement: 'revoked' }],
    };
    expect(findViolations({ ...GOOD, ...lost })).toEqual([]);
  });

  it('may have been charged twice where one of it went back', () => {
    const twice = [charge('pi_1'), charge('pi_2'), charge('pi_2', { type: 'refund' })];
    expect(findViolations({ ...GOOD, moved: twice })).toEqual([]);
  });

  it('is a renewal that carries what its subscription was started with', () => {
    const renewal = charge('pi_2', { at: '2026-02-15T10:00:00Z', invoice: 'in_2' });
    expect(findViolations({ ...GOOD, moved: [charge('pi_1'), renewal] })).toEqual([]);
  });

  it('is an error that the plan explains', () => {
    const explained = { act: 1, what: 'POST /', status: 502, code: 'provider_unavailable', faults: ['hang'] };
    expect(findViolations({ ...GOOD, serverErrors: [explained] })).toEqual([]);
  });
});

/** Each is one thing that must never be so, and the check that has to see it. */
const PLANTED: readonly (readonly [
  check: keyof typeof CHECKS,
  what: string,
  changes: Partial<Evidence>,
  text: RegExp,
])[] = [
  ['charged once', 'two payments', { moved: [charge('pi_1'), charge('pi_2')] }, /anna was charged 2 times.*pi_1,pi_2/],
  [
    'charged once',
    'two attempts that both took money',
    {
      moved: [charge('pi_1'), charge('pi_2', { attempt: 'attempt-2' })],
      attempts: [attempt, { ...attempt, uuid: 'attempt-2', payment: 'pi_2' }],
    },
    /anna was charged 2 times/,
  ],
  ['charged where promised', 'a success without a charge', { moved: [] }, /anna was told that the step is paid/],
  [
    'charged where promised',
    'a success whose attempt failed',
    { attempts: [{ ...attempt, status: 'failed' }] },
    /attempt-1 failed/,
  ],
  [
    'charged where promised',
    'a refund that never was',
    {
      promises: [{ customer: 'anna', what: 'it is given back', intent: 'refund:item-1:0' }],
      attempts: [refundAttempt],
    },
    /it is given back/,
  ],
  ['items are true', 'a paid item without money', { moved: [] }, /item-1.*the provider has 0/],
  ['items are true', 'a refund that the item does not show', { moved: [charge('pi_1'), refund] }, /has 0/],
  ['items are true', 'a failed item with money', { items: [{ ...item, status: 'failed' }] }, /pi_1 has money/],
  [
    'items are true',
    'a refund that the provider never made',
    { items: [{ ...item, status: 'refunded', refunded: 1_900, entitlement: 'revoked' }] },
    /the provider has 1900/,
  ],
  [
    'items are true',
    'a dispute that the item does not show',
    { moved: [charge('pi_1'), charge('pi_1', { type: 'dispute' })] },
    /item-1.*the provider has 0/,
  ],
  [
    'items are true',
    'a dispute that was won, and is shown as lost',
    { items: [{ ...item, isDisputed: true, entitlement: 'revoked' }] },
    /disputed.*the provider has 1900/,
  ],
  ['attempts are true', 'a success without money', { moved: [] }, /attempt-1.*succeeded.*no charge/],
  [
    'attempts are true',
    'money of an attempt that failed, at the other provider',
    { moved: [charge('pay_1', { provider: 'dodo' })], attempts: [{ ...attempt, status: 'failed', payment: 'pay_1' }] },
    /is failed, and the provider has kept 1900 \(pay_1\)/,
  ],
  ['entitled if paid', 'access to what was disputed', { items: [{ ...item, isDisputed: true }] }, /access is granted/],
  [
    'money is known',
    'a payment of nobody',
    { moved: [charge('pi_1'), charge('pi_9', { attempt: null })] },
    /cus_1 paid 1900.*pi_9/,
  ],
  ['entitled if paid', 'access that nobody paid', { items: [{ ...item, status: 'refunded' }] }, /access is granted/],
  ['entitled if paid', 'a payment without access', { items: [{ ...item, entitlement: null }] }, /not given/],
  [
    'events are settled',
    'a lost event',
    { acknowledged: ['evt_1', 'evt_2'] },
    /evt_2 was acknowledged and is not there/,
  ],
  ['events are settled', 'an event left lying', { events: [{ ...event, status: 'pending' }, poison] }, /still pending/],
  [
    'events are settled',
    'a good event that failed',
    { events: [{ ...event, status: 'failed', error: 'boom' }, poison], shownFailed: ['evt_1', 'evt_poison'] },
    /evt_1.*has failed: boom/,
  ],
  ['events are settled', 'a failure that nobody sees', { shownFailed: [] }, /does not show it/],
  [
    'events are settled',
    'poison that was believed',
    { events: [event, { ...poison, status: 'completed', outcome: 'applied' }] },
    /taken for applied/,
  ],
  ['nothing in doubt', 'an unknown attempt', { openAttempts: [{ ...attempt, status: 'unknown' }] }, /anna.*unknown/],
  ['nothing in doubt', 'a session that stays', { chargingSessions: ['session-1'] }, /session-1 is still charging/],
  ['nothing in doubt', 'a job that never ends', { unsettled: ['job charging.look'] }, /job charging.look/],
  [
    'subscriptions are true',
    'another plan than was paid',
    { ours: [{ ...subscription, plan: 'pro' }] },
    /plan is basic, the row says pro/,
  ],
  [
    'subscriptions are true',
    'an end that was missed',
    { theirs: [{ ...subscription, status: 'canceled' }] },
    /status is canceled/,
  ],
  [
    'subscriptions are true',
    'another end of the period',
    { theirs: [{ ...subscription, deadline: '2026-03-15T10:00:00.000Z' }] },
    /deadline is 2026-03/,
  ],
  [
    'subscriptions are true',
    'a change that was lost',
    { theirs: [{ ...subscription, pending: 'pro at 2026-02-15T10:00:00.000Z' }] },
    /pending is pro/,
  ],
  ['subscriptions are true', 'one that is not known', { ours: [] }, /sub_1.*is not known/],
  ['subscriptions are true', 'one that is not there', { theirs: [] }, /not the provider's/],
  ['invariants hold', 'a broken one', { brokenInvariants: ['paid_without_attempt: item 7'] }, /item 7/],
  [
    'nothing unhandled',
    'an error that nothing explains',
    { serverErrors: [{ act: 3, what: 'POST /', status: 500, code: 'internal_error', faults: ['hang'] }] },
    /act 3: POST \/ was answered with 500/,
  ],
  ['nothing unhandled', 'a stack trace', { unhandled: ['worker wrote: TypeError'] }, /TypeError/],
];

describe('a planted violation is seen', () => {
  it.each(PLANTED)('by "%s": %s', (check, _what, changes, text) => {
    const found = findViolations({ ...GOOD, ...changes }).filter((violation) => violation.check === check);
    expect(found.map((violation) => violation.text).join('\n')).toMatch(text);
  });

  it('for each check', () => expect(new Set(PLANTED.map(([check]) => check))).toEqual(new Set(Object.keys(CHECKS))));
});
