import type { ProrationMode, SubscriptionStatus } from '../../billing-providers/index.js';

interface Subscription {
  readonly status: SubscriptionStatus;
  readonly planId: string;
  readonly scheduledPlanId: string | null;
  readonly cancelAt: Date | null;
}

type Refusal = 'subscription_not_changeable' | 'subscription_canceling' | 'plan_unchanged';

/** Why a change to a plan at the next renewal cannot be scheduled; `already_scheduled` is no refusal: there is nothing left to do. */
export function checkSchedule(
  subscription: Subscription,
  targetPlanId: string,
): Refusal | 'already_scheduled' | undefined {
  if (subscription.status !== 'active' && subscription.status !== 'past_due') return 'subscription_not_changeable';
  if (subscription.cancelAt) return 'subscription_canceling';
  if (subscription.planId === targetPlanId) return 'plan_unchanged';
  return subscription.scheduledPlanId === targetPlanId ? 'already_scheduled' : undefined;
}

/** Why a switch at once cannot be offered. A change that is pending is no reason: the switch takes its place. */
export function checkImmediateChange(subscription: Subscription, targetPlanId: string): Refusal | undefined {
  if (subscription.status !== 'active') return 'subscription_not_changeable';
  if (subscription.cancelAt) return 'subscription_canceling';
  return subscription.planId === targetPlanId ? 'plan_unchanged' : undefined;
}

/** Whether the subscription is still what the quote was made for: what is billed, and the change that the switch replaces. */
export const isAsQuoted = (
  subscription: { readonly priceId: string; readonly scheduledPlanId: string | null },
  quote: { readonly fromPriceId: string; readonly replacedPlanId: string | null },
): boolean => subscription.priceId === quote.fromPriceId && subscription.scheduledPlanId === quote.replacedPlanId;

/** What a plan costs, as far as rules look at it; minor units. */
export interface BilledPrice {
  readonly unitAmount: number;
  readonly billingInterval: string;
  readonly intervalCount: number;
}

/** How a switch may be billed, besides what the customer wishes. */
export interface ModeChoice {
  readonly wished: ProrationMode | undefined;
  /** The merchant's; the first is for who wishes nothing. */
  readonly offered: readonly ProrationMode[];
  /** The provider's. */
  readonly supported: readonly ProrationMode[];
  readonly present: BilledPrice;
  readonly target: BilledPrice;
}

/** @returns undefined when a switch cannot be billed so */
export function chooseMode(choice: ModeChoice): ProrationMode | undefined {
  const mode = choice.wished ?? choice.offered[0];
  if (mode === undefined || !choice.offered.includes(mode) || !choice.supported.includes(mode)) return undefined;
  return mode !== 'do_not_bill' || hasPaidPeriod(choice) ? mode : undefined;
}

/** Nothing can be left unbilled until the renewal where there is no paid period of the same length that goes on. */
const hasPaidPeriod = ({ present, target }: ModeChoice): boolean =>
  present.billingInterval === target.billingInterval &&
  present.intervalCount === target.intervalCount &&
  (present.unitAmount > 0 || target.unitAmount === 0);
