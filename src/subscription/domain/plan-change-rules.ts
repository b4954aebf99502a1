import type { SubscriptionStatus } from '../../billing-providers/index.js';

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
