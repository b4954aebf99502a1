export type PlanQuoteStatus = 'open' | 'executing' | 'applied' | 'failed' | 'expired' | 'superseded';

/** Anything else is refused. */
export const PLAN_QUOTE_TRANSITIONS: Readonly<Record<PlanQuoteStatus, readonly PlanQuoteStatus[]>> = {
  open: ['executing', 'expired', 'superseded'],
  executing: ['applied', 'failed'],
  applied: [],
  // Money that was given up and came through after all has switched the plan.
  failed: ['applied'],
  expired: [],
  superseded: [],
};

/** The statuses that lead to `to`. */
export const quoteStatusesBefore = (to: PlanQuoteStatus): readonly PlanQuoteStatus[] =>
  (Object.keys(PLAN_QUOTE_TRANSITIONS) as PlanQuoteStatus[]).filter((from) =>
    PLAN_QUOTE_TRANSITIONS[from].includes(to),
  );

const VALID_MILLISECONDS = 15 * 60_000;

/** Long enough to decide; the proration of so short a time is what a day's price is rounded to anyway. */
export const computeQuoteExpiry = (quotedAt: Date): Date => new Date(quotedAt.getTime() + VALID_MILLISECONDS);

/** The provider prorates by whole seconds: the moment that a quote is pinned to. */
export const floorToSecond = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1_000) * 1_000);

/** When it was made, by the clock that its expiry goes by. */
export const quotedAtOf = ({ expiresAt }: { readonly expiresAt: Date }): Date =>
  new Date(expiresAt.getTime() - VALID_MILLISECONDS);
