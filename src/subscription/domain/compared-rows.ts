import type { Projection } from './projection.js';

/** What reconciliation looks at of a subscription's rows; the same shape for ours and for what the provider's word would make of them. */
export interface ComparedRows {
  readonly status: string;
  readonly providerStatus: string;
  readonly accessSuspended: boolean;
  readonly priceId: string;
  /** Uuids of plans. */
  readonly planId: string;
  readonly scheduledPlanId: string | null;
  /** Seconds since 1970, as all times here. */
  readonly scheduledPlanChangeAt: number | null;
  readonly deadlineAt: number;
  readonly cancelAt: number | null;
  /** `type status payment_status` of each row, oldest first. */
  readonly history: readonly string[];
}

/** @param uuidOf of plans, by our id */
export const toComparedRows = (
  { subscription, history }: Projection,
  uuidOf: (planId: string) => string,
): ComparedRows => ({
  status: subscription.status,
  providerStatus: subscription.providerStatus,
  accessSuspended: subscription.accessSuspended,
  priceId: subscription.priceId,
  planId: uuidOf(subscription.planId),
  scheduledPlanId: subscription.scheduledPlanId === null ? null : uuidOf(subscription.scheduledPlanId),
  scheduledPlanChangeAt: subscription.scheduledPlanChangeAt,
  deadlineAt: subscription.deadlineAt,
  cancelAt: subscription.cancelAt,
  history: history
    .toSorted((left, right) => left.position - right.position)
    .map(({ type, status, paymentStatus }) => `${type} ${status} ${paymentStatus}`),
});
