import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UpsellTokens } from '../../src/upsell/upsell-tokens.js';
import { eventually } from '../support/eventually.js';
import { startApplication, type StartedApplication } from '../support/application.js';
import type { Answer, CallOptions } from '../support/http.js';

const MINUTE = 60_000;
const CHARGES = 2;
const PROVIDER_CALLS = 3;
const SERVER = 6;
const FAILURES = 4;
const LIMITS = {
  RATE_LIMIT_CHARGES: String(CHARGES),
  RATE_LIMIT_PROVIDER_CALLS: String(PROVIDER_CALLS),
  RATE_LIMIT_SERVER: String(SERVER),
  RATE_LIMIT_FAILED_CREDENTIALS: String(FAILURES),
};

let application: StartedApplication;
let customers = 0;

beforeAll(async () => {
  application = await startApplication({
    name: 'rate_limits',
    environment: { ...LIMITS, TRUSTED_PROXIES: '127.0.0.1' },
  });
});
afterAll(() => application.close());
afterEach(() => {
  vi.restoreAllMocks();
});

/** Calls from an address of its own, unless one is given. */
const call = (method: string, path: string, options: CallOptions = {}, address = newAddress()): Promise<Answer> =>
  application.call(method, path, { ...options, headers: { 'x-forwarded-for': address, ...options.headers } });

let addresses = 0;
const newAddress = () => `198.51.100.${(addresses += 1) % 250}`;

async function newCustomer(): Promise<{ id: string; token: string }> {
  const id = `customer-${(customers += 1)}`;
  await application.database.query('INSERT INTO users (external_id, name, email) VALUES ($1, $1, $2)', [
    id,
    `${id}@shop.test`,
  ]);
  return { id, token: await application.tokenFor(id) };
}

async function newServerKey(): Promise<string> {
  const { body } = await call('POST', '/api/v1/admin/api-keys', {
    apiKey: application.config.auth.adminApiKey,
    body: { name: 'server', scopes: ['service', 'admin'] },
  });
  return body.key;
}

async function statusesOf(times: number, once: () => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time++) statuses.push((await once()).status);
  return statuses;
}

const buy = (token: string, headers: Record<string, string> = {}) =>
  call('POST', '/api/v1/general/cross-sell', { token, body: {}, headers });
const lookAtCards = (token: string) => call('GET', '/api/v1/general/payment-methods?provider=none', { token });

