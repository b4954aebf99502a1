import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Config } from '../../../src/config/index.js';
import type { StartedApplication } from '../../support/application.js';
import { testEnvironment } from '../../support/environment.js';
import { startApi } from '../identity/support.js';
import { addEndpoint, admin, ENDPOINTS } from './support.js';

const URL = 'https://shop.example/hooks/uplift';
const SHAPE = /^whsec_[A-Za-z0-9+/]{43}=$/;

let application: StartedApplication;
let strict: StartedApplication;

beforeAll(async () => {
  application = await startApi('webhook_endpoints');
  strict = await startApi('webhook_endpoints_strict', { MERCHANT_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'false' });
});

afterAll(async () => {
  await application.close();
  await strict.close();
});

const problemsOf = (body: { errors?: { field: string; message: string }[] }) =>
  body.errors?.map(({ field, message }) => `${field}: ${message}`);

describe('a new endpoint', () => {
  it('has a secret that is shown this once', async () => {
    const body = { url: URL, description: 'order system', event_types: ['sale.approved', 'upsell.paid'] };
    const created = await admin(application, 'POST', ENDPOINTS, body);
    expect(created.status).toBe(201);
    expect(created.headers.get('cache-control')).toBe('no-store');
    const { secret, ...shown } = created.body;
    expect(secret).toMatch(SHAPE);
    expect(shown).toEqual({
      id: expect.any(String),
      ...body,
      is_active: true,
      previous_secret_until: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect((await admin(application, 'GET', `${ENDPOINTS}/${shown.id}`)).body).toEqual(shown);
    const list = await admin(application, 'GET', ENDPOINTS);
    expect(list.body).toContainEqual(shown);
    expect(JSON.stringify(list.body)).not.toContain('whsec_');
  });

  it('is told of everything unless it names types', async () => {
    const { body } = await admin(application, 'POST', ENDPOINTS, { url: URL });
    expect(body).toMatchObject({ event_types: [], description: null });
  });

  it.each([
    [{}, 'url'],
    [{ url: 'x'.repeat(2_001) }, 'url'],
    [{ url: URL, event_types: ['sale.exploded'] }, 'event_types'],
    [{ url: URL, event_types: ['sale.closed', 'sale.closed'] }, 'event_types'],
    [{ url: URL, event_types: null }, 'event_types'],
    [{ url: URL, description: ' ' }, 'description'],
    [{ url: URL, secret: 'whsec_mine' }, 'secret'],
  ])('is refused with %j', async (body, field) => {
    const answer = await admin(application, 'POST', ENDPOINTS, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('may not carry credentials', async () => {
    const answer = await admin(application, 'POST', ENDPOINTS, { url: 'https://me:secret@shop.example/' });
    expect([answer.status, answer.body.code]).toEqual([422, 'webhook_url_not_allowed']);
    expect(problemsOf(answer.body)).toEqual(['url: url must not carry credentials: messages are signed']);
  });

  it.each([
    ['http://shop.example/', 'url: url must be https'],
    ['https://127.0.0.1/', 'url: url must lead to the public internet'],
    ['https://[::1]/', 'url: url must lead to the public internet'],
    ['https://169.254.169.254/latest', 'url: url must lead to the public internet'],
  ])('%s is refused where only the public internet is allowed', async (url, problem) => {
    const answer = await admin(strict, 'POST', ENDPOINTS, { url });
    expect([answer.status, answer.body.code]).toEqual([422, 'webhook_url_not_allowed']);
    expect(problemsOf(answer.body)).toEqual([problem]);
    await addEndpoint(application, url);
  });
});

it('may lead into private networks only where an operator of production says so', () => {
  const production = {
    ...testEnvironment('postgres://db.test/uplift'),
    NODE_ENV: 'production',
    APP_URL: 'https://uplift.test',
    STRIPE_API_URL: '',
    UPSELL_TOKEN_SECRET: 'w7Np2Xc9Vb4Ql6Tz1Rd8Fy3Hj5Km0GsZ',
  };
  const allowed = (environment: NodeJS.ProcessEnv) =>
    Config.fromEnvironment(environment).merchantWebhooks.allowPrivateAddresses;
  expect(allowed(production)).toBe(false);
  expect(allowed({ ...production, MERCHANT_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' })).toBe(true);
  expect(allowed({ ...production, NODE_ENV: 'development' })).toBe(true);
});

describe('an endpoint', () => {
  it('changes what is given and keeps the rest', async () => {
    const { id } = await addEndpoint(application, URL, { description: 'first', event_types: ['sale.closed'] });
    const path = `${ENDPOINTS}/${id}`;
    const kept = { id, url: URL, description: 'first', event_types: ['sale.closed'], is_active: true };
    expect((await admin(application, 'PATCH', path, {})).body).toMatchObject(kept);
    const elsewhere = { url: 'https://shop.example/elsewhere', event_types: [] };
    expect((await admin(application, 'PATCH', path, elsewhere)).body).toMatchObject({ ...kept, ...elsewhere });
    expect((await admin(application, 'PATCH', path, { description: null })).body).toMatchObject({ description: null });
    expect((await admin(application, 'PATCH', path, { url: 'ftp://shop.example/' })).body.code).toBe(
      'webhook_url_not_allowed',
    );
    expect((await admin(application, 'PATCH', path, { url: null })).status).toBe(422);
  });

  it('is deactivated by DELETE, as often as one likes, and can come back', async () => {
    const { id } = await addEndpoint(application, URL);
    const path = `${ENDPOINTS}/${id}`;
    expect((await admin(application, 'DELETE', path)).status).toBe(204);
    expect((await admin(application, 'DELETE', path)).status).toBe(204);
    expect((await admin(application, 'GET', path)).body.is_active).toBe(false);
    expect((await admin(application, 'PATCH', path, { is_active: true })).body.is_active).toBe(true);
  });

  it('gets a new secret with each rotation', async () => {
    const { id, secret } = await addEndpoint(application, URL);
    const rotate = async () => (await admin(application, 'POST', `${ENDPOINTS}/${id}/rotate-secret`)).body.secret;
    const secrets = [secret, await rotate(), await rotate()];
    expect(new Set(secrets).size).toBe(3);
    for (const each of secrets) expect(each).toMatch(SHAPE);
  });

  it.each([
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/rotate-secret'],
  ])('that does not exist: %s %s', async (method, suffix) => {
    const body = method === 'PATCH' ? {} : undefined;
    const answer = await admin(application, method, `${ENDPOINTS}/${randomUUID()}${suffix}`, body);
    expect([answer.status, answer.body.code]).toEqual([404, 'webhook_endpoint_not_found']);
  });

  it('is for administrators only', async () => {
    expect((await application.call('GET', ENDPOINTS)).status).toBe(401);
  });
});
