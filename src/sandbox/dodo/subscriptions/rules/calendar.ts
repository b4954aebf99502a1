import type { DodoPayments } from 'dodopayments';

/** How often a plan is billed, or how long a subscription lasts, in Dodo's words. */
export interface Frequency {
  readonly interval: DodoPayments.TimeInterval;
  readonly count: number;
}

const DAY = 86_400_000;

/** The n-th boundary counted from the anchor, in milliseconds. Months keep the anchor's day where the month has it. */
export function boundaryAt(anchor: number, { interval, count }: Frequency, n: number): number {
  if (interval === 'Day') return anchor + n * count * DAY;
  if (interval === 'Week') return anchor + n * count * 7 * DAY;
  const from = new Date(anchor);
  const moved = new Date(from);
  moved.setUTCDate(1);
  moved.setUTCMonth(from.getUTCMonth() + n * count * (interval === 'Year' ? 12 : 1));
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return moved.getTime();
}

/** The first boundary after `time`. */
export function nextBoundary(anchor: number, frequency: Frequency, time: number): number {
  const length = boundaryAt(anchor, frequency, 1) - anchor;
  let n = Math.max(1, Math.floor((time - anchor) / length) - 1);
  while (boundaryAt(anchor, frequency, n) <= time) n += 1;
  return boundaryAt(anchor, frequency, n);
}
