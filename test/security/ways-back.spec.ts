import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkReturnUrl } from '../../src/common/http/index.js';
import { startApplication, type StartedApplication } from '../support/application.js';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'security_ways_back', environment: { PROCESS_ROLE: 'api' } });
  const apiKey = application.config.auth.adminApiKey;
  const body = { name: 'Hoa', email: 'hoa@shop.test' };
  await application.call('PUT', '/api/v1/service/users/hoa', { apiKey, body });
});
afterAll(() => application.close());

/** What a browser would take for another place than it looks like, or run. */
const ELSEWHERE = [
  'https://evil.test/',
  'https://shop.test.evil.test/',
  'https://evilshop.test/',
  'https://shop.test@evil.test/',
  'https://shop.test:pass@evil.test/',
  'https://user:pass@shop.test/',
  'https://@evil.test/',
  'https://shop.test:8443/',
  'http://shop.test/',
  '//evil.test/',
  '///evil.test/',
  '\\\\evil.test\\',
  '/\\evil.test/',
  'https:\\\\evil.test\\@shop.test/',
  'https://evil.test\\@shop.test/',
  'https://evil.test#@shop.test/',
  'https://evil.test?@shop.test/',
  'https://evil.test/https://shop.test/',
  '/account',
  'account',
  'javascript:alert(1)//https://shop.test/',
  'java\nscript:alert(1)',
  'data:text/html,https://shop.test/',
  'vbscript:x',
  'blob:https://shop.test/1',
  'filesystem:https://shop.test/temporary/x',
  'ftp://shop.test/',
  'https://shop.test.',
  'https://shop。test.evil.test/',
  'https://ѕhop.test/',
  'https://xn--hop-1nc.test/',
  'https://shop.test\u0000.evil.test/',
  'https://shop.test%00.evil.test/',
  'https://shop.test%2eevil.test/',
  'https://[shop.test]/',
  'https://',
  ' ',
];
const ORIGINS = ['https://shop.test', 'http://127.0.0.1:4000'];

describe('the way back', () => {
  it.each(ELSEWHERE)('never leads to %j', (url) => {
    expect(() => checkReturnUrl(url, ORIGINS, 'return_url')).toThrow('return_url_not_allowed');
  });

  it.each([
    ['https://shop.test/done?id=1#top', 'https://shop.test/done?id=1#top'],
    ['https://shop.test', 'https://shop.test/'],
    ['https://shop.test:443/', 'https://shop.test/'],
    ['HTTPS://SHOP.TEST/', 'https://shop.test/'],
    ['https://shop。test/', 'https://shop.test/'],
    ['https:\\\\shop.test\\.evil.test', 'https://shop.test/.evil.test'],
    ['https://shop.test/\r\nSet-Cookie: a=b', 'https://shop.test/Set-Cookie:%20a=b'],
    ['https://shop.test//evil.test/', 'https://shop.test//evil.test/'],
    ['https://shop.test/?next=javascript:alert(1)', 'https://shop.test/?next=javascript:alert(1)'],
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000/'],
    ['http://2130706433:4000/', 'http://127.0.0.1:4000/'],
  ])('to %j is the one that a browser would take: %j', (url, href) => {
    expect(checkReturnUrl(url, ORIGINS, 'return_url')).toBe(href);
  });

  const GOOD = 'https://shop.test/account';
  const FIELDS: readonly (readonly [string, string, string, (url: string) => object])[] = [
    [
      'customer',
      '/general/subscription/checkout',
      'success_url',
      (url) => ({ plan_id: randomUUID(), success_url: url, cancel_url: GOOD }),
    ],
    [
      'customer',
      '/general/subscription/checkout',
      'cancel_url',
      (url) => ({ plan_id: randomUUID(), success_url: GOOD, cancel_url: url }),
    ],
    [
      'customer',
      '/general/cross-sell',
      'return_url',
      (url) => ({ offer_id: randomUUID(), return_url: url, cancel_url: GOOD }),
    ],
    [
      'customer',
      '/general/cross-sell',
      'cancel_url',
      (url) => ({ offer_id: randomUUID(), return_url: GOOD, cancel_url: url }),
    ],
    ['customer', '/general/payment-methods/update-page', 'return_url', (url) => ({ return_url: url })],
    [
      'server',
      '/service/sales',
      'return_url',
      (url) => ({ provider: 'stripe', payment_id: 'pi_1', user_id: 'nobody', return_url: url }),
    ],
    [
      'server',
      '/service/upsell-triggers',
      'return_url',
      (url) => ({ user_id: 'nobody', trigger: 'usage_milestone', key: 'k', value: 1, return_url: url }),
    ],
  ];

  it.each(FIELDS)('as a %s gives it to %s in %s', async (who, path, field, bodyOf) => {
    const token = await application.tokenFor('hoa');
    const credentials = who === 'customer' ? { token } : { apiKey: application.config.auth.adminApiKey };
    const give = (url: string) => application.call('POST', `/api/v1${path}`, { ...credentials, body: bodyOf(url) });
    // Nothing else is wrong with the request that would be told instead.
    expect(['return_url_not_allowed', 'validation_failed']).not.toContain((await give(GOOD)).body?.code);
    const taken: string[] = [];
    for (const url of ELSEWHERE) {
      const { status, body } = await give(url);
      const isNamed = body.errors?.some((error: { field: string }) => error.field === field);
      if (status !== 422 || !isNamed) taken.push(`${url}: ${status} ${body.code}`);
    }
    expect(taken).toEqual([]);
  });
});
