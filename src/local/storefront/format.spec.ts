import { describe, expect, it } from 'vitest';
import { computeDaysBetween, formatDate, formatDateTime, formatDays, formatDistance, formatMoney } from './format.js';

/** Intl puts spaces that do not break where a reader sees a space. */
const plain = (text: string | undefined): string | undefined => text?.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('money', () => {
  it.each([
    ['en', 2_900, 'USD', '$29.00'],
    ['pt-BR', 2_900, 'BRL', 'R$ 29,00'],
    ['vi', 2_900, 'USD', '29,00 US$'],
    // VND has no minor unit: 499000 are 499.000 dong.
    ['vi', 499_000, 'VND', '499.000 ₫'],
    ['en', 0, 'USD', '$0.00'],
  ] as const)('in %s: %d minor units of %s are %s', (language, amount, currency, text) => {
    expect(plain(formatMoney(language, amount, currency))).toBe(text);
  });
});

describe('dates are those of UTC, wherever the server stands', () => {
  const late = '2026-12-31T23:30:00.000Z';

  it('in each language', () => {
    expect(formatDate('en', late)).toBe('31 Dec 2026');
    expect(formatDate('pt-BR', late)).toBe('31 de dez. de 2026');
    expect(plain(formatDate('vi', late))).toBe('31 thg 12, 2026');
    expect(formatDateTime('en', late)).toBe('31 Dec 2026, 23:30');
  });

  it('tells the distance in hours, then in days, and within the hour not at all', () => {
    const now = new Date('2026-12-31T22:45:00.000Z');
    expect(formatDistance('en', '2026-12-31T23:30:00.000Z', now)).toBeUndefined();
    expect(formatDistance('en', '2027-01-01T02:45:00.000Z', now)).toBe('in 4 hours');
    expect(formatDistance('en', '2026-12-21T22:45:00.000Z', now)).toBe('10 days ago');
    expect(formatDistance('vi', '2027-01-30T22:45:00.000Z', now)).toBe('sau 30 ngày nữa');
  });

  it('counts whole days, and names them in each language', () => {
    expect(computeDaysBetween('2026-12-20T10:00:00Z', '2026-12-23T10:00:00Z')).toBe(3);
    expect(computeDaysBetween('2026-12-20T10:00:00Z', '2026-12-21T09:59:00Z')).toBe(0);
    expect(computeDaysBetween('2027-01-20T10:00:00Z', '2026-12-23T10:00:00Z')).toBe(-28);
    expect((['en', 'pt-BR', 'vi'] as const).map((language) => plain(formatDays(language, 3)))).toEqual([
      '3 days',
      '3 dias',
      '3 ngày',
    ]);
    expect(formatDays('en', 1)).toBe('1 day');
  });
});
