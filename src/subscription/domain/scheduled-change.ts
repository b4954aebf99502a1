import { planOf } from './history.js';
import type { PlansByPrice, ScheduleState, SubscriptionState } from './state.js';

export interface ScheduledChange {
  readonly priceId: string;
  /** Seconds since 1970 (UTC). */
  readonly effectiveAt: number;
}

const LIVING_SCHEDULE = new Set(['not_started', 'active']);

/**
 * There is a pending change if and only if the latest snapshot names a schedule whose latest state has a next phase with
 * another plan. `unknown`: the schedule was not heard of yet, or is over although the snapshot still names it, or is ahead of
 * the snapshot (it switched already, and the subscription's own event has not said so yet); what was believed before stays,
 * since a missing answer must not look like "none".
 */
export function computeScheduledChange(
  state: Pick<SubscriptionState, 'snapshot' | 'snapshotAt' | 'schedules'>,
  plans: PlansByPrice,
): ScheduledChange | 'none' | 'unknown' {
  const { snapshot } = state;
  if (!snapshot?.scheduleId) return 'none';
  const schedule = state.schedules[snapshot.scheduleId];
  if (!schedule || !LIVING_SCHEDULE.has(schedule.scheduleStatus)) return 'unknown';
  if (isAhead(schedule, snapshot.priceId, state.snapshotAt)) return 'unknown';
  const currentEnd = schedule.currentPhase?.endAt ?? snapshot.currentPeriodEnd;
  const next = schedule.phases.find((phase) => phase.startAt >= currentEnd);
  if (!next || planOf(plans, next.priceId).planId === planOf(plans, snapshot.priceId).planId) return 'none';
  return { priceId: next.priceId, effectiveAt: next.startAt };
}

function isAhead(schedule: ScheduleState, priceId: string, snapshotAt: number): boolean {
  const current = schedule.phases.find((phase) => phase.startAt === schedule.currentPhase?.startAt);
  return schedule.at >= snapshotAt && current !== undefined && current.priceId !== priceId;
}
