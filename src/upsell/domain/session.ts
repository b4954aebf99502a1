import type { ChargeFailureCode, SavedCard } from '../../billing-providers/index.js';

export type SessionStatus = 'open' | 'charging' | 'completed' | 'expired' | 'killed';

/** A customer's way through a funnel; one per sale. */
export interface Session {
  /** Our id (`upsell_sessions.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly saleId: string;
  /** The sale's main item: the token names it. */
  readonly saleItemId: string;
  readonly userId: string;
  readonly versionId: string;
  readonly status: SessionStatus;
  /** Null when it is over. */
  readonly stepPosition: number | null;
  /** What of the step's offers could be shown when the customer came to it. */
  readonly offeredOfferIds: readonly string[];
  /** Starts with the first impression of the step; null before, and where there is no countdown. */
  readonly stepExpiresAt: Date | null;
  /** While it is charging. */
  readonly chargeAttemptId: string | null;
  /** Of the step's last payment. */
  readonly lastFailure: ChargeFailureCode | null;
  /** Cards that the provider kept when it was asked; null: not asked yet. */
  readonly methods: readonly SavedCard[] | null;
  /** Where an external step leads. */
  readonly redirectUrl: string | null;
  readonly expiresAt: Date;
  readonly closedAt: Date | null;
  readonly createdAt: Date;
}

/**
 * Anything else is refused. While money may be moving, a session neither expires nor is killed. `open -> open` is another step,
 * `charging -> open` the next step or, after a payment that failed, the same.
 */
export const SESSION_TRANSITIONS: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  open: ['open', 'charging', 'completed', 'expired', 'killed'],
  charging: ['open', 'completed'],
  completed: [],
  expired: [],
  killed: [],
};

export const SESSION_STATUSES = Object.keys(SESSION_TRANSITIONS) as readonly SessionStatus[];

/** @returns whether the session may go from one status to the other */
export const mayMoveSession = (from: SessionStatus, to: SessionStatus): boolean =>
  SESSION_TRANSITIONS[from].includes(to);

export const isOver = (session: Pick<Session, 'status'>): boolean => SESSION_TRANSITIONS[session.status].length === 0;

/** What time and the kill switch say of a session. */
export type Lapse = 'none' | 'step_expired' | 'expired' | 'killed';

/** Only an open session lapses: one that is charging waits for the answer. */
export function computeLapse(
  session: Pick<Session, 'status' | 'expiresAt' | 'stepExpiresAt'>,
  now: Date,
  isKilled: boolean,
): Lapse {
  if (session.status !== 'open') return 'none';
  if (isKilled) return 'killed';
  if (session.expiresAt <= now) return 'expired';
  return session.stepExpiresAt !== null && session.stepExpiresAt <= now ? 'step_expired' : 'none';
}
