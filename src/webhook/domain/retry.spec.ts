import { describe, expect, it } from 'vitest';
import { computeRetryDelay, MAXIMUM_ATTEMPTS } from './retry.js';

describe('computeRetryDelay', () => {
  it('grows from seconds to a day', () => {
    const delays = Array.from({ length: MAXIMUM_ATTEMPTS - 1 }, (_, index) => computeRetryDelay(index + 1, 0.5));
    expect(delays).toEqual([20, 80, 320, 1_280, 5_120, 20_480, 81_920, 86_400, 86_400]);
  });

  it('is random by a tenth to both sides', () => {
    expect([computeRetryDelay(3, 0), computeRetryDelay(3, 1)]).toEqual([288, 352]);
  });

  it('ends with the last try', () => {
    expect(computeRetryDelay(MAXIMUM_ATTEMPTS, 0.5)).toBeUndefined();
    expect(computeRetryDelay(MAXIMUM_ATTEMPTS + 1, 0.5)).toBeUndefined();
  });
});
