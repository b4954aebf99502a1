import { describe, expect, it } from 'vitest';
import type { ComparedRows, ComparedSubscription } from '../../subscription/index.js';
import { compareSubscription } from './compare-subscription.js';

const SINCE = 1_000_000;

const ROWS: ComparedRows = {
  status: 'active',
  providerStatus: 'active',
  accessSuspended: false,
  priceId: 'price_basic',
  planId: 'basic',
  scheduledPlanId: null,
  scheduledPlanChangeAt: null,
  deadlineAt: 2_000_000,
  cancelAt: null,
  history: ['new active paid'],
};

const compared = (change: Partial<ComparedSubscription>): ComparedSubscription => ({
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  endedAt: null,
  isOurs: true,
  uuid: 'uuid',
  ours: ROWS,
  theirs: ROWS,
  refusal: null,
  ...change,
});

const typesOf = (change: Partial<ComparedSubscription>) =>
  compareSubscription(compared(change), SINCE).map(({ type }) => type);

describe('a subscription', () => {
  it('that is the same is no difference', () => expect(typesOf({})).toEqual([]));
  it('of a stranger is none', () => expect(typesOf({ isOurs: false, ours: null })).toEqual([]));

  it.each<[string, Partial<ComparedRows>]>([
    ['subscription_status', { status: 'past_due' }],
    ['subscription_status', { providerStatus: 'trialing' }],
    ['subscription_status', { accessSuspended: true }],
    ['subscription_plan', { priceId: 'price_pro', planId: 'pro' }],
    ['subscription_period', { deadlineAt: 3_000_000 }],
    ['subscription_cancellation', { cancelAt: 2_000_000 }],
    ['pending_change', { scheduledPlanId: 'pro', scheduledPlanChangeAt: 2_000_000 }],
    ['subscription_history', { history: ['new active failed'] }],
  ])('%s: %j', (type, change) => {
    expect(typesOf({ theirs: { ...ROWS, ...change } })).toEqual([type]);
    expect(typesOf({ ours: { ...ROWS, ...change } })).toEqual([type]);
  });

  it('differs in several aspects, each told by itself, and the history then follows', () => {
    const theirs = {
      ...ROWS,
      priceId: 'price_pro',
      deadlineAt: 3_000_000,
      history: ['new active paid', 'change active'],
    };
    expect(typesOf({ theirs })).toEqual(['subscription_plan', 'subscription_period']);
  });

  it('that is over has no other difference', () => {
    const theirs = { ...ROWS, status: 'canceled', providerStatus: 'canceled', deadlineAt: 3_000_000 };
    expect(typesOf({ theirs, endedAt: SINCE + 1 })).toEqual(['subscription_status']);
    expect(typesOf({ theirs, ours: theirs, endedAt: 1 })).toEqual([]);
  });

  it('that we do not know is adopted, unless it was over long ago', () => {
    expect(typesOf({ ours: null, uuid: null })).toEqual(['subscription_unknown']);
    expect(typesOf({ ours: null, endedAt: SINCE + 1 })).toEqual(['subscription_unknown']);
    expect(typesOf({ ours: null, endedAt: SINCE - 1 })).toEqual([]);
  });

  it('that cannot be taken over is asked about, with the reason', () => {
    const refused = compareSubscription(compared({ theirs: null, refusal: 'its price is no plan.' }), SINCE);
    expect(refused).toEqual([
      {
        type: 'subscription_refused',
        providerId: 'sub_1',
        ourId: 'uuid',
        ours: expect.objectContaining({ status: 'active' }),
        theirs: { customer_id: 'cus_1', why: 'its price is no plan.' },
      },
    ]);
    expect(typesOf({ ours: null, theirs: null, refusal: 'x', endedAt: SINCE - 1 })).toEqual([]);
  });
});
