import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../support/application.js';
import type { Answer, CallOptions } from '../support/http.js';
import { sendRaw } from '../support/raw-request.js';

const SHOP = 'https://shop.test';
const APP = 'https://app.shop.test:8443';
const FOR_BROWSERS = [
  '/api/v1/general/plans',
  '/api/v1/general/subscription',
  `/api/upsell/cus_1`,
  `/upsell-native/${randomUUID()}`,
  `/thank-you/${randomUUID()}`,
];
const FOR_OTHERS = [
  '/api/v1/service/users/hoa',
  '/api/v1/admin/sales',
  '/api/v1/admin/stripe/webhook',
  '/webhooks/dodo',
  '/metrics',
  '/health/ready',
  '/upsell-native',
  '/openapi.json',
];

let application: StartedApplication;
let closed: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'cors', environment: { CORS_ORIGINS: `${SHOP},${APP}` } });
  closed = await startApplication({ name: 'cors_none', database: application.database });
});
afterAll(async () => {
  await closed?.close();
  await application?.close();
});

const preflight = (path: string, origin: string, method = 'POST', target = application) =>
  target.call('OPTIONS', path, {
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });

function corsOf(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
}

describe('pages of a listed origin', () => {
  it.each(FOR_BROWSERS)('may call %s', async (path) => {
    for (const origin of [SHOP, APP]) {
      const asked = await preflight(path, origin);
      expect([asked.status, corsOf(asked.headers)]).toEqual([
        204,
        {
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'GET, HEAD, POST, DELETE',
          'access-control-allow-headers': 'accept-language, authorization, content-type, idempotency-key',
          'access-control-expose-headers': 'content-language, idempotent-replayed, retry-after, x-request-id',
          'access-control-max-age': '600',
        },
      ]);
      expect(asked.headers.get('vary')).toMatch(/\bOrigin\b/i);
      const answer = await application.call('GET', path, { headers: { origin } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/i);
    }
  });

  it('read also why a request failed', async () => {
    const token = await application.tokenFor('nobody');
    const send = (body: string, type = 'application/json') =>
      application.call('POST', '/api/v1/general/cross-sell', {
        token,
        body,
        headers: { origin: SHOP, 'content-type': type },
      });
    const answers = [await send('{'), await send('a=b', 'text/plain'), await send('x'.repeat(70_000))];
    expect(answers.map(({ status }) => status)).toEqual([400, 415, 413]);
    for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBe(SHOP);
  });

  it.each(FOR_OTHERS)('have nothing to do with %s', async (path) => {
    expect(corsOf((await preflight(path, SHOP)).headers)).toEqual({});
    expect(corsOf((await application.call('GET', path, { headers: { origin: SHOP } })).headers)).toEqual({});
  });

  it('send no API key', async () => {
    const { headers } = await preflight('/api/upsell/cus_1', SHOP);
    expect(headers.get('access-control-allow-headers')).not.toMatch(/x-api-key/i);
  });
});

describe('pages of any other origin', () => {
  it.each([
    'null',
    'https://evil.test',
    'http://shop.test',
    'https://shop.test:444',
    'https://shop.test.evil.test',
    'https://evilshop.test',
    'https://shop.test@evil.test',
    'https://SHOP.TEST',
    'https://shop.test/',
    'https://shop.test, https://evil.test',
    'https://app.shop.test',
    'https://shop。test',
    '*',
  ])('%s may not', async (origin) => {
    const ascii = encodeURI(origin);
    for (const path of FOR_BROWSERS) {
      expect(corsOf((await preflight(path, ascii)).headers)).not.toHaveProperty('access-control-allow-origin');
      const answer = await application.call('GET', path, { headers: { origin: ascii } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('may not where none is listed', async () => {
    for (const path of FOR_BROWSERS) {
      const asked = await preflight(path, SHOP, 'POST', closed);
      expect([asked.status, corsOf(asked.headers)]).toEqual([404, {}]);
    }
  });
});

describe('every answer', () => {
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const CONTENT_SECURITY =
    "default-src 'self';img-src 'self' data:;object-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'self'";
  const admin = () => ({ apiKey: application.config.auth.adminApiKey });
  const call = (method: string, path: string, options: CallOptions = {}) => application.call(method, path, options);

  const ANSWERS: readonly (readonly [string, number, () => Promise<Answer>])[] = [
    ['of the API', 200, () => call('GET', '/api/v1/admin/sales', admin())],
    ['without credentials', 401, () => call('GET', '/api/v1/general/subscription')],
    ['to what is not there', 404, () => call('GET', '/nowhere')],
    ['to another method', 404, () => call('PATCH', '/health/live')],
    ['to half a body', 400, () => call('POST', '/api/v1/admin/api-keys', { ...admin(), body: '{' })],
    ['to a large body', 413, () => call('POST', '/api/v1/admin/api-keys', { ...admin(), body: 'x'.repeat(70_000) })],
    ['to wrong fields', 422, () => call('POST', '/api/v1/admin/api-keys', { ...admin(), body: {} })],
    ['of a probe', 200, () => call('GET', '/health/ready')],
    ['of the metrics', 200, () => call('GET', '/metrics')],
    ['of the document', 200, () => call('GET', '/openapi.json')],
  ];

  it.each(ANSWERS)('%s (%d) is for its caller alone, and is what it says', async (_what, status, ask) => {
    const { headers, ...answer } = await ask();
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': CONTENT_SECURITY,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) expect(headers.get(name)).toBeNull();
  });

  it.each(['/api/v1/admin/stripe/webhook', '/webhooks/dodo'])('to a webhook at %s too', async (path) => {
    const { headers } = await call('POST', path, { body: {} });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('to an address that cannot be read too', async () => {
    const { status, headers } = await sendRaw(
      application.url,
      'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(status).toBe(400);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  it.each(['/upsell-native', '/thank-you'])('of the page %s runs nothing of others, and tells nobody', async (path) => {
    const page = await call('GET', path);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cache-control': 'no-cache',
      'content-security-policy': CONTENT_SECURITY,
      'content-type': 'text/html; charset=utf-8',
      'permissions-policy': expect.stringContaining('payment=()'),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|https?:\/\//i);
    const [script] = /\/assets\/upsell\/[^"]+\.js/.exec(page.body) ?? [];
    const { headers } = await call('GET', script ?? '');
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('that is a picture may be shown by the merchant’s own pages', async () => {
    const { body } = await call('POST', '/api/v1/admin/media', {
      ...admin(),
      body: new Uint8Array(PNG),
      headers: { 'content-type': 'image/png' },
    });
    const { status, headers } = await call('GET', body.path);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': CONTENT_SECURITY,
      'x-content-type-options': 'nosniff',
    });
  });
});
