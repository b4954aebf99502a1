import type { DowngradePolicy, PlanLimits } from '../../catalog/index.js';

/** How much a group uses, by the merchant's name of the thing, as the merchant reported it. What is not named is not known. */
export type Usage = Readonly<Record<string, number>>;

export interface ExceededLimit {
  readonly limit: string;
  readonly used: number;
  readonly allowed: number;
}

/** What becomes of a switch to a plan: `schedule`: not at once, but at the renewal. */
export interface LimitDecision {
  readonly decision: DowngradePolicy;
  /** Limits of the plan that the group is over, by name; some may be even where it is allowed. */
  readonly exceeded: readonly ExceededLimit[];
}

/** A plan that allows all that is used is allowed; else the package's policy says. What was not reported counts as unused. */
export function decideByLimits(limits: PlanLimits, usage: Usage, policy: DowngradePolicy): LimitDecision {
  const exceeded = Object.keys(limits)
    .toSorted()
    .flatMap((limit) => {
      const [allowed, used] = [limits[limit] ?? null, usage[limit] ?? 0];
      return allowed !== null && used > allowed ? [{ limit, used, allowed }] : [];
    });
  return { decision: exceeded.length === 0 ? 'allow' : policy, exceeded };
}
