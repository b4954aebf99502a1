import { isStorableTime, textAt, valueAt, type JsonObject } from '../../payload/read-json.js';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Dodo writes ISO 8601 with microseconds; whole seconds since 1970 (UTC). Undefined for anything else. */
export function toSeconds(value: unknown): number | undefined {
  if (typeof value !== 'string' || !ISO_TIME.test(value)) return undefined;
  const seconds = Math.floor(Date.parse(value) / 1_000);
  return isStorableTime(seconds) ? seconds : undefined;
}

/** Null where Dodo leaves it out. @throws UnexpectedShapeError, UnreadablePayloadError: see `textAt` */
export const optionalTextAt = (object: JsonObject, key: string): string | null =>
  valueAt(object, key) === undefined ? null : textAt(object, key);
