import { isDeepStrictEqual } from 'node:util';
import { UnreadablePayloadError, type ProviderEvent } from '../../src/billing-providers/index.js';

/** What a normaliser does with a body; any other error than the promised one is thrown on. */
export function resultOf(normalise: () => ProviderEvent): ProviderEvent | 'makes no sense' {
  try {
    return normalise();
  } catch (error) {
    if (error instanceof UnreadablePayloadError) return 'makes no sense';
    throw error;
  }
}

/** Whether JSON and PostgreSQL give it back as it is. */
export function survivesStorage(value: unknown): boolean {
  const text = JSON.stringify(value);
  return isDeepStrictEqual(JSON.parse(text), value) && text.isWellFormed() && !text.includes('\\u0000');
}

/** The ways to every value inside. */
export const pathsOf = (value: unknown): string[][] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsOf(inner).map((path) => [key, ...path])]);

/** A copy with another value at the end of a path. */
export function replaceAt(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  copy[key] = replaceAt(copy[key], rest, by);
  return copy;
}
