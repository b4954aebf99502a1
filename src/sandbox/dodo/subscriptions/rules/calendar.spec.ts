import { describe, expect, test } from 'vitest';
import { boundaryAt, nextBoundary } from './calendar.js';

const at = (time: string): number => Date.parse(time);
const iso = (time: number): string => new Date(time).toISOString();
const MONTHLY = { interval: 'Month', count: 1 } as const;

describe('the boundaries of a subscription', () => {
  test('keep the day of the anchor where the month has it', () => {
    const anchor = at('2026-01-31T10:00:00.123Z');
    expect([1, 2, 3, 4].map((n) => iso(boundaryAt(anchor, MONTHLY, n)))).toEqual([
      '2026-02-28T10:00:00.123Z',
      '2026-03-31T10:00:00.123Z',
      '2026-04-30T10:00:00.123Z',
      '2026-05-31T10:00:00.123Z',
    ]);
  });

  test.each([
    ['Day', 3, '2026-01-18T00:00:00.000Z'],
    ['Week', 2, '2026-01-29T00:00:00.000Z'],
    ['Month', 3, '2026-04-15T00:00:00.000Z'],
    ['Year', 1, '2027-01-15T00:00:00.000Z'],
  ] as const)('every %s times %i', (interval, count, expected) => {
    expect(iso(boundaryAt(at('2026-01-15T00:00:00Z'), { interval, count }, 1))).toBe(expected);
  });

  test('a leap day comes back in leap years alone', () => {
    const anchor = at('2028-02-29T00:00:00Z');
    const yearly = { interval: 'Year', count: 1 } as const;
    expect([1, 4].map((n) => iso(boundaryAt(anchor, yearly, n)))).toEqual([
      '2029-02-28T00:00:00.000Z',
      '2032-02-29T00:00:00.000Z',
    ]);
  });

  test('the next one lies after the time asked for, also when the time is a boundary', () => {
    const anchor = at('2026-01-31T10:00:00Z');
    expect(iso(nextBoundary(anchor, MONTHLY, anchor))).toBe('2026-02-28T10:00:00.000Z');
    expect(iso(nextBoundary(anchor, MONTHLY, at('2026-02-28T10:00:00Z')))).toBe('2026-03-31T10:00:00.000Z');
    expect(iso(nextBoundary(anchor, MONTHLY, at('2026-12-30T10:00:00Z')))).toBe('2026-12-31T10:00:00.000Z');
  });
});
