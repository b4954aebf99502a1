import type { Metadata } from '../objects/wire-types.js';
import { DodoApiError, invalidBody } from './dodo-error.js';

/** Reads one value of a JSON body, or one text of a query, or throws Dodo's 422. */
export interface Rule<Value> {
  read(raw: unknown, path: string): Value;
}

export type ValueOf<R> = R extends Rule<infer Value> ? Value : never;
export type Shape = Record<string, Rule<unknown>>;
/** Use with `satisfies`: a parameter that the official client does not know does not compile. */
export type ShapeOf<Params> = Partial<Record<keyof Params & string, Rule<unknown>>>;
type Values<S extends Shape, Required extends keyof S> = { [K in Required]: ValueOf<S[K]> } & {
  [K in Exclude<keyof S, Required>]?: ValueOf<S[K]> | undefined;
};

const MAXIMUM_KEYS = 50;

export const rule = <Value>(read: Rule<Value>['read']): Rule<Value> => ({ read });

const asText = (raw: unknown, path: string): string => {
  if (typeof raw !== 'string') throw invalidBody(`${path}: expected a string`);
  return raw;
};

export const text = rule(asText);

/** A whole number; in a query it arrives as digits. */
export const integer = rule((raw, path) => {
  const value = typeof raw === 'string' && /^-?\d{1,15}$/.test(raw) ? Number(raw) : raw;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw invalidBody(`${path}: expected an integer`);
  return value;
});

export const integerFrom = (minimum: number): Rule<number> =>
  rule((raw, path) => {
    const value = integer.read(raw, path);
    if (value < minimum) throw invalidBody(`${path}: expected at least ${minimum}`);
    return value;
  });

export const flag = rule((raw, path) => {
  if (raw === 'true' || raw === 'false') return raw === 'true';
  if (typeof raw !== 'boolean') throw invalidBody(`${path}: expected a boolean`);
  return raw;
});

export const oneOf = <const Choice extends string>(...choices: Choice[]): Rule<Choice> =>
  rule((raw, path) => {
    const value = asText(raw, path);
    if (!choices.includes(value as Choice)) throw invalidBody(`${path}: expected one of ${choices.join(', ')}`);
    return value as Choice;
  });

/** Milliseconds since the epoch. */
export const moment = rule((raw, path) => {
  const value = Date.parse(asText(raw, path));
  if (Number.isNaN(value)) throw invalidBody(`${path}: expected a date and time`);
  return value;
});

export const webAddress = rule((raw, path) => {
  const value = asText(raw, path);
  if (!/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : ''))
    throw invalidBody(`${path}: expected an address`);
  return value;
});

export const country = rule((raw, path) => {
  const value = asText(raw, path);
  if (!/^[A-Z]{2}$/.test(value)) throw invalidBody(`${path}: expected a country of two letters`);
  return value;
});

export const currency = rule((raw, path) => {
  const value = asText(raw, path);
  if (!/^[A-Z]{3}$/.test(value)) throw invalidBody(`${path}: expected a currency of three letters`);
  return value;
});

export const nullable = <Value>(inner: Rule<Value>): Rule<Value | null> =>
  rule((raw, path) => (raw === null ? null : inner.read(raw, path)));

export const listOf = <Value>(inner: Rule<Value>): Rule<Value[]> =>
  rule((raw, path) => {
    if (!Array.isArray(raw)) throw invalidBody(`${path}: expected a list`);
    return raw.map((item, index) => inner.read(item, `${path}[${index}]`));
  });

/** For what is accepted, checked for its kind and not imitated any further. */
export const anyObject = rule((raw, path) => asObject(raw, path));

export const fields = <S extends Shape, Required extends keyof S & string = never>(
  shape: S,
  required: readonly Required[] = [],
): Rule<Values<S, Required>> =>
  rule((raw, path) => {
    const object = asObject(raw ?? {}, path);
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const key of Object.keys(object))
      if (!Object.hasOwn(shape, key)) throw invalidBody(`unknown field \`${at(key)}\``);
    for (const key of required) if (object[key] === undefined) throw invalidBody(`missing field \`${at(key)}\``);
    return Object.fromEntries(
      Object.keys(object)
        .filter((key) => object[key] !== undefined)
        .map((key) => [key, shape[key]!.read(object[key], at(key))]),
    ) as Values<S, Required>;
  });

function asObject(raw: unknown, path: string): Record<string, unknown> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw invalidBody(`${path}: expected an object`);
  return raw as Record<string, unknown>;
}

/** Up to 50 keys of 40 characters; values are texts of up to 500 characters, numbers or booleans. */
export const metadata: Rule<Metadata> = rule((raw, path) => {
  const given = Object.entries(asObject(raw, path));
  if (given.length > MAXIMUM_KEYS) throw new DodoApiError(422, 'MAXIMUM_KEYS_REACHED', 'Exceeds 50 key-value pairs');
  for (const [key, value] of given) {
    if (!/^[\w-]{1,40}$/.test(key)) throw invalidBody(`${path}: keys are 1 to 40 letters, digits, dashes, underscores`);
    if (!['string', 'number', 'boolean'].includes(typeof value) || String(value).length > 500)
      throw invalidBody(`${path}.${key}: expected a text of up to 500 characters, a number or a boolean`);
  }
  return Object.fromEntries(given) as Metadata;
});

export const addressShape = {
  country,
  city: nullable(text),
  state: nullable(text),
  street: nullable(text),
  zipcode: nullable(text),
};

/** Parameters of every list: pages count from zero. */
export const pagination = { page_number: integerFrom(0), page_size: integerFrom(0) };
export const createdRange = { created_at_gte: moment, created_at_lte: moment };
