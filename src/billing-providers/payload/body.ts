import { isJsonObject, isStorableText, valueAt, type JsonObject } from './read-json.js';

const LONGEST_EVENT_TYPE = 200;

/** Undefined when the bytes are not a JSON object: an expected case, which the caller sees. */
export function parseObject(rawBody: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The event's name, which all providers call `type`; `unknown` when there is none that a column could hold. */
export function eventTypeOf(body: JsonObject | undefined): string {
  const type = body && valueAt(body, 'type');
  return isStorableText(type, LONGEST_EVENT_TYPE) ? type : 'unknown';
}
