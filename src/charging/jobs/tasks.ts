/** Takes up an attempt whose process may have died. */
export const TAKE_UP = 'charging.take-up';
/** Finds out what became of an attempt that was not answered. */
export const RESOLVE = 'charging.resolve';
/** Reads an open attempt from the provider once its time is over. */
export const LOOK = 'charging.look';
/** Finds what is due, or was left behind. */
export const SWEEP = 'charging.sweep';
/** Closes at the provider what a failed attempt has left there. */
export const CLOSE_LEFTOVER = 'charging.close-leftover';
/** Gives back what came too late. */
export const REFUND_LATE = 'charging.refund-late';

/** What each of them is about. */
export interface AttemptJob {
  readonly uuid: string;
}
