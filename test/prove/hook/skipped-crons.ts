import type { VirtualTime } from './virtual-time.js';

/** graphile-worker's statement that puts in what is due in one minute. */
const DUE_MINUTE = 'known_crontabs.last_execution < excluded.last_execution';
const LONG_MILLISECONDS = 15 * 60_000;

/**
 * A worker that was awake all the time has had its cron jobs each minute; one whose clock jumps by a month wants to put in all of
 * them now, minute by minute. After a long jump its first such statement fails, as with a database that is away for a moment: it
 * then begins anew with the present minute.
 */
export function skipCronsAfterLongMoves(time: VirtualTime): (text: string) => Error | undefined {
  let seen = time.now();
  let isLong = false;
  time.onMove(() => {
    const now = time.now();
    isLong ||= now - seen > LONG_MILLISECONDS;
    seen = now;
  });
  return (text) => {
    if (!isLong || !text.includes(DUE_MINUTE)) return undefined;
    isLong = false;
    return new Error('the minutes of a long jump of time are left out');
  };
}
