import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, vi, test } from 'vitest';
import { createHash } from 'node:crypto';
import type { StartedApplication } from '../../support/application.js';
import { ADMIN_KEY, expectProblem, startApi } from './support.js';

const KEYS = '/api/v1/admin/api-keys';
const SERVICE_ROUTE = '/api/v1/service/users/nobody';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApi('api_keys');
});
afterAll(() => application.close());

const create = (body: object, apiKey = ADMIN_KEY) => application.call('POST', KEYS, { apiKey, body });
const revoke = (id: string) => application.call('DELETE', `${KEYS}/${id}`, { apiKey: ADMIN_KEY });
const callWith = (apiKey: string | undefined, path: string) => application.call('GET', path, { apiKey });

describe('a new key', () => {
  test('is shown once, kept as a hash, and listed without itself', async () => {
    const answer = await create({ name: 'storefront', scopes: ['service'] });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({
      name: 'storefront',
      scopes: ['service'],
      last_used_at: null,
      revoked_at: null,
    });
    const { key, id } = answer.body;
    expect(key).toMatch(/^upl_[\w-]{43}$/);
    expect(answer.body.prefix).toBe(key.slice(0, 12));

    const listed = (await callWith(ADMIN_KEY, KEYS)).body.find((item: { id: string }) => item.id === id);
    expect(listed).toEqual({ ...answer.body, key: undefined });
    const [row] = await application.database.query('SELECT * FROM api_keys WHERE uuid = $1', [id]);
    expect(row!['key_hash']).toBe(createHash('sha256').update(key).digest('hex'));
    expect(JSON.stringify(row)).not.toContain(key.slice(12));
  });

  test('validation lists every field', async () => {
    const answer = await create({ name: '', scopes: ['root'], expires: 1 });
    expectProblem(answer, 422, 'validation_failed');
    const fields = new Set(answer.body.errors.map((error: { field: string }) => error.field));
    expect(fields).toEqual(new Set(['expires', 'name', 'scopes']));
    expectProblem(await create({ name: 'none', scopes: [] }), 422, 'validation_failed');
    expectProblem(await create({ name: 'twice', scopes: ['admin', 'admin'] }), 422, 'validation_failed');
  });
});

describe('scopes', () => {
  test.each([
    [['service'], 404, 403],
    [['admin'], 403, 200],
    [['service', 'admin'], 404, 200],
  ])('%j', async (scopes, onServiceRoute, onAdminRoute) => {
    const { key } = (await create({ name: 'scoped', scopes })).body;
    expect((await callWith(key, SERVICE_ROUTE)).status).toBe(onServiceRoute);
    expect((await callWith(key, KEYS)).status).toBe(onAdminRoute);
  });

  test('a missing scope is said by its name', async () => {
    const { key } = (await create({ name: 'scoped', scopes: ['service'] })).body;
    const answer = await create({ name: 'more', scopes: ['admin'] }, key);
    expectProblem(answer, 403, 'forbidden');
    expect(answer.body.detail).toBe('The key does not have the scope admin.');
  });

  test('the configured key has them all', async () => {
    expect((await callWith(ADMIN_KEY, SERVICE_ROUTE)).status).toBe(404);
    expect((await callWith(ADMIN_KEY, KEYS)).status).toBe(200);
  });
});

