import type { HistoryValues, Projection } from './projection.js';

/** What must be written so that the rows before become the rows after. */
export interface Difference {
  readonly isSubscriptionChanged: boolean;
  /** Keys of history rows that the facts no longer stand for. */
  readonly gone: readonly string[];
  readonly changed: readonly HistoryValues[];
}

export function computeDifference(before: Projection | undefined, after: Projection): Difference {
  const rows = new Map(before?.history.map((row) => [row.key, row]));
  const keys = new Set(after.history.map((row) => row.key));
  return {
    isSubscriptionChanged: !before || !isSameRow(before.subscription, after.subscription),
    gone: [...rows.keys()].filter((key) => !keys.has(key)),
    changed: after.history.filter((row) => !isSameRow(rows.get(row.key), row)),
  };
}

export const isEmpty = (difference: Difference): boolean =>
  !difference.isSubscriptionChanged && difference.gone.length === 0 && difference.changed.length === 0;

/** Rows are flat: field by field is enough. */
function isSameRow<Row extends object>(left: Row | undefined, right: Row): boolean {
  if (!left) return false;
  return (Object.keys(right) as (keyof Row)[]).every((field) => left[field] === right[field]);
}
