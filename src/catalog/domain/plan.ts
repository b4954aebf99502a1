import type { BillingInterval, MappedPrice } from './price.js';

export interface Package {
  /** Our id (`packages.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
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
