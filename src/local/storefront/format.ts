import type { Language } from './texts/index.js';

/** Money and dates of a language are written by the rules of a country where it is spoken. */
const MONEY_LOCALES: Readonly<Record<Language, string>> = { vi: 'vi-VN', 'pt-BR': 'pt-BR', en: 'en-US' };
const DATE_LOCALES: Readonly<Record<Language, string>> = { vi: 'vi-VN', 'pt-BR': 'pt-BR', en: 'en-GB' };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** @param amount integer minor units of the currency */
export function formatMoney(language: Language, amount: number, currency: string): string {
  const format = new Intl.NumberFormat(MONEY_LOCALES[language], { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

export const dateLocale = (language: Language): string => DATE_LOCALES[language];

/** Day, month and year in UTC. */
export const formatDate = (language: Language, iso: string): string =>
  new Intl.DateTimeFormat(DATE_LOCALES[language], { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(iso));

/** Day and time to the minute in UTC; the page says once that its times are UTC. */
export const formatDateTime = (language: Language, iso: string): string =>
  new Intl.DateTimeFormat(DATE_LOCALES[language], {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(new Date(iso));

/** Month and year of a card, such as 08/2029. */
export const formatExpiry = (language: Language, month: number, year: number): string =>
  new Intl.DateTimeFormat(DATE_LOCALES[language], { month: '2-digit', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(Date.UTC(year, month - 1, 1)),
  );

/** Whole days from one moment to another; negative when that is earlier. */
export const computeDaysBetween = (from: string, to: string): number =>
  Math.trunc((new Date(to).getTime() - new Date(from).getTime()) / DAY);

/** Such as "3 days". */
export const formatDays = (language: Language, days: number): string =>
  new Intl.NumberFormat(DATE_LOCALES[language], { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(days);

/** Such as "in 30 days" or "2 hours ago"; undefined within the hour, where the time of day says more. */
export function formatDistance(language: Language, iso: string, now: Date): string | undefined {
  const milliseconds = new Date(iso).getTime() - now.getTime();
  const format = new Intl.RelativeTimeFormat(DATE_LOCALES[language], { numeric: 'auto' });
  if (Math.abs(milliseconds) < HOUR) return undefined;
  if (Math.abs(milliseconds) < 2 * DAY) return format.format(Math.round(milliseconds / HOUR), 'hour');
  return format.format(Math.round(milliseconds / DAY), 'day');
}
