import fc, { type Arbitrary } from 'fast-check';
import type { Json } from './openapi-values.js';

/** Values that some field somewhere does not expect. */
const ODD: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  -0,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  '',
  ' ',
  '0',
  'NaN',
  '1e309',
  '-Infinity',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\ufeff\u202e\u200f',
  '🧑‍🚀é\u0301',
  'x'.repeat(300),
  'x'.repeat(20_000),
  '../../etc/passwd',
  '%00',
  '2026-02-30',
  '9999999999-01-01T00:00:00Z',
  '00000000-0000-0000-0000-000000000000',
  [],
  {},
  [[]],
  [null],
  ['a', 'a'],
  { length: 1e9 },
  { toString: 'x' },
  { id: { $ne: null } },
];
export const ODD_TEXTS: readonly string[] = ODD.filter((value) => typeof value === 'string');

type Breaking = 'replace' | 'remove' | 'add' | 'wrap' | 'repeat';
const BREAKINGS: readonly Breaking[] = ['replace', 'replace', 'replace', 'remove', 'add', 'wrap', 'repeat'];

/** The values, broken in one place each. */
export const broken = (values: Arbitrary<Json>): Arbitrary<Json> =>
  fc
    .tuple(values, fc.nat(), fc.constantFrom(...BREAKINGS), fc.constantFrom(...ODD))
    .map(([value, place, breaking, odd]) => breakOnce(value, place, breaking, odd));

function breakOnce(value: Json, place: number, breaking: Breaking, odd: Json): Json {
  const paths = pathsOf(value);
  const path = paths[place % paths.length] ?? [];
  return changeAt(structuredClone(value), path, (part) => applyBreaking(part, breaking, odd));
}

/** @returns undefined to leave the part out */
function applyBreaking(part: Json, breaking: Breaking, odd: Json): Json | undefined {
  switch (breaking) {
    case 'replace':
      return odd;
    case 'remove':
      return undefined;
    case 'add':
      return isObject(part) ? { ...part, surplus: odd } : odd;
    case 'wrap':
      return [part];
    case 'repeat':
      return Array.isArray(part) ? Array.from({ length: 200 }, () => part[0] ?? odd) : [part, part];
    default:
      return breaking satisfies never;
  }
}

const isObject = (value: Json): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Path = readonly (string | number)[];

/** Where something is, the whole included. */
function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, child]) =>
    pathsOf(child as Json, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return [path, ...inner];
}

/** Changes the value in place, but for a change of the whole; what becomes undefined is gone. */
function changeAt(value: Json, path: Path, change: (part: Json) => Json | undefined): Json {
  const [name, ...rest] = path;
  if (name === undefined) return change(value) ?? null;
  const container = value as Record<string, Json>;
  if (rest.length > 0) {
    container[name] = changeAt(container[name] as Json, rest, change);
    return value;
  }
  const changed = change(container[name] as Json);
  if (changed === undefined) delete container[name];
  else container[name] = changed;
  return value;
}
