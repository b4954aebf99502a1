import fc, { type Arbitrary } from 'fast-check';
import { kindOf, type Pools } from './openapi-pools.js';
import type { Operation, Schema } from './openapi.js';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Makes values that fit schemas; what has an id is often one that there is. */
export class ValueMaker {
  constructor(
    private readonly operation: Operation,
    private readonly pools: Pools,
  ) {}

  /** @param name of the field or parameter */
  make(schema: Schema, name = ''): Arbitrary<Json> {
    const kind = kindOf(this.operation, name);
    const known = kind === undefined ? [] : (this.pools[kind] ?? []);
    const fitting = this.fit(schema, name);
    const value = known.length > 0 ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, fitting) : fitting;
    return schema.nullable === true ? fc.option(value, { freq: 5 }) : value;
  }

  private fit(schema: Schema, name: string): Arbitrary<Json> {
    if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as Json[]));
    switch (schema.type) {
      case 'object':
        return this.fitObject(schema);
      case 'array':
        return this.fitArray(schema, name);
      case 'integer':
      case 'number':
        return fc.integer({ min: Number(schema.minimum ?? -1_000), max: Number(schema.maximum ?? 100_000) });
      case 'boolean':
        return fc.boolean();
      default:
        return fitString(schema, name);
    }
  }

  private fitObject({ properties, required = [], additionalProperties }: Schema): Arbitrary<Json> {
    if (properties === undefined) {
      const rest = typeof additionalProperties === 'object' ? this.make(additionalProperties as Schema) : ANYTHING;
      return fc.dictionary(fc.stringMatching(/^[a-z_]{1,12}$/), rest, { maxKeys: 4 });
    }
    const fields = Object.entries(properties as Record<string, Schema>);
    const model = Object.fromEntries(fields.map(([name, schema]) => [name, this.make(schema, name)]));
    return fc.record(model, { requiredKeys: required as string[] }) as Arbitrary<Json>;
  }

  private fitArray({ items = {}, minItems = 0, maxItems = 4 }: Schema, name: string): Arbitrary<Json> {
    const limits = { minLength: Number(minItems), maxLength: Math.min(Number(maxItems), 4) };
    return fc.array(this.make(items as Schema, name), limits);
  }
}

const ANYTHING = fc.jsonValue({ maxDepth: 2 }) as Arbitrary<Json>;
const ADDRESSES = ['https://shop.test/account', 'http://127.0.0.1:4000/x', 'https://evil.test/'];
/** What is often taken where a name says so; nothing listens at the discard port of this machine. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  cancel_url: ADDRESSES,
  currency: ['USD', 'BRL', 'usd'],
  external_url: ADDRESSES,
  image: ['/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  return_url: ADDRESSES,
  success_url: ADDRESSES,
  terms: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  url: ['http://127.0.0.1:9/hook', 'ftp://127.0.0.1/', 'http://127.0.0.1:9/hook?a=b#c'],
};
const WORDS = fc.oneof(
  fc.stringMatching(/^[a-z0-9-]{1,12}$/),
  fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
);

function fitString({ format, pattern, example, maxLength }: Schema, name: string): Arbitrary<Json> {
  const longest = Number(maxLength ?? 10_000);
  if (format === 'uuid') return fc.uuid({ version: 4 });
  if (format === 'email') return fc.constantFrom('ada@shop.test', 'grace@shop.test');
  if (format === 'date-time') return fc.constant('2026-01-15T10:00:00Z');
  const usual = USUAL[name];
  if (usual) return fc.oneof(fc.constantFrom(...usual), WORDS);
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  const cut = WORDS.map((word) => word.slice(0, longest));
  return typeof example === 'string'
    ? fc.oneof({ weight: 3, arbitrary: fc.constant(example) }, { weight: 2, arbitrary: cut })
    : cut;
}
