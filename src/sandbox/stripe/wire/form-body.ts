/** A form-encoded value: text, or a hash of values. Arrays arrive as hashes with the keys 0, 1, 2, ... */
export type FormValue = string | FormHash;
export interface FormHash {
  [key: string]: FormValue;
}

const MAXIMUM_DEPTH = 8;
const newHash = (): FormHash => Object.create(null) as FormHash;

/**
 * Reads `items[0][price]=...&expand[]=...` as Stripe does. Hashes have no prototype, so a key named `__proto__` is only
 * another unknown parameter.
 */
export function parseForm(text: string): FormHash {
  const root = newHash();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const separator = pair.indexOf('=');
    const name = decode(separator < 0 ? pair : pair.slice(0, separator));
    put(root, pathOf(name), separator < 0 ? '' : decode(pair.slice(separator + 1)));
  }
  return root;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function pathOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0 || !name.endsWith(']')) return [name];
  return [name.slice(0, open), ...name.slice(open + 1, -1).split('][')].slice(0, MAXIMUM_DEPTH);
}

function put(root: FormHash, path: readonly string[], value: string): void {
  let hash = root;
  for (const [index, segment] of path.entries()) {
    const key = segment === '' ? String(Object.keys(hash).length) : segment;
    if (index === path.length - 1) {
      hash[key] = value;
      return;
    }
    const next = hash[key];
    if (next === undefined || typeof next === 'string') hash[key] = newHash();
    hash = hash[key] as FormHash;
  }
}
