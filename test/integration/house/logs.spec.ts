import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Config } from '../../../src/config/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { callerOf, type Call } from '../../support/http.js';
import { MainProcess } from '../../support/main-process.js';
import { signCustomerToken } from '../../support/tokens.js';

describe('the logs', () => {
  let database: TestDatabase;
  let main: MainProcess;
  let call: Call;
  let token: string;
  const secrets = () => {
    const { ADMIN_API_KEY, JWT_SECRET, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET } = main.environment;
    const password = new URL(database.url).password;
    const others = [token, 'upl_wrong_key_of_a_stranger', 'linh@shop.test', 'Linh Tran', 't=1,v1=0123456789abcdef'];
    return [ADMIN_API_KEY, JWT_SECRET, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, password, ...others];
  };

  beforeAll(async () => {
    database = await createTestDatabase('logs');
    main = new MainProcess(database.url, { LOG_LEVEL: 'trace' });
    call = callerOf(await main.listening());
    token = await signCustomerToken(Config.fromEnvironment(main.environment), 'linh');
    await provoke();
    await main.stop();
  });

  afterAll(() => database.drop());

  /** Requests that go well and badly, with everything that must not be told. */
  async function provoke(): Promise<void> {
    const apiKey = main.environment.ADMIN_API_KEY;
    const user = { name: 'Linh Tran', email: 'linh@shop.test' };
    await call('PUT', '/api/v1/service/users/linh', {
      apiKey,
      body: user,
      headers: { 'x-request-id': 'request-well' },
    });
    await call('PUT', '/api/v1/service/users/linh', { apiKey, body: { ...user, email: 'linh@shop.test\u0000' } });
    await call('PUT', '/api/v1/service/users/linh?email=linh@shop.test', {
      apiKey: 'upl_wrong_key_of_a_stranger',
      body: user,
    });
    await call('GET', '/api/v1/general/plans', { token });
    await call('GET', `/nowhere/linh@shop.test?token=${token}`, { token });
    await call('POST', '/api/v1/admin/stripe/webhook', {
      headers: { 'stripe-signature': 't=1,v1=0123456789abcdef' },
      body: { data: user },
    });
    await database.query('ALTER TABLE users RENAME TO users_gone');
    const failed = await call('PUT', '/api/v1/service/users/linh', {
      apiKey,
      body: user,
      headers: { 'x-request-id': 'request-badly' },
    });
    expect(failed).toMatchObject({ status: 500, body: { code: 'internal_error', request_id: 'request-badly' } });
    expect(JSON.stringify(failed.body)).not.toContain('users');
    await eventually(() => main.lines.some((line) => line.includes('request-badly') && line.includes('"status":500')));
  }

  const logs = () => main.lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  it('are JSON, line by line, with time and level', () => {
    expect(main.lines.length).toBeGreaterThan(10);
    for (const log of logs()) {
      expect(log).toMatchObject({ level: expect.any(String), time: expect.stringMatching(/^\d{4}-.*Z$/) });
    }
  });

  it('tell each request with its id, route, status and time, and not its URL', () => {
    expect(logs().filter((log) => log.request_id === 'request-well')).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        method: 'PUT',
        route: '/api/v1/service/users/:externalId',
        status: expect.any(Number),
        milliseconds: expect.any(Number),
      }),
    );
  });

  it('tell an unexpected failure whole, under the id that the caller got', () => {
    const failure = logs().find((log) => log.request_id === 'request-badly' && log.level === 'error');
    expect(failure).toMatchObject({ code: 'internal_error' });
    expect(JSON.stringify(failure)).toContain('relation \\"users\\" does not exist');
  });

  it('hold no token, key, secret, password, name or e-mail address', () => {
    for (const secret of secrets()) {
      expect(secret).toBeTruthy();
      expect(main.lines.filter((line) => line.includes(String(secret)))).toEqual([]);
    }
  });
});
