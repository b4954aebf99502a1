import { describe, expect, it } from 'vitest';
import { attemptOf, ONE_CLICK, SENT_AT } from '../../../test/integration/charging/attempts.js';
import type { NextStep } from '../../billing-providers/index.js';
import { ATTEMPT_STATUSES } from './attempt-status.js';
import { computeAbsence, computeNextTry, computeResolution, isDue, isOverdue } from './resolution.js';

const COMMAND = {
  ...ONE_CLICK,
  kind: 'checkout',
  methods: ['card'],
  successUrl: '',
  cancelUrl: '',
  expiresAt: 0,
} as const;

const after = (seconds: number) => new Date(SENT_AT.getTime() + seconds * 1_000);

describe('what may be done about an attempt that nobody works on', () => {
  it.each([
    ['claimed', 0, { kind: 'wait', until: after(120) }],
    ['claimed', 119.999, { kind: 'wait', until: after(120) }],
    ['claimed', 120, { kind: 'give_up_claimed' }],
    ['sent', 0, { kind: 'wait', until: after(60) }],
    ['sent', 59.999, { kind: 'wait', until: after(60) }],
    ['sent', 60, { kind: 'take_up_sent' }],
    ['unknown', 0, { kind: 'repeat' }],
    ['unknown', 59.999, { kind: 'repeat' }],
    ['unknown', 60, { kind: 'ask' }],
    ['unknown', 86_400, { kind: 'ask' }],
  ] as const)('%s, %d seconds later', (status, seconds, expected) => {
    expect(computeResolution(attemptOf({ status }), after(seconds), true)).toEqual(expected);
  });

  it.each(ATTEMPT_STATUSES.filter((status) => !['claimed', 'sent', 'unknown'].includes(status)))(
    'nothing when it is %s',
    (status) => {
      expect(computeResolution(attemptOf({ status }), after(86_400), true)).toEqual({ kind: 'done' });
    },
  );
});

describe('an attempt at a provider that would charge again', () => {
  it.each([0, 59.999, 60, 86_400])('is asked about and never repeated, %d seconds later', (seconds) => {
    expect(computeResolution(attemptOf({ status: 'unknown' }), after(seconds), false)).toEqual({ kind: 'ask' });
  });
});

describe('a complete list without the attempt', () => {
  it('is noted the first time', () => expect(computeAbsence(null, after(0))).toBe('first_time'));
  it('decides nothing within five minutes', () => expect(computeAbsence(SENT_AT, after(299.999))).toBe('too_soon'));
  it('decides after five minutes', () => expect(computeAbsence(SENT_AT, after(300))).toBe('absent'));
});

describe('the next try', () => {
  it.each([
    [0, 3],
    [4, 3],
    [20, 10],
    [60, 30],
    [600, 300],
    [1_800, 900],
    [86_400, 900],
  ])('%d seconds after sending comes after %d more', (age, pause) => {
    expect(computeNextTry(attemptOf({ status: 'unknown' }), after(age))).toEqual(after(age + pause));
  });

  it('comes when a second list may decide', () => {
    const attempt = attemptOf({ status: 'unknown', absentAt: after(70) });
    expect(computeNextTry(attempt, after(71))).toEqual(after(370));
  });
});

describe('an open attempt', () => {
  it.each(ATTEMPT_STATUSES)(
    'that is %s is looked at once its time is over, if it is open at the provider',
    (status) => {
      const isOpen = status === 'pending' || status === 'requires_action';
      expect(isDue({ status, expiresAt: after(60) }, after(59))).toBe(false);
      expect(isDue({ status, expiresAt: after(60) }, after(60))).toBe(isOpen);
      expect(isDue({ status, expiresAt: null }, after(60))).toBe(false);
    },
  );

  const page = (expiresAt: number): NextStep => ({ kind: 'checkout', url: 'http://pay.test/1', expiresAt });
  const seconds = SENT_AT.getTime() / 1_000;
  const attempt = attemptOf();

  it('is closed when the customer had their time', () => {
    expect(isOverdue(attempt, { status: 'pending', references: {}, next: page(seconds) }, SENT_AT)).toBe(true);
    const next = { kind: 'authenticate', url: 'http://bank.test' } as const;
    expect(isOverdue(attempt, { status: 'requires_action', references: {}, next }, SENT_AT)).toBe(true);
  });

  it('is left alone while the customer has time, while money is under way, and when it is over', () => {
    expect(isOverdue(attempt, { status: 'pending', references: {}, next: page(seconds + 1) }, SENT_AT)).toBe(false);
    expect(isOverdue(attempt, { status: 'pending', references: {} }, SENT_AT)).toBe(false);
    expect(isOverdue(attempt, { status: 'expired', references: {} }, SENT_AT)).toBe(false);
  });

  it('is closed when the time is over that was asked for, however long the provider keeps its page open', () => {
    const command = { ...COMMAND, expiresAt: seconds };
    const open = { status: 'requires_action', references: {}, next: page(seconds + 3_600) } as const;
    expect(isOverdue(attemptOf({ command }), open, SENT_AT)).toBe(true);
    expect(isOverdue(attemptOf({ command: { ...command, expiresAt: seconds + 1 } }), open, SENT_AT)).toBe(false);
    const untouched = { status: 'pending', references: {}, isUntouched: true } as const;
    expect(isOverdue(attemptOf({ command, nextStep: page(seconds + 3_600) }), untouched, SENT_AT)).toBe(true);
    expect(isOverdue(attemptOf({ command }), untouched, SENT_AT)).toBe(false);
  });
});
