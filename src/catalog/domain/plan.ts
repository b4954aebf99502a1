import type { BillingInterval, MappedPrice } from './price.js';

/**
 * What becomes of a switch to a plan that allows less than the group uses: `block` at any time; `schedule`: not at once, but at
 * the renewal, until when there is time to use less; `allow`.
 */
export const DOWNGRADE_POLICIES = ['allow', 'block', 'schedule'] as const;
export type DowngradePolicy = (typeof DOWNGRADE_POLICIES)[number];

/** How a switch at once is billed; the words of `ProrationMode`, of which the catalogue knows no more. */
export const SWITCH_MODES = [
  'difference_immediately',
  'prorated_immediately',
  'full_immediately',
  'do_not_bill',
] as const;
export type SwitchMode = (typeof SWITCH_MODES)[number];

/** `do_not_bill` gives a dearer plan for nothing until the renewal: a merchant's own choice. */
export const DEFAULT_SWITCH_MODES: readonly SwitchMode[] = SWITCH_MODES.filter((mode) => mode !== 'do_not_bill');

/** How much of each thing a plan allows, by the merchant's name of it; null, or not named: without limit. */
export type PlanLimits = Readonly<Record<string, number | null>>;

export interface Package {
  /** Our id (`packages.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly downgradePolicy: DowngradePolicy;
  /** What customers may choose from; none: a switch at once is not offered. */
  readonly prorationModes: readonly SwitchMode[];
}

export interface Plan {
  /** Our id (`package_plans.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  /** Selling points, one line each. */
  readonly features: readonly string[];
  readonly limits: PlanLimits;
  /** Order in lists, lowest first. */
  readonly rank: number;
  /** Whether customers are shown the plan. */
  readonly isOffered: boolean;
  readonly package: Package;
}

export interface PlanWithPrices extends Plan {
  readonly prices: readonly MappedPrice[];
}

/** What a provider price stands for. */
export interface PlanOfPrice {
  readonly planId: string;
  readonly planUuid: string;
  readonly planCode: string;
  readonly planName: string;
  readonly packageId: string;
  /** Minor units of `currency`. */
  readonly unitAmount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly billingInterval: BillingInterval;
  readonly intervalCount: number;
}
