import { describe, expect, it } from 'vitest';
import { foldFacts } from './fold.js';
import {
  computeResumption,
  computeScheduledOutcome,
  REQUEST_TRANSITIONS,
  type RequestStatus,
} from './plan-change-request.js';
import { DAY, PERIOD, PLANS, START, Story } from '../../../test/support/facts.js';
import { Observed } from '../../../test/support/observed.js';

const historyOf = (story: Story) => foldFacts(null, story.facts, PLANS).state.history;
const scheduled = () => new Story().create().invoice('paid').wait(DAY).schedule('s', 'price_pro');
const request = { targetPlanId: 'pro', effectiveAt: START + PERIOD };

it('is open while its change is pending', () => {
  expect(computeScheduledOutcome(request, historyOf(scheduled()))).toBeUndefined();
});

it('is open while the provider has not told of it yet', () => {
  expect(computeScheduledOutcome(request, historyOf(new Story().create()))).toBeUndefined();
});

it('is applied at the switch', () => {
  expect(computeScheduledOutcome(request, historyOf(scheduled().switchBySchedule('s', 'price_pro', 'in_2')))).toBe(
    'applied',
  );
});

it('is applied when its change begins a little later than it was to: its payment took time', () => {
  const observed = Observed.of([[DAY, ['schedule', 'price_pro']]]);
  const pending = observed.read(observed.now, observed.now);
  observed.live([[PERIOD, ['renew']]]);
  const { history } = foldFacts(null, [...pending, ...observed.read(observed.now, observed.now)], PLANS).state;
  expect(history.at(-1)?.effectiveAt).toBeGreaterThan(request.effectiveAt);
  expect(computeScheduledOutcome(request, history)).toBe('applied');
});

it('is replaced by another change', () => {
  expect(computeScheduledOutcome(request, historyOf(scheduled().wait(60).reschedule('s', 'price_enterprise')))).toBe(
    'replaced',
  );
});

it('is undone when nothing takes its place', () => {
  expect(computeScheduledOutcome(request, historyOf(scheduled().wait(60).release('s')))).toBe('undone');
  expect(computeScheduledOutcome(request, historyOf(scheduled().wait(60).end()))).toBe('undone');
});

it('leads from every status only to known ones, and every status but the first is reached', () => {
  const statuses = Object.keys(REQUEST_TRANSITIONS) as RequestStatus[];
  const reached = new Set(Object.values(REQUEST_TRANSITIONS).flat());
  expect([...reached].filter((status) => !statuses.includes(status))).toEqual([]);
  expect(statuses.filter((status) => !reached.has(status))).toEqual(['intended']);
});

describe('a request to schedule whose answer was lost, where nothing is pending', () => {
  const minute = (count: number) => new Date(Date.UTC(2026, 0, 1, 0, count));
  const wish = { kind: 'schedule', targetPlanId: 'pro', createdAt: minute(5) } as const;
  const present = {
    planId: 'basic',
    scheduledPlanId: null,
    scheduledPlanChangeAt: null,
    cancelAt: null,
    endSince: { wasEnding: false, wasGoingOn: true },
  };
  const row = (planId: string, toldAt: number) => ({
    type: 'change',
    status: 'inactive',
    planId,
    createdAt: minute(toldAt),
  });
  const resume = (history: readonly ReturnType<typeof row>[], earlier: readonly string[]) => {
    const found = computeResumption(
      wish,
      present,
      history,
      earlier.map((targetPlanId) => ({ targetPlanId })),
    );
    return found === 'carry_on' ? found : found.status;
  };

  it.each([
    ['nothing was told', [], [], 'carry_on'],
    ['what was told is older', [row('pro', 1)], [], 'carry_on'],
    ['it was told of, and taken back', [row('pro', 6)], [], 'undone'],
    ['another one was told of', [row('enterprise', 6)], [], 'replaced'],
    ['only an earlier change is told of late', [row('pro', 6)], ['pro'], 'carry_on'],
    ['an earlier change of another plan is told of late', [row('enterprise', 6)], ['enterprise'], 'carry_on'],
    ['an earlier one was told in time, and this one was taken back', [row('pro', 1), row('pro', 6)], ['pro'], 'undone'],
    [
      'an earlier one is told of late, and another took the place of this one',
      [row('pro', 6), row('enterprise', 7)],
      ['pro'],
      'replaced',
    ],
  ] as const)('%s', (_what, history, earlier, expected) => {
    expect(resume(history, earlier)).toBe(expected);
  });
});
