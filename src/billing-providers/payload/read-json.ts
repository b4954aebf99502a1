import { UnreadablePayloadError } from '../domain/provider-event.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The object is known, but not described in the shape that this code reads (another API version, an unusual subscription):
 * it can be read from the provider instead.
 */
export class UnexpectedShapeError extends Error {
  override readonly name = 'UnexpectedShapeError';
}

/** Longer than any id, status or metadata value that a provider makes (Stripe and Dodo both: 500 characters). */
const LONGEST_TEXT = 500;
/** End of the year 9999: the last second that PostgreSQL and JavaScript both print plainly. */
const LAST_SECOND = 253_402_300_799;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an SDK has read, as the JSON that it was. */
export const toJson = (object: object): JsonObject => object as JsonObject;

/** A field that the JSON itself has: never one inherited, whatever the payload calls its keys. Null counts as absent. */
export const valueAt = (object: JsonObject, key: string): unknown =>
  Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;

/** Whether PostgreSQL can hold the text in `text` and JSON columns. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

/** Whether a column can hold it as a text of a provider: not empty, of at most `longest` characters. */
export const isStorableText = (value: unknown, longest = LONGEST_TEXT): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longest && isStorable(value);

/** Whole seconds since 1970 (UTC). */
export const isStorableTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= LAST_SECOND;

/** @throws UnexpectedShapeError when it is not a text; UnreadablePayloadError when no column could hold it */
export function textAt(object: JsonObject, key: string): string {
  const value = valueAt(object, key);
  if (typeof value !== 'string' || value === '') throw new UnexpectedShapeError(`${key} is not a text`);
  if (value.length > LONGEST_TEXT) throw new UnreadablePayloadError(`${key} has ${value.length} characters`);
  if (!isStorable(value)) throw new UnreadablePayloadError(`${key} has characters that cannot be stored`);
  return value;
}

/** An id, given as such or as the expanded object. */
export function idAt(object: JsonObject, key: string): string {
  const value = valueAt(object, key);
  return isJsonObject(value) ? textAt(value, 'id') : textAt(object, key);
}

export const optionalIdAt = (object: JsonObject, key: string): string | null =>
  valueAt(object, key) === undefined ? null : idAt(object, key);

export function integerAt(object: JsonObject, key: string): number {
  const value = valueAt(object, key);
  if (!Number.isSafeInteger(value)) throw new UnexpectedShapeError(`${key} is not a whole number`);
  return (value as number) + 0; // -0 would not survive being stored as JSON
}

/** Whole seconds since 1970 (UTC). */
export function timeAt(object: JsonObject, key: string): number {
  const value = valueAt(object, key);
  if (!isStorableTime(value)) throw new UnexpectedShapeError(`${key} is not a time`);
  return value;
}

export const optionalTimeAt = (object: JsonObject, key: string): number | null =>
  valueAt(object, key) === undefined ? null : timeAt(object, key);

export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = valueAt(object, key);
  if (!isJsonObject(value)) throw new UnexpectedShapeError(`${key} is not an object`);
  return value;
}

export const optionalObjectAt = (object: JsonObject, key: string): JsonObject | null =>
  valueAt(object, key) === undefined ? null : objectAt(object, key);

export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  const value = valueAt(object, key);
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw new UnexpectedShapeError(`${key} is not a list`);
  return value;
}

/** Gives `undefined` instead of throwing `UnexpectedShapeError`. */
export function tryRead<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnexpectedShapeError) return undefined;
    throw error;
  }
}
