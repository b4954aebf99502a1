type Hash = Record<string, unknown>;

const isHash = (value: unknown): value is Hash => typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * What an `updated` event carries as `previous_attributes`: of a nested hash only the keys that changed, of an array the
 * whole old array, and null for a key that did not exist before. Undefined when nothing changed.
 */
export function computePreviousAttributes(before: Hash, after: Hash): Hash | undefined {
  const previous: Hash = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, current] = [before[key], after[key]];
    if (isSame(old, current)) continue;
    previous[key] = isHash(old) && isHash(current) ? computePreviousAttributes(old, current) : (old ?? null);
  }
  return Object.keys(previous).length > 0 ? previous : undefined;
}
