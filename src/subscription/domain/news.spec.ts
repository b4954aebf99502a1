import { describe, expect, it } from 'vitest';
import { isNews } from './news.js';
import type { SubscriptionValues } from './projection.js';

const VALUES: SubscriptionValues = {
  packageId: '1',
  planId: '2',
  priceId: 'price_basic',
  status: 'active',
  providerStatus: 'active',
  accessSuspended: false,
  scheduledPlanId: null,
  scheduledPlanChangeAt: null,
  deadlineAt: 1_700_000_000,
  cancelAt: null,
  canceledAt: null,
};

describe('news of a subscription', () => {
  it('is its beginning, unless its first payment is not there', () => {
    expect(isNews(undefined, VALUES)).toBe(true);
    expect(isNews(undefined, { ...VALUES, status: 'incomplete' })).toBe(false);
  });

  it.each<Partial<SubscriptionValues>>([
    { planId: '3' },
    { status: 'past_due' },
    { status: 'canceled', canceledAt: 1_700_000_000 },
    { accessSuspended: true },
    { scheduledPlanId: '3', scheduledPlanChangeAt: 1_700_000_000 },
    { cancelAt: 1_700_000_000 },
  ])('is %j, and back again', (change) => {
    expect(isNews(VALUES, { ...VALUES, ...change })).toBe(true);
    expect(isNews({ ...VALUES, ...change }, VALUES)).toBe(true);
  });

  it('is no renewal, and no other price of the same plan', () => {
    expect(isNews(VALUES, { ...VALUES, deadlineAt: 1_702_000_000, priceId: 'price_basic_2' })).toBe(false);
  });
});
