import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Credential } from './openapi-credentials.js';
import { inputsOf, type Input } from './openapi-owned.js';
import type { Pools } from './openapi-pools.js';
import { readingRequests } from './openapi-reading.js';
import type { Sent } from './openapi-request.js';
import { isForCustomers, requestOf } from './openapi-rules.js';
import { saidTo } from './openapi-said.js';
import { ValueMaker, type Json } from './openapi-values.js';
import type { FullWorld } from './openapi-world.js';
import type { Operation } from './openapi.js';

/** A word that nobody knows. */
export const HARMLESS = 'no-such-thing-7f3';

export const HOSTILE_TEXTS = [
  `'; DROP TABLE sales; --`,
  `' OR 1=1 --`,
  `1) OR (1=1`,
  '%',
  '_',
  '\\',
  '${7*7}',
  '{{constructor.constructor("return 7*7")()}}',
  'a\r\nset-cookie: session=1',
  '__proto__',
  'constructor.prototype',
  '"><script>alert(1)</script>',
] as const;

export interface TextRequest {
  /** The operation and the input. */
  readonly name: string;
  readonly text: string;
  readonly sent: Sent;
}

interface Place {
  readonly place: Input['place'];
  readonly path: readonly string[];
}

/** A request that is in order but for one text: every text in every place that takes one. */
export function textRequests(
  operation: Operation,
  credential: Credential,
  world: FullWorld,
  pools: Pools,
): TextRequest[] {
  const usual = usualRequest(operation, credential, world, pools);
  const body = usual.body === undefined ? undefined : (JSON.parse(String(usual.body)) as Json);
  const inputs: Place[] = [...inputsOf(operation), ...textsOf(body).map((path) => ({ place: 'body' as const, path }))];
  const places = new Map(inputs.map((input) => [`${input.place} ${input.path.join('.')}`, input]));
  return [...places].flatMap(([key, place]) =>
    [HARMLESS, ...HOSTILE_TEXTS].flatMap((text) => {
      const sent = put(operation, usual, body, place, text);
      return sent ? [{ name: `${operation.name} ${key}`, text, sent }] : [];
    }),
  );
}

/** As a caller who means no harm sends it. */
function usualRequest(operation: Operation, credential: Credential, world: FullWorld, pools: Pools): Sent {
  if (isForCustomers(operation)) return requestOf(operation, world, world.people[0]);
  const [{ method, path, headers } = { method: '', path: '' }] = readingRequests(operation, credential, pools);
  if (!operation.body) return { method, path, headers };
  const [said] = saidTo(operation, world.said);
  const made = fc.sample(new ValueMaker(operation, pools).make(operation.body), { seed: 1, numRuns: 1 })[0];
  const isJson = operation.mediaType === 'application/json';
  const type = { 'content-type': operation.mediaType ?? 'application/json' };
  return { method, path, headers: { ...headers, ...type }, body: isJson ? JSON.stringify(said ?? made) : '""' };
}

/** Where a value has texts, also within lists. */
function textsOf(value: Json | undefined, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'string') return path.length > 0 ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => textsOf(child, [...path, key]));
}

/** @returns undefined where the text cannot be sent there */
function put(
  operation: Operation,
  usual: Sent,
  body: Json | undefined,
  { place, path }: Place,
  text: string,
): Sent | undefined {
  const name = path.at(-1) ?? '';
  const keyed: Record<string, string> = needsKey(operation) ? { 'Idempotency-Key': randomUUID() } : {};
  const sent = { ...usual, headers: { ...usual.headers, ...keyed } };
  switch (place) {
    case 'path':
      return { ...sent, path: replacePart(operation.path, usual.path, name, encodeURIComponent(text)) };
    case 'query': {
      const [before = '', query] = usual.path.split('?');
      const parameters = new URLSearchParams(query);
      parameters.set(name, text);
      return { ...sent, path: `${before}?${parameters.toString()}` };
    }
    case 'header':
      return /[^\x20-\x7e]/.test(text) ? undefined : { ...sent, headers: { ...sent.headers, [name]: text } };
    default:
      return { ...sent, body: JSON.stringify(setAt(body ?? {}, path, text)) };
  }
}

const needsKey = ({ parameters }: Operation): boolean => parameters.some(({ name }) => name === 'Idempotency-Key');

/** The part of the path that stands for the parameter. */
function replacePart(template: string, path: string, name: string, part: string): string {
  const [before = '', query] = path.split('?');
  const parts = template.split('/');
  const made = before.split('/').map((own, index) => (parts[index] === `{${name}}` ? part : own));
  return `${made.join('/')}${query === undefined ? '' : `?${query}`}`;
}

function setAt(value: Json, [first, ...rest]: readonly string[], text: string): Json {
  if (first === undefined) return text;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === first ? setAt(item, rest, text) : item));
  const object = typeof value === 'object' && value !== null ? value : {};
  return { ...object, [first]: setAt(object[first] ?? {}, rest, text) };
}
