import { isJsonObject, isStorable, type JsonObject } from './read-json.js';

/** Undefined when the bytes are not a JSON object: an expected case, which the caller sees. */
export function parseObject(rawBody: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A text that a column can hold, of at most `longest` characters. */
export function toStorable(value: unknown, longest: number): string | undefined {
  const holds = typeof value === 'string' && value !== '' && value.length <= longest && isStorable(value);
  return holds ? value : undefined;
}
