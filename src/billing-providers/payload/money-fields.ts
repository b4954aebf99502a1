import { textAt, UnexpectedShapeError, type JsonObject } from './read-json.js';

/** ISO 4217, in upper case; Stripe writes it in lower case. */
export function currencyAt(object: JsonObject, key: string): string {
  const currency = textAt(object, key);
  if (!/^[a-z]{3}$/i.test(currency)) throw new UnexpectedShapeError(`${key} is not a currency`);
  return currency.toUpperCase();
}
