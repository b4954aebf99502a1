import type { SubscriptionValues } from './projection.js';

/** What a merchant's back end acts on; a plain renewal changes none of it. */
const TOLD = [
  'status',
  'accessSuspended',
  'planId',
  'scheduledPlanId',
  'scheduledPlanChangeAt',
  'cancelAt',
] as const satisfies readonly (keyof SubscriptionValues)[];

/** Whether a subscription that was so and is so now is worth telling of. One that has not begun is not. */
export function isNews(before: SubscriptionValues | undefined, after: SubscriptionValues): boolean {
  if (!before) return after.status !== 'incomplete';
  return TOLD.some((field) => before[field] !== after[field]);
}
