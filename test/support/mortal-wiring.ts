import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import pg from 'pg';
import { Stripe } from 'stripe';
import { currentLife, never, type Life } from './mortal.js';

let areWired = false;

/**
 * What is wired up stays so, for all files of a worker, and once: each layer would count every step again. Work outside of a life is
 * not touched.
 */
export function wireLives(): void {
  if (areWired) return;
  areWired = true;
  wireDatabase();
  wireStripe();
  wireFetch();
}

type Query = (...parameters: unknown[]) => unknown;
type Callback = (error: unknown, result?: unknown) => void;

/** What a transaction has written so far; absent outside of one. */
const transactions = new WeakMap<pg.Client, Set<string>>();

function wireDatabase(): void {
  const clients = pg.Client.prototype as unknown as { query: Query };
  const pools = pg.Pool.prototype as unknown as { query: Query; connect: Query };
  const { query } = clients;
  clients.query = function mortal(this: pg.Client, ...parameters: unknown[]) {
    const life = currentLife();
    return life ? queryIn(life, this, query.bind(this), parameters) : query.apply(this, parameters);
  };
  // A connection that somebody else gives back would be handed over in their life.
  const { connect, query: queryOnce } = pools;
  pools.connect = function bound(this: pg.Pool, ...parameters: unknown[]) {
    return connect.apply(this, parameters.map(bind));
  };
  pools.query = function mortal(this: pg.Pool, ...parameters: unknown[]) {
    const life = currentLife();
    const answering = queryOnce.apply(this, parameters);
    return life && answering instanceof Promise ? neverWhenDead(life, answering) : answering;
  };
}

const bind = (parameter: unknown): unknown =>
  typeof parameter === 'function' ? AsyncLocalStorage.bind(parameter as Callback) : parameter;

const neverWhenDead = <Value>(life: Life, answering: Promise<Value>): Promise<Value> =>
  answering.then(
    (value) => (life.isDead ? never() : value),
    (error: unknown) => {
      if (life.isDead) return never();
      throw error;
    },
  );

/** One statement of a life, in whichever of its two shapes the driver was asked. */
function queryIn(life: Life, client: pg.Client, query: Query, parameters: readonly unknown[]): unknown {
  const sql = textOf(parameters[0]);
  const connection = connectionOf(client);
  const last = parameters.at(-1);
  const callback = typeof last === 'function' ? (last as Callback) : undefined;
  life.hold(connection);
  if (!life.take(nameOf(sql))) {
    connection.cut();
    return callback ? undefined : never();
  }
  const passes = (isDone: boolean): boolean => {
    const lives = isDone ? afterStatement(life, client, sql) : !life.isDead;
    if (!lives) connection.cut();
    else if (!transactions.has(client)) life.letGo(connection);
    return lives;
  };
  if (callback) {
    const guarded: Callback = (error, result) => void (passes(!error) && callback(error, result));
    return query(...parameters.slice(0, -1), AsyncLocalStorage.bind(guarded));
  }
  return (query(...parameters) as Promise<unknown>).then(
    (result) => (passes(true) ? result : never()),
    (error: unknown) => {
      if (passes(false)) throw error;
      return never();
    },
  );
}

/** @returns whether the life goes on */
function afterStatement(life: Life, client: pg.Client, sql: string): boolean {
  const written = transactions.get(client);
  if (/^\s*(START TRANSACTION|BEGIN)/i.test(sql)) {
    transactions.set(client, new Set());
  } else if (/^\s*(COMMIT|ROLLBACK)\b(?!\s+TO)/i.test(sql)) {
    transactions.delete(client);
    if (/^\s*COMMIT/i.test(sql) && written && written.size > 0)
      return life.mark(`commit of ${[...written].join(', ')}`);
  } else {
    const writes = writesOf(sql);
    if (!written && writes.length > 0) return life.mark(`commit of ${writes.join(', ')}`);
    for (const write of writes) written?.add(write);
  }
  return life.take(`${nameOf(sql)}, answered`);
}

/** Tables that a statement writes. */
function writesOf(sql: string): string[] {
  const found = sql.matchAll(/(?:INSERT INTO|(?<!FOR |DO |KEY )UPDATE|DELETE FROM)\s+([a-z_.]+)/g);
  const tables = [...found].map(([, table = '']) => table);
  return sql.includes('add_job') ? [...tables, 'jobs'] : tables;
}

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : String((query as { text?: unknown } | undefined)?.text ?? '');

const nameOf = (sql: string): string => sql.trim().replaceAll(/\s+/g, ' ').slice(0, 60);

/** The server notices that the other end is gone, and rolls back. */
const connectionOf = (client: pg.Client): { cut(): void } => {
  const known = connections.get(client);
  if (known) return known;
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const made = { cut: () => void stream.destroy() };
  connections.set(client, made);
  return made;
};
const connections = new WeakMap<pg.Client, { cut(): void }>();

const brokenOff = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** Ids say nothing about where in a path a call is. */
const routeOf = (method: string, path: string): string =>
  `${method} ${path.split('?')[0]?.replaceAll(/\/(?=[^/]*[A-Z0-9])[a-z]+_[A-Za-z0-9_]{8,}/g, '/*')}`;

/** A preview is posted, and changes nothing. */
const isWriting = (method: string, path: string): boolean => method !== 'GET' && !path.includes('preview');

type MakeRequest = (
  host: string,
  port: string | number,
  path: string,
  method: string,
  ...more: unknown[]
) => Promise<unknown>;

function wireStripe(): void {
  const clients = Object.getPrototypeOf(Stripe.createNodeHttpClient()) as { makeRequest: MakeRequest };
  const { makeRequest } = clients;
  clients.makeRequest = function mortal(this: unknown, ...parameters) {
    const life = currentLife();
    const send = () => makeRequest.apply(this, parameters);
    const [, , path, method] = parameters;
    if (!life) return send();
    return life.call(routeOf(method, path), isWriting(method, path), {
      send,
      breakOff: brokenOff,
      answer: answerOfStripe,
    });
  };
}

const STRIPE_ERRORS = { 400: 'invalid_request_error', 429: 'rate_limit_error', 500: 'api_error' } as const;

function answerOfStripe(status: 400 | 429 | 500): unknown {
  const body = { error: { type: STRIPE_ERRORS[status], message: `answered with ${status}` } };
  return {
    getStatusCode: () => status,
    getHeaders: () => ({ 'content-type': 'application/json' }),
    getRawResponse: () => undefined,
    toStream: () => undefined,
    toJSON: () => Promise.resolve(body),
  };
}

const DODO_ERRORS = { 400: 'INVALID_REQUEST_BODY', 429: 'RATE_LIMITED', 500: 'INTERNAL_SERVER_ERROR' } as const;

/** Dodo's client takes `fetch` when it is made: this comes before the application is started. */
function wireFetch(): void {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const life = currentLife();
    const send = () => fetch(input, init);
    if (!life) return send();
    const method = init?.method?.toUpperCase() ?? 'GET';
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    return life.call(routeOf(method, pathname), isWriting(method, pathname), {
      send,
      breakOff: () => new TypeError('fetch failed', { cause: brokenOff() }),
      answer: (status) => Response.json({ code: DODO_ERRORS[status], message: `answered with ${status}` }, { status }),
    });
  };
}
