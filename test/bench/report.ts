import { medianOf } from './load.js';

export interface Comparison {
  readonly what: string;
  /** Per second, slice by slice. */
  readonly ours: readonly number[];
  readonly other: readonly number[];
  readonly otherName: string;
  readonly note: string;
}

/** One line per comparison: medians, their ratio, and the spread of the slices. */
export function toTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ what, ours, other, otherName, note }) => [
    what,
    toText(ours),
    `${toText(other)} (${otherName})`,
    `${(medianOf(ours) / medianOf(other)).toFixed(2)} x`,
    note,
  ]);
  const table = [['', 'ours', 'compared with', 'ratio', ''], ...rows];
  const widths = table[0]?.map((_cell, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const toText = (values: readonly number[]): string =>
  `${Math.round(medianOf(values))} [${Math.round(Math.min(...values))}..${Math.round(Math.max(...values))}]`;