describe('who pays, or makes a provider be called,', () => {
  it('is told so often a minute to wait, whatever they send and wherever from', async () => {
    const { token } = await newCustomer();
    expect(await statusesOf(CHARGES + 2, () => buy(token))).toEqual([422, 422, 429, 429]);
    expect(await statusesOf(PROVIDER_CALLS + 1, () => lookAtCards(token))).toEqual([422, 422, 422, 429]);
    expect((await buy((await newCustomer()).token)).status).toBe(422);
  });

  it.each([
    ['vi', 'Quá nhiều yêu cầu. Vui lòng thử lại sau ít phút.'],
    ['pt-BR', 'Muitas requisições. Tente novamente em instantes.'],
    ['en', 'Too many requests. Please try again in a moment.'],
  ])('reads why in their language: %s', async (language, message) => {
    const { token } = await newCustomer();
    await statusesOf(CHARGES, () => buy(token));
    const { status, headers, body } = await buy(token, { 'accept-language': language });
    expect([status, body]).toEqual([
      429,
      {
        type: 'about:blank',
        title: 'Too Many Requests',
        status: 429,
        code: 'too_many_requests',
        message,
        request_id: headers.get('x-request-id'),
      },
    ]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(55);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  it('may try again when the minute is over', async () => {
    const { token } = await newCustomer();
    await statusesOf(CHARGES + 1, () => buy(token));
    const now = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => now + MINUTE);
    expect((await buy(token)).status).toBe(422);
  });

  it('is one customer on the pages and in the API', async () => {
    const { id, token } = await newCustomer();
    const ticket = { saleItemUuid: randomUUID(), userExternalId: id };
    const pageToken = await application.app.get(UpsellTokens).sign(ticket);
    const pay = () => call('POST', `/upsell-native/${randomUUID()}/payment`, { token: pageToken, body: {} });
    expect([(await pay()).status, (await buy(token)).status]).toEqual([422, 422]);
    expect([(await pay()).status, (await buy(token)).status]).toEqual([429, 429]);
  });

  it('has their share for themselves, once they have revoked a token of the pages', async () => {
    const { id } = await newCustomer();
    const sign = () => application.app.get(UpsellTokens).sign({ saleItemUuid: randomUUID(), userExternalId: id });
    const pay = (token: string) => call('POST', `/upsell-native/${randomUUID()}/payment`, { token, body: {} });
    const stolen = await sign();
    expect((await pay(stolen)).status).toBe(422);
    const revoked = await call('POST', `/api/v1/service/users/${id}/revoke-tokens`, { apiKey: await newServerKey() });
    expect(revoked.status).toBe(200);
    const validFrom = new Date(revoked.body.tokens_valid_from).getTime();
    await eventually(() => Promise.resolve(Math.floor(Date.now() / 1_000) * 1_000 >= validFrom));
    const statuses = await statusesOf(CHARGES, () => pay(stolen));
    expect(statuses).toEqual(Array(CHARGES).fill(401));
    expect((await pay(await sign())).status).toBe(422);
  });

  it('may be a server, which speaks for many customers', async () => {
    const [apiKey, other] = [await newServerKey(), await newServerKey()];
    const accept = (key: string) => call('POST', `/api/upsell/${randomUUID()}/accept`, { apiKey: key, body: {} });
    const statuses = await statusesOf(SERVER + 1, () => accept(apiKey));
    expect(statuses).toEqual([...Array(SERVER).fill(404), 429]);
    expect((await accept(other)).status).toBe(404);
  });

  it('uses up no Idempotency-Key with what was refused', async () => {
    const { token } = await newCustomer();
    await statusesOf(CHARGES, () => buy(token));
    await application.database.query('TRUNCATE idempotent_requests');
    expect((await buy(token, { 'idempotency-key': 'one-wish' })).status).toBe(429);
    expect(await application.database.query('SELECT * FROM idempotent_requests')).toEqual([]);
  });
});

interface Operation {
  readonly security?: readonly Record<string, unknown>[];
  readonly responses: Record<string, { readonly description?: string; readonly headers?: object }>;
}

describe('the document', () => {
  const PROVIDER_IS_CALLED = /`(provider_unavailable|provider_refused|payment_declined|portal_session_failed)`/;

  async function operations() {
    const { body } = await application.call('GET', '/openapi.json');
    return Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  }

  it('says of every route behind credentials that it may answer 429, and when to come back', async () => {
    const secured = (await operations()).filter(({ operation }) => operation.security?.length);
    expect(secured.length).toBeGreaterThan(50);
    const silent = secured.filter(({ operation }) => !operation.responses['429']?.headers);
    expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('names no route of customers and servers that makes a provider be called without a limit', async () => {
    const calling = (await operations()).filter(
      ({ path, operation }) =>
        !path.startsWith('/api/v1/admin/') &&
        Object.values(operation.responses).some(({ description }) => PROVIDER_IS_CALLED.test(description ?? '')),
    );
    const refund = { method: 'POST', path: '/api/v1/admin/sale-items/{id}/refund', operation: undefined };
    expect(calling.length).toBeGreaterThan(15);
    const unlimited: string[] = [];
    for (const { method, path, operation } of [...calling, refund]) {
      const target = path.replaceAll(/\{\w+\}/g, randomUUID());
      const options = await credentialsFor(operation);
      const times = options.apiKey ? SERVER + 1 : PROVIDER_CALLS + 1;
      const body = method === 'GET' ? undefined : {};
      const statuses = await statusesOf(times, () => call(method, target, { ...options, body }));
      if (statuses[0] === 429 || statuses.at(-1) !== 429) unlimited.push(`${method} ${path}: ${statuses.join(' ')}`);
    }
    expect(unlimited).toEqual([]);
  });

  async function credentialsFor(operation: Operation | undefined): Promise<CallOptions> {
    const schemes = operation?.security?.flatMap((scheme) => Object.keys(scheme)) ?? ['admin'];
    if (schemes.includes('customer')) return { token: (await newCustomer()).token };
    if (!schemes.includes('upsell')) return { apiKey: await newServerKey() };
    const ticket = { saleItemUuid: randomUUID(), userExternalId: (await newCustomer()).id };
    return { token: await application.app.get(UpsellTokens).sign(ticket) };
  }
});

describe('guessing', () => {
  const guesses: readonly (readonly [string, (address: string) => Promise<Answer>])[] = [
    ['customer token', (address) => call('GET', '/api/v1/general/plans', { token: `a.b.${randomUUID()}` }, address)],
    ['upsell token', (address) => call('GET', `/thank-you/${randomUUID()}`, { token: `a.b.${randomUUID()}` }, address)],
    ['API key', (address) => call('GET', '/api/v1/admin/sales', { apiKey: `upl_${randomUUID()}` }, address)],
  ];
  const visit = (token: string, address: string) => call('GET', '/api/v1/general/plans', { token }, address);
  const exhaust = (address: string) => statusesOf(FAILURES, () => guesses[0]![1](address));

  it.each(guesses)('ends after some tries, whatever is guessed: %s', async (_what, guess) => {
    const address = newAddress();
    expect(await statusesOf(FAILURES + 1, () => guess(address))).toEqual([...Array(FAILURES).fill(401), 429]);
    for (const [, other] of guesses) expect((await other(address)).status).toBe(429);
    const { headers, body } = await guess(address);
    expect([body.code, headers.get('www-authenticate')]).toEqual(['too_many_requests', null]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await guess(newAddress())).status).toBe(401);
  });

  it('of many at once is soon too much', async () => {
    const address = newAddress();
    await Promise.all(Array.from({ length: 20 }, () => guesses[2]![1](address)));
    const answers = await Promise.all(Array.from({ length: 20 }, () => guesses[2]![1](address)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(429));
  });

  it('shuts out nobody else, wherever they call from', async () => {
    const address = newAddress();
    const { token } = await newCustomer();
    await exhaust(address);
    expect((await guesses[0]![1](address)).status).toBe(429);
    expect(await statusesOf(10, () => visit(token, address))).toEqual(Array(10).fill(200));
    const apiKey = application.config.auth.adminApiKey;
    expect((await call('GET', '/api/v1/admin/sales', { apiKey }, address)).status).toBe(200);
    expect((await visit(token, newAddress())).status).toBe(200);
  });

  it('with a credential that was good once is guessing again', async () => {
    const address = newAddress();
    const { id, token } = await newCustomer();
    await visit(token, address);
    await application.database.query('UPDATE users SET external_id = $1 WHERE external_id = $2', [`${id}-gone`, id]);
    expect(await statusesOf(FAILURES + 1, () => visit(token, address))).toEqual([...Array(FAILURES).fill(401), 429]);
  });

  it('is not what good credentials are, nor none, however often they come', async () => {
    const address = newAddress();
    const { token } = await newCustomer();
    const times = FAILURES * 3;
    expect(await statusesOf(times, () => visit(token, address))).toEqual(Array(times).fill(200));
    const nothing = await statusesOf(times, () => call('GET', '/api/v1/general/plans', {}, address));
    expect(nothing).toEqual(Array(times).fill(401));
    expect((await guesses[0]![1](address)).status).toBe(401);
  });

  it('is over when the minute is', async () => {
    const address = newAddress();
    await exhaust(address);
    const now = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => now + MINUTE);
    expect((await guesses[0]![1](address)).status).toBe(401);
  });

  it.each([
    ['an IPv6 network', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:3::1'],
    ['an address in two ways of writing', '198.51.101.7', '::ffff:198.51.101.7', '::ffff:198.51.101.8'],
  ])('is counted by %s', async (_what, first, same, other) => {
    await exhaust(first);
    expect((await guesses[0]![1](same)).status).toBe(429);
    expect((await guesses[0]![1](other)).status).toBe(401);
  });

  it('by an address that only the client itself tells is counted by where it comes from', async () => {
    const direct = await startApplication({ name: 'rate_limits_direct', environment: LIMITS });
    try {
      const guess = (address: string) =>
        direct.call('GET', '/api/v1/general/plans', { token: 'a.b.c', headers: { 'x-forwarded-for': address } });
      const statuses = await statusesOf(FAILURES + 1, () => guess(newAddress()));
      expect(statuses).toEqual([...Array(FAILURES).fill(401), 429]);
    } finally {
      await direct.close();
    }
  });
});

describe('never limited', () => {
  it.each([
    ['POST', '/api/v1/admin/stripe/webhook', 400],
    ['GET', '/health/live', 200],
    ['GET', '/health/ready', 200],
    ['GET', '/metrics', 200],
  ])('%s %s', async (method, path, status) => {
    const address = newAddress();
    const body = method === 'POST' ? {} : undefined;
    expect(await statusesOf(20, () => call(method, path, { body }, address))).toEqual(Array(20).fill(status));
  });
});

it('every refusal is counted, by its limit', async () => {
  const { body } = await call('GET', '/metrics');
  for (const limit of ['charges', 'provider_calls', 'failed_credentials']) {
    const [, count] = new RegExp(`uplift_rate_limited_total\\{limit="${limit}"\\} (\\d+)`).exec(body) ?? [];
    expect(Number(count)).toBeGreaterThan(0);
  }
});
