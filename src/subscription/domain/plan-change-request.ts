import { pendingChangeOf, type HistoryEntry } from './state.js';

export type RequestKind = 'schedule' | 'undo' | 'cancel' | 'resume';

export type RequestStatus =
  'intended' | 'sent' | 'unknown' | 'scheduled' | 'applied' | 'failed' | 'replaced' | 'undone';

/** Anything else is refused. `unknown`: the provider did not answer; it is asked again under the same request id. */
export const REQUEST_TRANSITIONS: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  intended: ['sent', 'failed'],
  sent: ['scheduled', 'applied', 'failed', 'unknown'],
  unknown: ['sent', 'scheduled', 'applied', 'failed', 'replaced', 'undone'],
  scheduled: ['applied', 'replaced', 'undone'],
  applied: [],
  failed: [],
  replaced: [],
  undone: [],
};

/**
 * What became of a scheduled request, by the rows of its subscription: it began, another change took its place, or it was
 * taken back; undefined while it is still pending. `effectiveAt`: seconds since 1970.
 */
export function computeScheduledOutcome(
  request: { readonly targetPlanId: string; readonly effectiveAt: number },
  history: readonly HistoryEntry[],
): 'applied' | 'replaced' | 'undone' | undefined {
  // A change that has begun keeps the key that it was pending under, and begins a little later where its payment took time.
  const stem = `change:${request.effectiveAt}:${request.targetPlanId}:`;
  const own = history.findLast(
    (entry) =>
      entry.type === 'change' &&
      entry.planId === request.targetPlanId &&
      (entry.effectiveAt === request.effectiveAt || entry.key.startsWith(stem)),
  );
  if (!own || own.status === 'pending') return undefined;
  if (own.status === 'active') return 'applied';
  return pendingChangeOf(history) ? 'replaced' : 'undone';
}

interface Wish {
  readonly kind: RequestKind;
  readonly targetPlanId: string | null;
  readonly createdAt: Date;
}

interface Present {
  readonly planId: string;
  readonly scheduledPlanId: string | null;
  readonly scheduledPlanChangeAt: Date | null;
  readonly cancelAt: Date | null;
  /** What the provider has said of its end by itself since the request was made. */
  readonly endSince: EndSince;
}

/** Whether a subscription was seen to end with its period, and to go on: both where somebody has changed their mind. */
export interface EndSince {
  readonly wasEnding: boolean;
  readonly wasGoingOn: boolean;
}

interface PastChange {
  readonly type: string;
  readonly status: string;
  readonly planId: string;
  /** When it was told of, which may be late: not when it happened. */
  readonly createdAt: Date;
}

/** A scheduled change that was asked for before, and that the provider took. */
export interface EarlierChange {
  readonly targetPlanId: string;
}

export type Resumption =
  'carry_on' | { readonly status: 'scheduled' | 'applied' | 'replaced' | 'undone'; readonly effectiveAt?: Date };

/**
 * Changes that were told of since the request was made, but for those that it may only be late news of: each earlier change has a
 * row, and where it had none yet, one of its plan that came since is its own.
 */
function findNews(
  { createdAt }: Wish,
  history: readonly PastChange[],
  earlier: readonly EarlierChange[],
): readonly PastChange[] {
  const awaited = earlier.map(({ targetPlanId }) => targetPlanId);
  const news: PastChange[] = [];
  for (const row of history.filter(({ type }) => type === 'change')) {
    const index = awaited.indexOf(row.planId);
    if (index !== -1) awaited.splice(index, 1);
    else if (row.createdAt >= createdAt) news.push(row);
  }
  return news;
}

/**
 * What to do with a request whose answer was lost, now that the subscription was read: it was carried out, or something newer
 * took its place (the customer's later choice is never overridden), or it is carried on.
 */
export function computeResumption(
  request: Wish,
  subscription: Present,
  history: readonly PastChange[],
  earlier: readonly EarlierChange[],
): Resumption {
  const changedSince = findNews(request, history, earlier);
  switch (request.kind) {
    case 'schedule': {
      const { planId, scheduledPlanId, scheduledPlanChangeAt } = subscription;
      if (planId === request.targetPlanId) return { status: 'applied' };
      if (scheduledPlanChangeAt && scheduledPlanId === request.targetPlanId) {
        return { status: 'scheduled', effectiveAt: scheduledPlanChangeAt };
      }
      if (changedSince.some((row) => row.planId !== request.targetPlanId)) return { status: 'replaced' };
      return changedSince.length > 0 ? { status: 'undone' } : 'carry_on';
    }
    case 'undo':
      if (!subscription.scheduledPlanId) return { status: 'applied' };
      return changedSince.some((row) => row.status === 'pending') ? { status: 'replaced' } : 'carry_on';
    // Where it has been as wished for, somebody has taken that back.
    case 'cancel':
      return subscription.cancelAt || subscription.endSince.wasEnding ? { status: 'applied' } : 'carry_on';
    case 'resume':
      return !subscription.cancelAt || subscription.endSince.wasGoingOn ? { status: 'applied' } : 'carry_on';
  }
}
