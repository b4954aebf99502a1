import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { callerOf, type Call } from '../support/http.js';
import { MainProcess } from '../support/main-process.js';
import { eventually } from '../support/eventually.js';

const CARD = '4000056655665556';
/** Nobody listens there, and it is by https, as production wants it. */
const NOWHERE = 'https://127.0.0.1:9';
const PRODUCTION = {
  NODE_ENV: 'production',
  APP_URL: 'https://uplift.shop.test',
  STRIPE_SECRET_KEY: 'sk_live_51Qw8Er2Ty6Ui0Op4As',
  STRIPE_API_URL: NOWHERE,
  UPSELL_TOKEN_SECRET: 'w7Np2Xc9Vb4Ql6Tz1Rd8Fy3Hj5Km0GsZ',
};

let database: TestDatabase;
let main: MainProcess;
let call: Call;

beforeAll(async () => {
  database = await createTestDatabase('production');
  main = new MainProcess(database.url, { ...PRODUCTION, LOG_LEVEL: 'trace' });
  call = callerOf(await main.listening());
});
afterAll(async () => {
  await main.stop();
  await database.drop();
});

const apiKey = () => main.environment.ADMIN_API_KEY ?? '';

describe('in production', () => {
  it.each([
    '/docs',
    '/docs/',
    '/docs/index.html',
    '/docs/swagger-ui.css',
    '/docs/swagger-ui-init.js',
    '/docs-json',
    '/docs-yaml',
    '/openapi.json',
    '/openapi.yaml',
    '/api',
    '/api-json',
    '/swagger',
    '/.env',
    '/.git/config',
    '/package.json',
    '/sandbox',
    '/sandbox/clock',
  ])('%s is not there, with or without a key', async (path) => {
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('GET', path, { apiKey: apiKey() })).status).toBe(404);
  });

  it('the metrics are for the holder of the first key', async () => {
    const wrong = [{}, { apiKey: 'upl_wrong' }, { apiKey: apiKey().slice(0, -1) }, { token: 'wrong' }, { apiKey: '' }];
    for (const options of wrong) expect((await call('GET', '/metrics', options)).status).toBe(401);
    for (const options of [{ apiKey: apiKey() }, { token: apiKey() }]) {
      const { status, headers } = await call('GET', '/metrics', options);
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    }
  });

  it.each([
    'sales',
    'api-keys',
    'webhook-events',
    'webhook-endpoints',
    'charge-attempts',
    'invariants',
    'funnels',
    'offers',
  ])('admin/%s is closed without a key', async (route) => {
    const path = `/api/v1/admin/${route}`;
    for (const options of [{}, { apiKey: '' }, { apiKey: 'admin' }, { token: apiKey() }]) {
      expect((await call('GET', path, options)).status).toBe(401);
    }
  });

  it('browsers come back by https, with all that is below, for a year', async () => {
    for (const path of ['/upsell-native', '/health/live', '/nowhere']) {
      const { headers } = await call('GET', path);
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    }
  });

  it('a failure tells nothing of what is inside', async () => {
    await database.query('ALTER TABLE users RENAME TO users_gone');
    const failed = await call('PUT', '/api/v1/service/users/linh', {
      apiKey: apiKey(),
      body: { name: 'Linh', email: 'linh@shop.test' },
    });
    await database.query('ALTER TABLE users_gone RENAME TO users');
    expect(failed.body).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'internal_error',
      message: 'Đã xảy ra lỗi. Vui lòng thử lại.',
      request_id: failed.headers.get('x-request-id'),
    });
  });

  it.each(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'DEBUG'])('%s is no method here', async (method) => {
    const status = await call(method, '/health/live').then(
      (answer) => answer.status,
      () => 405, // the client itself refuses to send it
    );
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('its log', () => {
  const requestLog = async (id: string) => {
    const find = () =>
      main.lines.find((line) => line.includes(`"request_id":"${id}"`) && line.includes('"msg":"request"'));
    await eventually(() => find() !== undefined);
    return JSON.parse(find() ?? '') as Record<string, unknown>;
  };

  it.each([
    ['who called', 'log-by-key', { apiKey: true }, { status: 200, caller: 'ADMIN_API_KEY', code: undefined }],
    ['who was not let in', 'log-refused', { wrong: true }, { status: 401, caller: undefined, code: 'unauthenticated' }],
    ['what was refused', 'log-card', { apiKey: true, card: true }, { status: 400, code: 'card_number_refused' }],
  ])(
    'tells %s',
    async (_what, id, { apiKey: isKnown, card }: { apiKey?: boolean; wrong?: boolean; card?: boolean }, expected) => {
      await call('GET', `/api/v1/admin/sales${card ? `?user_id=${CARD}` : ''}`, {
        apiKey: isKnown ? apiKey() : 'upl_guess_of_a_stranger',
        headers: { 'x-request-id': id },
      });
      expect(await requestLog(id)).toMatchObject(
        Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
      );
    },
  );

  it('is one line of JSON a record, whatever callers send', async () => {
    await call('GET', `/nowhere%0a%7b%22level%22:%22fatal%22%7d`, {
      headers: { 'x-request-id': 'a"}{"level":"fatal' },
    });
    for (const line of main.lines.filter((each) => each.startsWith('{'))) expect(() => JSON.parse(line)).not.toThrow();
    expect(main.lines.filter((line) => /"level":"fatal"/.test(line))).toEqual([]);
  });

  it('has no card number, and no credential', async () => {
    await call('GET', '/api/v1/admin/sales', { apiKey: apiKey(), headers: { 'x-request-id': CARD } });
    const credentials = [
      apiKey(),
      'upl_guess_of_a_stranger',
      PRODUCTION.STRIPE_SECRET_KEY,
      PRODUCTION.UPSELL_TOKEN_SECRET,
    ];
    for (const secret of [CARD, ...credentials]) {
      expect(main.lines.filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});

describe('a production that would not be one', () => {
  it('does not start, and says all of why', async () => {
    const wrong = {
      CLOCK_URL: 'http://127.0.0.1:3010/sandbox/clock',
      STRIPE_API_URL: 'http://127.0.0.1:3010',
      APP_URL: 'http://uplift.shop.test',
      JWT_SECRET: 'change-me-change-me-change-me-change-me',
      ADMIN_API_KEY: 'admin',
      CORS_ORIGINS: '*',
      RATE_LIMIT_CHARGES: '0',
    };
    const child = new MainProcess(database.url, { ...PRODUCTION, ...wrong, LOG_LEVEL: 'fatal' });
    expect(await child.ended).toBe(1);
    const named = child.lines.flatMap((line) => /^ {2}- (\w+) /.exec(line)?.[1] ?? []);
    expect(named.toSorted()).toEqual(Object.keys(wrong).toSorted());
    expect(child.lines.join('\n')).not.toContain('change-me');
  });
});