describe('refused with a challenge', () => {
  const SHORT = ADMIN_KEY.slice(0, -1);
  test.each<[string, string | undefined]>([
    ['no key', undefined],
    ['an unknown key', 'upl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['the beginning of the configured key', SHORT],
    ['the configured key with more', `${ADMIN_KEY}x`],
    ['the configured key in another case', ADMIN_KEY.toUpperCase()],
    ['two keys at once', `${ADMIN_KEY}, ${ADMIN_KEY}`],
    ['the hash of the configured key', createHash('sha256').update(ADMIN_KEY).digest('hex')],
  ])('%s', async (_what, key) => {
    const answer = await callWith(key, SERVICE_ROUTE);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('ApiKey realm="uplift"');
  });

  test('the hash of a stored key is not a key', async () => {
    const { id } = (await create({ name: 'hash', scopes: ['service'] })).body;
    const [row] = await application.database.query('SELECT key_hash, prefix FROM api_keys WHERE uuid = $1', [id]);
    expectProblem(await callWith(String(row!['key_hash']), SERVICE_ROUTE), 401, 'unauthenticated');
    expectProblem(await callWith(String(row!['prefix']), SERVICE_ROUTE), 401, 'unauthenticated');
  });

  test('a customer token opens no service route, and a key opens no customer route', async () => {
    const token = await application.tokenFor('nobody');
    expectProblem(await application.call('GET', SERVICE_ROUTE, { token }), 401, 'unauthenticated');
    expectProblem(await callWith(ADMIN_KEY, '/api/v1/general/plans'), 401, 'unauthenticated');
  });
});

describe('revoking', () => {
  test('takes effect at once, keeps the key in the list, and can be repeated', async () => {
    const { key, id } = (await create({ name: 'short-lived', scopes: ['service'] })).body;
    expect((await callWith(key, SERVICE_ROUTE)).status).toBe(404);
    expect((await revoke(id)).status).toBe(204);
    expectProblem(await callWith(key, SERVICE_ROUTE), 401, 'unauthenticated');
    const read = async () => (await callWith(ADMIN_KEY, KEYS)).body.find((item: { id: string }) => item.id === id);
    const { revoked_at } = await read();
    expect(revoked_at).not.toBeNull();
    expect((await revoke(id)).status).toBe(204);
    expect((await read()).revoked_at).toBe(revoked_at);
  });

  test('an unknown id is not found, and what is no id is refused', async () => {
    expectProblem(await revoke('1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001'), 404, 'not_found');
    expectProblem(await revoke('1'), 422, 'validation_failed');
  });
});

test('the last use is recorded, to the minute', async () => {
  const { key, id } = (await create({ name: 'used', scopes: ['service'] })).body;
  const read = async () => {
    const sql =
      'SELECT last_used_at, last_used_at > now() - interval $$1 minute$$ AS recent FROM api_keys WHERE uuid = $1';
    return (await application.database.query<{ last_used_at: Date; recent: boolean }>(sql, [id]))[0]!;
  };
  await callWith(key, SERVICE_ROUTE);
  const first = await read();
  expect(first.recent).toBe(true);
  await callWith(key, SERVICE_ROUTE);
  expect((await read()).last_used_at).toEqual(first.last_used_at);
  await application.database.query(`UPDATE api_keys SET last_used_at = now() - interval '2 hours' WHERE uuid = $1`, [
    id,
  ]);
  await callWith(key, SERVICE_ROUTE);
  expect((await read()).recent).toBe(true);
});

describe('audit', () => {
  test('every admin write leaves one line: who, what, how it ended; reads leave none', async () => {
    const lines: object[] = [];
    const spy = vi.spyOn(Logger.prototype, 'log').mockImplementation((message: unknown) => {
      if ((message as { message?: string }).message === 'admin write') lines.push(message as object);
    });
    try {
      const { key, id, prefix } = (await create({ name: 'audited', scopes: ['admin'] })).body;
      await callWith(key, KEYS);
      await application.call('DELETE', `${KEYS}/${id}`, { apiKey: key });
      await application.call('DELETE', `${KEYS}/1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001`, { apiKey: ADMIN_KEY });
      const line = { message: 'admin write' };
      expect(lines).toEqual([
        { ...line, api_key: 'ADMIN_API_KEY', action: `POST ${KEYS}`, parameters: {}, outcome: 'done' },
        { ...line, api_key: prefix, action: `DELETE ${KEYS}/:id`, parameters: { id }, outcome: 'done' },
        {
          ...line,
          api_key: 'ADMIN_API_KEY',
          action: `DELETE ${KEYS}/:id`,
          parameters: { id: '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001' },
          outcome: 'not_found',
        },
      ]);
    } finally {
      spy.mockRestore();
    }
  });
});
