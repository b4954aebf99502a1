import { describe, expect, it } from 'vitest';
import { decideByLimits } from './plan-limits.js';

const LIMITS = { seats: 5, projects: null, exports: 0 };

describe('a plan’s limits against what is used', () => {
  it.each(['allow', 'block', 'schedule'] as const)('are no reason while nothing is over them: %s', (policy) => {
    const usage = { seats: 5, projects: 900, exports: 0, unheard_of: 7 };
    expect(decideByLimits(LIMITS, usage, policy)).toEqual({ decision: 'allow', exceeded: [] });
    expect(decideByLimits(LIMITS, {}, policy)).toEqual({ decision: 'allow', exceeded: [] });
    expect(decideByLimits({}, usage, policy)).toEqual({ decision: 'allow', exceeded: [] });
  });

  it.each(['allow', 'block', 'schedule'] as const)('leave it to the policy, and say why: %s', (policy) => {
    expect(decideByLimits(LIMITS, { seats: 6, exports: 1 }, policy)).toEqual({
      decision: policy,
      exceeded: [
        { limit: 'exports', used: 1, allowed: 0 },
        { limit: 'seats', used: 6, allowed: 5 },
      ],
    });
  });
});
