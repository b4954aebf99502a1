import fc, { type Arbitrary } from 'fast-check';
import { broken, ODD_TEXTS } from './openapi-breaking.js';
import { isRight, type Credential } from './openapi-credentials.js';
import { PIXEL } from './openapi-picture.js';
import type { Pools } from './openapi-pools.js';
import type { Sent } from './openapi-request.js';
import { saidTo, type SaidBody } from './openapi-said.js';
import { ValueMaker, type Json } from './openapi-values.js';
import type { Operation, Parameter } from './openapi.js';

export interface FuzzedRequest {
  readonly credential: string;
  readonly sent: Sent;
  /** Of a provider's event: whether its signature is put in order. */
  readonly isSigned: boolean;
}

/** Bytes that are no text, which no encoder writes. */
const RAW_PATHS = ['%ff', '%ed%a0%80', '%00', '%2e%2e', '%2f', '.'];

/** Requests to one operation: most with a right credential, half of them broken in one place. */
export function fuzzedRequests(
  operation: Operation,
  pools: Pools,
  credentials: readonly Credential[],
  said: readonly SaidBody[],
): Arbitrary<FuzzedRequest> {
  const maker = new ValueMaker(operation, pools);
  const right = credentials.filter((credential) => isRight(operation, credential));
  const credential = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...credentials) },
  );
  return fc
    .record({
      credential,
      path: fuzzPath(operation, maker),
      query: fuzzQuery(operation, maker),
      body: fuzzBody(operation, maker, saidTo(operation, said)),
      headers: fuzzHeaders(operation, maker),
      isSigned: fc.boolean(),
    })
    .map(({ credential: { name, headers: proof }, path, query, body, headers, isSigned }) => ({
      credential: name,
      isSigned,
      sent: {
        method: operation.method,
        path: query === '' ? path : `${path}?${query}`,
        headers: {
          ...proof,
          ...headers,
          ...(body === undefined ? {} : { 'content-type': operation.mediaType ?? 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      },
    }));
}

function fuzzPath({ path, parameters }: Operation, maker: ValueMaker): Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const values = inPath.map(({ schema, name }) =>
    fc.oneof(
      { weight: 6, arbitrary: maker.make(schema, name).map((value) => encodePart(String(value))) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD_TEXTS).map(encodePart) },
      { weight: 1, arbitrary: fc.constantFrom(...RAW_PATHS) },
    ),
  );
  return fc
    .tuple(...values)
    .map((chosen) =>
      inPath.reduce((made, { name }, index) => made.replace(`{${name}}`, () => chosen[index] ?? ''), path),
    );
}

function fuzzQuery({ parameters }: Operation, maker: ValueMaker): Arbitrary<string> {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  if (inQuery.length === 0) return fc.constantFrom('', '', '', 'unknown=1');
  return fc
    .tuple(...inQuery.map((parameter) => fuzzOne(parameter, maker)))
    .map((parts) => parts.filter(Boolean).join('&'));
}

function fuzzOne({ name, schema }: Parameter, maker: ValueMaker): Arbitrary<string> {
  const fitting = maker.make(schema, name).map((value) => `${name}=${encode(String(value))}`);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 4, arbitrary: fitting },
    { weight: 2, arbitrary: fc.constantFrom(...ODD_TEXTS).map((text) => `${name}=${encode(text).slice(0, 4_000)}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(`${name}`, `${name}=1&${name}=2`, `${name}[]=1`, `${name}[a]=1`, `${name}=%ff`),
    },
  );
}

function fuzzHeaders({ parameters }: Operation, maker: ValueMaker): Arbitrary<Record<string, string>> {
  const inHeader = parameters.filter((parameter) => parameter.in === 'header');
  const model = Object.fromEntries(
    inHeader.map(({ name, schema }) => [
      name.toLowerCase(),
      fc.oneof(fc.uuid(), maker.make(schema, name).map(toHeader), fc.constantFrom('', ' ', 'x'.repeat(300), 'key')),
    ]),
  );
  const required = inHeader
    .filter((parameter) => parameter.required)
    .map(({ name }) => name.toLowerCase()) as 'accept-language'[];
  const language = fc.constantFrom('en', 'vi', 'pt-BR', '*', ';;;q=', 'x'.repeat(500));
  return fc.record(
    { ...model, 'accept-language': language },
    { requiredKeys: fc.sample(fc.constant(required), 1)[0] ?? [] },
  ) as Arbitrary<Record<string, string>>;
}

function fuzzBody(
  { body, mediaType, path }: Operation,
  maker: ValueMaker,
  said: readonly Json[],
): Arbitrary<string | Buffer | undefined> {
  if (!body) return fc.constantFrom(undefined, undefined, undefined, '{}');
  if (mediaType !== 'application/json') {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((given) => Buffer.from(given));
    return fc.oneof(
      bytes,
      fc.constant(Buffer.from(PIXEL)),
      bytes.map((more) => Buffer.concat([PIXEL, more])),
    );
  }
  const made = /webhook$|^\/webhooks\//.test(path) ? EVENTS : maker.make(body);
  const fitting = said.length > 0 ? fc.oneof(made, fc.constantFrom(...said)) : made;
  return fc.oneof(
    { weight: 10, arbitrary: fitting.map(write) },
    { weight: 10, arbitrary: broken(fitting).map(write) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, '', '{', '[]', 'null', '"x"', '1e999', '{"a":1}trailing') },
  );
}

/** As providers send them, of whatever is in them. */
const EVENTS = fc.record({
  id: fc.stringMatching(/^evt_[a-z0-9]{8}$/),
  object: fc.constant('event'),
  type: fc.constantFrom(
    'payment.succeeded',
    'subscription.active',
    'customer.subscription.updated',
    'invoice.paid',
    'x',
  ),
  created: fc.integer({ min: 0, max: 2_000_000_000 }),
  timestamp: fc.constant('2026-01-15T10:00:00Z'),
  data: fc.record({ object: fc.jsonValue({ maxDepth: 2 }) }),
}) as Arbitrary<Json>;

const write = (value: Json): string => JSON.stringify(value);

/** Header values are Latin-1 without control characters: what else there is, no client can send. */
const toHeader = (value: Json): string => String(value).replaceAll(/[^\x20-\x7e]/g, '?');

/** An empty part of a path would be another path. */
const encodePart = (text: string): string => encode(text) || '%20';

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
