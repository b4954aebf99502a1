import type { SubscriptionStatus } from '../../billing-providers/index.js';
import { computeDailyAmount, computePaymentStatus, planOf } from './history.js';
import {
  pendingChangeOf,
  type ChangeDirection,
  type HistoryStatus,
  type HistoryType,
  type PaymentStatus,
  type PlansByPrice,
  type SubscriptionState,
} from './state.js';

/** The values of a `subscriptions` row that the facts decide. Times are seconds since 1970 (UTC). */
export interface SubscriptionValues {
  readonly packageId: string;
  readonly planId: string;
  readonly priceId: string;
  readonly status: SubscriptionStatus;
  readonly providerStatus: string;
  readonly accessSuspended: boolean;
  readonly scheduledPlanId: string | null;
  readonly scheduledPlanChangeAt: number | null;
  readonly deadlineAt: number;
  readonly cancelAt: number | null;
  readonly canceledAt: number | null;
}

/** The values of a `subscription_histories` row. */
export interface HistoryValues {
  readonly key: string;
  /** Place among the rows of the subscription. */
  readonly position: number;
  readonly planId: string;
  readonly oldPlanId: string | null;
  readonly type: HistoryType;
  readonly status: HistoryStatus;
  readonly paymentStatus: PaymentStatus;
  readonly invoiceId: string | null;
  readonly direction: ChangeDirection | null;
  /** What the plan costs a day, in thousandths of a minor unit; compares plans, nothing is charged by it. */
  readonly dailyAmount: number;
  readonly effectiveAt: number;
  readonly periodEnd: number | null;
}

export interface Projection {
  readonly subscription: SubscriptionValues;
  readonly history: readonly HistoryValues[];
}

/** The rows that a state stands for; undefined while the subscription itself was not seen yet. */
export function computeProjection(state: SubscriptionState, plans: PlansByPrice): Projection | undefined {
  const { snapshot, status } = state;
  if (!snapshot || status === 'none') return undefined;
  const pending = pendingChangeOf(state.history);
  const { planId, packageId } = planOf(plans, snapshot.priceId);
  return {
    subscription: {
      packageId,
      planId,
      priceId: snapshot.priceId,
      status,
      providerStatus: snapshot.providerStatus,
      accessSuspended: snapshot.accessSuspended,
      scheduledPlanId: pending?.planId ?? null,
      scheduledPlanChangeAt: pending?.effectiveAt ?? null,
      deadlineAt: snapshot.currentPeriodEnd,
      cancelAt: status === 'canceled' ? null : snapshot.cancelAt,
      canceledAt: state.canceledAt,
    },
    history: state.history.map((entry, position) => ({
      key: entry.key,
      position,
      planId: entry.planId,
      oldPlanId: entry.oldPlanId,
      type: entry.type,
      status: entry.status,
      paymentStatus: computePaymentStatus(entry, state, plans),
      invoiceId: entry.invoiceId,
      direction: entry.direction,
      dailyAmount: computeDailyAmount(planOf(plans, entry.priceId)),
      effectiveAt: entry.effectiveAt,
      periodEnd: entry.periodEnd,
    })),
  };
}
