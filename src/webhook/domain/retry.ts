/** Tries of one event, the first included: over about three days, as long as Stripe itself goes on delivering. */
export const MAXIMUM_ATTEMPTS = 10;

const FIRST_DELAY_SECONDS = 20;
const FACTOR = 4;
const LONGEST_DELAY_SECONDS = 24 * 3_600;
/** Share of the delay that is random, so that events that failed together do not come back together. */
const JITTER = 0.2;

/**
 * Seconds until the next try after the given number of tries, or undefined after the last: 20 s, 80 s, 5 min, 21 min,
 * 85 min, 6 h, 23 h, then a day, each give or take a tenth.
 *
 * @param random from 0 (included) to 1
 */
export function computeRetryDelay(attempts: number, random: number): number | undefined {
  if (attempts >= MAXIMUM_ATTEMPTS) return undefined;
  const delay = Math.min(FIRST_DELAY_SECONDS * FACTOR ** Math.max(attempts - 1, 0), LONGEST_DELAY_SECONDS);
  return Math.round(delay * (1 - JITTER / 2 + JITTER * random));
}
