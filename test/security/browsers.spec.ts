import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type StartedApplication } from '../support/application.js';

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
