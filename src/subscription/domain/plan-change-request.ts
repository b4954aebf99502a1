import { pendingChangeOf, type HistoryEntry } from './state.js';

export type RequestKind = 'schedule' | 'undo' | 'cancel' | 'resume';

export type RequestStatus =
  'intended' | 'sent' | 'unknown' | 'scheduled' | 'applied' | 'failed' | 'replaced' | 'undone';

/** Anything else is refused. `unknown`: the provider did not answer; it is asked again under the same request id. */
export const REQUEST_TRANSITIONS: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  intended: ['sent', 'failed'],
  sent: ['scheduled', 'applied', 'failed', 'unknown'],
  unknown: ['sent', 'scheduled', 'applied', 'failed'],
  scheduled: ['applied', 'replaced', 'undone'],
  applied: [],
  failed: [],
  replaced: [],
  undone: [],
};

export const isAllowed = (from: RequestStatus, to: RequestStatus): boolean => REQUEST_TRANSITIONS[from].includes(to);

/**
 * What became of a scheduled request, by the rows of its subscription: it began, another change took its place, or it was
 * taken back; undefined while it is still pending. `effectiveAt`: seconds since 1970.
 */
export function computeScheduledOutcome(
  request: { readonly targetPlanId: string; readonly effectiveAt: number },
  history: readonly HistoryEntry[],
): 'applied' | 'replaced' | 'undone' | undefined {
  const own = history.findLast(
    (entry) =>
      entry.type === 'change' && entry.planId === request.targetPlanId && entry.effectiveAt === request.effectiveAt,
  );
  if (!own || own.status === 'pending') return undefined;
  if (own.status === 'active') return 'applied';
  return pendingChangeOf(history) ? 'replaced' : 'undone';
}
