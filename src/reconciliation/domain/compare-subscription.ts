import type { ComparedRows, ComparedSubscription } from '../../subscription/index.js';
import { toIso, type DifferenceType, type FoundDifference, type Side } from './difference.js';

/**
 * What our rows of a subscription and what the provider's word would make of them differ in, each aspect by itself.
 *
 * @param since seconds since 1970: one that was over before, and that we never knew, is history and nothing to adopt
 */
export function compareSubscription(compared: ComparedSubscription, since: number): readonly FoundDifference[] {
  const { isOurs, ours, theirs, refusal, endedAt, subscriptionId, customerId } = compared;
  if (!isOurs) return [];
  // Long over, or over in both places: nothing of it is to come.
  const isHistory = endedAt !== null && (ours === null ? endedAt < since : ours.status === 'canceled');
  if (isHistory) return [];
  const found = (type: DifferenceType, theirSide: Side | null): FoundDifference => ({
    type,
    providerId: subscriptionId,
    ourId: compared.uuid,
    ours: ours && toSide(ours),
    theirs: theirSide,
  });
  if (refusal !== null) return [found('subscription_refused', { customer_id: customerId, why: refusal })];
  if (!theirs) return [];
  if (!ours) return [found('subscription_unknown', toSide(theirs))];
  return typesOf(ours, theirs).map((type) => found(type, toSide(theirs)));
}

function typesOf(ours: ComparedRows, theirs: ComparedRows): readonly DifferenceType[] {
  const differs = (...fields: (keyof ComparedRows)[]) => fields.some((field) => ours[field] !== theirs[field]);
  const types: DifferenceType[] = [];
  if (differs('status', 'providerStatus', 'accessSuspended')) types.push('subscription_status');
  // One that is over has no period, change or end to come: the rest follows from that.
  if (theirs.status === 'canceled') return types;
  if (differs('priceId')) types.push('subscription_plan');
  if (differs('deadlineAt')) types.push('subscription_period');
  if (differs('cancelAt')) types.push('subscription_cancellation');
  if (differs('scheduledPlanId', 'scheduledPlanChangeAt')) types.push('pending_change');
  const isHistoryAlone = types.length === 0 && ours.history.join() !== theirs.history.join();
  return isHistoryAlone ? ['subscription_history'] : types;
}

const toSide = (rows: ComparedRows): Side => ({
  status: rows.status,
  provider_status: rows.providerStatus,
  access_suspended: rows.accessSuspended,
  price_id: rows.priceId,
  plan_id: rows.planId,
  scheduled_plan_id: rows.scheduledPlanId,
  scheduled_plan_change_at: toIso(rows.scheduledPlanChangeAt),
  deadline_at: toIso(rows.deadlineAt),
  cancel_at: toIso(rows.cancelAt),
  history: rows.history,
});
