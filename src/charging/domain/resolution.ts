import type { ChargeOutcome } from '../../billing-providers/index.js';
import { computeNextStep } from './attempt-details.js';
import type { ChargeAttempt } from './charge-attempt.js';

/** Nobody calls the provider for a claim that is older: whoever made it is gone. */
const CLAIM_SECONDS = 120;
/** A call that takes longer has died with its process, or will: it is asked about instead of waited for. */
const CALL_SECONDS = 60;
/**
 * How long the same call may be made again under the same id. Providers keep ids for a day and more, but may forget one
 * under which nothing was stored; after a minute nobody knows how far the first call has come. A provider without such ids is
 * never called again: it would charge again.
 */
const REPEAT_SECONDS = 60;
/** Between two complete lists that must both lack an attempt: what was made just now may not be listed yet. */
const ABSENCE_SECONDS = 300;
/** When the job of a claim looks first: by then its call is over, one way or another. */
export const TAKE_UP_SECONDS = CALL_SECONDS + 1;

const SHORTEST_PAUSE_SECONDS = 3;
const LONGEST_PAUSE_SECONDS = 900;

export type Resolution =
  | { readonly kind: 'done' }
  | { readonly kind: 'wait'; readonly until: Date }
  /** It was never sent, and will not be. */
  | { readonly kind: 'give_up_claimed' }
  /** Its process died between the call and the answer. */
  | { readonly kind: 'take_up_sent' }
  /** The same call, under the same id. */
  | { readonly kind: 'repeat' }
  /** Only reading: `findCharge`. */
  | { readonly kind: 'ask' };

type Subject = Pick<ChargeAttempt, 'status' | 'createdAt' | 'sentAt'>;

/**
 * What may be done now about an attempt that nobody is known to work on.
 *
 * @param now by the clock of its times
 * @param mayRepeat whether its provider moves money once however often a call is made under one id
 */
export function computeResolution({ status, createdAt, sentAt }: Subject, now: Date, mayRepeat: boolean): Resolution {
  switch (status) {
    case 'claimed': {
      const until = after(createdAt, CLAIM_SECONDS);
      return now >= until ? { kind: 'give_up_claimed' } : { kind: 'wait', until };
    }
    case 'sent': {
      const until = after(sentAt ?? createdAt, CALL_SECONDS);
      return now >= until ? { kind: 'take_up_sent' } : { kind: 'wait', until };
    }
    case 'unknown':
      return { kind: mayRepeat && now < after(sentAt ?? createdAt, REPEAT_SECONDS) ? 'repeat' : 'ask' };
    default:
      return { kind: 'done' };
  }
}

/** What a complete list without the attempt makes of it. */
export function computeAbsence(absentAt: Date | null, now: Date): 'first_time' | 'too_soon' | 'absent' {
  if (absentAt === null) return 'first_time';
  return now >= after(absentAt, ABSENCE_SECONDS) ? 'absent' : 'too_soon';
}

/** When an attempt that is still not known is tried next: ever more seldom, and as soon as a second list may decide. */
export function computeNextTry({ sentAt, absentAt, createdAt }: ChargeAttempt, now: Date): Date {
  if (absentAt !== null) return new Date(Math.max(after(absentAt, ABSENCE_SECONDS).getTime(), now.getTime()));
  const ageSeconds = (now.getTime() - (sentAt ?? createdAt).getTime()) / 1_000;
  const pause = Math.min(LONGEST_PAUSE_SECONDS, Math.max(SHORTEST_PAUSE_SECONDS, ageSeconds / 2));
  return after(now, pause);
}

const after = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1_000);

/** Whether an open attempt is to be looked at. @param now product time */
export const isDue = ({ status, expiresAt }: Pick<ChargeAttempt, 'status' | 'expiresAt'>, now: Date): boolean =>
  (status === 'requires_action' || status === 'pending') && expiresAt !== null && expiresAt <= now;

/**
 * Whether the provider keeps something open that the customer had their time for. Money that is under way is not: nothing
 * holds it. @param now product time
 */
export function isOverdue(
  attempt: Pick<ChargeAttempt, 'command' | 'nextStep'>,
  outcome: ChargeOutcome,
  now: Date,
): boolean {
  const next = computeNextStep(attempt, outcome);
  if (next === null) return false;
  return next.kind === 'authenticate' || next.expiresAt * 1_000 <= now.getTime();
}
