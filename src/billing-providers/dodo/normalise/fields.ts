import { textAt, UnexpectedShapeError, valueAt, type JsonObject } from '../../payload/read-json.js';

/** End of the year 9999: the last second that PostgreSQL and JavaScript both print plainly. */
const LAST_SECOND = 253_402_300_799;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Dodo writes ISO 8601 with microseconds; whole seconds since 1970 (UTC). Undefined for anything else. */
export function toSeconds(value: unknown): number | undefined {
  if (typeof value !== 'string' || !ISO_TIME.test(value)) return undefined;
  const seconds = Math.floor(Date.parse(value) / 1_000);
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds <= LAST_SECOND ? seconds : undefined;
}

export const optionalTextAt = (object: JsonObject, key: string): string | null =>
  valueAt(object, key) === undefined ? null : textAt(object, key);

/** ISO 4217. */
export function currencyAt(object: JsonObject, key: string): string {
  const currency = textAt(object, key);
  if (!/^[a-z]{3}$/i.test(currency)) throw new UnexpectedShapeError(`${key} is not a currency`);
  return currency.toUpperCase();
}
