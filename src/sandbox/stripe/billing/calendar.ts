export interface Interval {
  readonly interval: string;
  readonly interval_count: number;
}

const DAY = 86_400;

/** The n-th boundary counted from the anchor, in seconds. Months keep the anchor's day where the month has it. */
export function boundaryAt(anchor: number, { interval, interval_count: count }: Interval, n: number): number {
  if (interval === 'day') return anchor + n * count * DAY;
  if (interval === 'week') return anchor + n * count * 7 * DAY;
  const months = n * count * (interval === 'year' ? 12 : 1);
  const from = new Date(anchor * 1000);
  const moved = new Date(from);
  moved.setUTCDate(1);
  moved.setUTCMonth(from.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return Math.floor(moved.getTime() / 1000);
}

/** The first boundary after `time`. */
export function nextBoundary(anchor: number, interval: Interval, time: number): number {
  const length = boundaryAt(anchor, interval, 1) - anchor;
  let n = Math.max(0, Math.floor((time - anchor) / length) - 1);
  while (boundaryAt(anchor, interval, n) <= time) n += 1;
  return boundaryAt(anchor, interval, n);
}

const LENGTHS: Record<string, number> = { day: 1, week: 7, month: 30, year: 365 };

/** A rough length in days, only to compare two intervals. */
export const lengthInDays = ({ interval, interval_count: count }: Interval): number =>
  (LENGTHS[interval] ?? 30) * count;
