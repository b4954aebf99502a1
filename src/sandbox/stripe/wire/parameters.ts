import type { FormHash, FormValue } from './form-body.js';
import { invalidRequest, missingParameter, unknownParameter } from './stripe-error.js';

/** Reads one form value or throws Stripe's 400. */
export interface Rule<Value> {
  read(raw: FormValue, path: string): Value;
}

export type ValueOf<R> = R extends Rule<infer Value> ? Value : never;
export type Shape = Record<string, Rule<unknown>>;
/** Use with `satisfies`: a parameter that the official client does not know does not compile. */
export type ShapeOf<Params> = Partial<Record<keyof Params & string, Rule<unknown>>>;
type Values<S extends Shape, Required extends keyof S> = { [K in Required]: ValueOf<S[K]> } & {
  [K in Exclude<keyof S, Required>]?: ValueOf<S[K]>;
};

const rule = <Value>(read: Rule<Value>['read']): Rule<Value> => ({ read });

const asText = (raw: FormValue, path: string): string => {
  if (typeof raw !== 'string') throw invalidRequest(`Invalid string: ${JSON.stringify(raw)}`, path).notRemembered();
  return raw;
};

export const text = rule(asText);

export const integer = rule((raw, path) => {
  const value = asText(raw, path);
  if (!/^-?\d{1,15}$/.test(value))
    throw invalidRequest(`Invalid integer: ${value}`, path, 'parameter_invalid_integer').notRemembered();
  return Number(value);
});

export const flag = rule((raw, path) => {
  const value = asText(raw, path);
  if (value !== 'true' && value !== 'false') throw invalidRequest(`Invalid boolean: ${value}`, path).notRemembered();
  return value === 'true';
});

export const oneOf = <const Choice extends string>(...choices: Choice[]): Rule<Choice> =>
  rule((raw, path) => {
    const value = asText(raw, path);
    if (!choices.includes(value as Choice))
      throw invalidRequest(`Invalid ${path}: must be one of ${choices.join(', ')}`, path).notRemembered();
    return value as Choice;
  });

export const webAddress = rule((raw, path) => {
  const value = asText(raw, path);
  if (!/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : ''))
    throw invalidRequest('Not a valid URL', path, 'url_invalid').notRemembered();
  return value;
});

/** An empty string unsets: it is read as null. */
export const emptyable = <Value>(inner: Rule<Value>): Rule<Value | null> =>
  rule((raw, path) => (raw === '' ? null : inner.read(raw, path)));

export const either = <A, B>(first: Rule<A>, second: Rule<B>): Rule<A | B> =>
  rule<A | B>((raw, path) => {
    try {
      return first.read(raw, path);
    } catch {
      return second.read(raw, path);
    }
  });

export const listOf = <Value>(inner: Rule<Value>): Rule<Value[]> =>
  rule((raw, path) => {
    if (raw === '') return [];
    if (typeof raw === 'string') throw invalidRequest('Invalid array', path).notRemembered();
    return Object.keys(raw)
      .toSorted((a, b) => Number(a) - Number(b))
      .map((key, index) => inner.read(raw[key]!, `${path}[${index}]`));
  });

export const fields = <S extends Shape, Required extends keyof S & string = never>(
  shape: S,
  required: readonly Required[] = [],
): Rule<Values<S, Required>> =>
  rule((raw, path) => {
    const hash: FormHash = raw === '' ? {} : requireHash(raw, path);
    const at = (key: string): string => (path === '' ? key : `${path}[${key}]`);
    for (const key of Object.keys(hash)) if (!Object.hasOwn(shape, key)) throw unknownParameter(at(key));
    for (const key of required) if (hash[key] === undefined || hash[key] === '') throw missingParameter(at(key));
    return Object.fromEntries(Object.keys(hash).map((key) => [key, shape[key]!.read(hash[key]!, at(key))])) as Values<
      S,
      Required
    >;
  });

function requireHash(raw: FormValue, path: string): FormHash {
  if (typeof raw === 'string') throw invalidRequest('Invalid hash', path).notRemembered();
  return raw;
}

/** Null for a key means: remove it. Null for the whole: remove every key. */
export type MetadataChange = Record<string, string | null> | null;

export const metadata: Rule<MetadataChange> = rule((raw, path) => {
  if (raw === '') return null;
  const hash = requireHash(raw, path);
  return Object.fromEntries(
    Object.keys(hash).map((key) => {
      const value = asText(hash[key]!, `${path}[${key}]`);
      if (key.length > 40 || value.length > 500)
        throw invalidRequest('Metadata keys have up to 40 characters and values up to 500', path).notRemembered();
      return [key, value === '' ? null : value];
    }),
  );
});

export function applyMetadata(current: Record<string, string>, change: MetadataChange | undefined) {
  if (change === undefined) return current;
  if (change === null) return {};
  const merged = Object.entries({ ...current, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return Object.fromEntries(merged);
}

export const pagination = { limit: integer, starting_after: text, ending_before: text };

export const range = either(integer, fields({ gt: integer, gte: integer, lt: integer, lte: integer }));

export function isInRange(value: number, wanted: ValueOf<typeof range> | undefined): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return value === wanted;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
  return value > gt && value >= gte && value < lt && value <= lte;
}
