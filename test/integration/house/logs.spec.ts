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
    main = new MainProcess(database.url, {
      LOG_LEVEL: 'trace',
      HOST: '0.0.0.0',
      STRIPE_API_URL: 'http://127.0.0.1:9',
      SHUTDOWN_DELAY_SECONDS: '1',
    });
    call = callerOf(await main.listening());
    token = await signCustomerToken(Config.fromEnvironment(main.environment), 'linh');
    await provoke();
    main.kill('SIGTERM');
    await eventually(async () => (await call('GET', '/health/ready')).status === 503);
    await main.ended;
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
    await call('GET', '/health/live');
    const sale = { provider: 'stripe', checkout_id: 'cs_1', user_id: 'linh' };
    expect(await call('POST', '/api/v1/service/sales', { apiKey, body: sale })).toMatchObject({ status: 502 });
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

  it('tell a failure that is expected in a line: at info what was decided here, at warn what another is at fault for', () => {
    const failures = logs().filter((log) => String(log.msg).startsWith('request failed: '));
    const expected = failures.filter((log) => log.code !== 'internal_error');
    expect(expected).toContainEqual(expect.objectContaining({ level: 'warn', code: 'provider_unavailable' }));
    expect(expected).toContainEqual(
      expect.objectContaining({ level: 'info', code: 'service_unavailable', detail: 'This process is stopping.' }),
    );
    for (const failure of expected) expect(JSON.stringify(failure)).not.toContain('stack');
  });

  it('tell the address of whoever is refused, and of nobody else', () => {
    const requests = logs().filter((log) => log.msg === 'request');
    const refused = requests.filter((log) => log.status === 401);
    expect(refused.map((log) => log.client_address)).toEqual(['127.0.0.1']);
    const others = requests.filter((log) => log.status !== 401);
    expect(others.filter((log) => 'client_address' in log)).toEqual([]);
  });

  it('tell at info nothing of probes that go well, nor of how the process is put together', () => {
    const told = logs().filter((log) => log.level === 'info');
    expect(told.filter((log) => String(log.route).startsWith('/health/')).map((log) => log.status)).toContain(503);
    expect(told.filter((log) => log.route === '/health/live')).toEqual([]);
    expect(told.filter((log) => /^Mapped|dependencies initialized/.test(String(log.msg)))).toEqual([]);
    expect(logs()).toContainEqual(expect.objectContaining({ level: 'debug', route: '/health/live', status: 200 }));
  });

  it('begin with where it listens, and end with that it has stopped and how long that took', () => {
    expect(logs().find((log) => log.context === 'main')?.msg).toMatch(/^listening on http:\/\/0\.0\.0\.0:\d+ as all$/);
    const last = logs().at(-1);
    expect(last).toMatchObject({ msg: 'stopped', code: 0, seconds: expect.any(Number) });
    expect(last?.seconds).toBeGreaterThanOrEqual(1);
  });

  it('hold no token, key, secret, password, name or e-mail address', () => {
    for (const secret of secrets()) {
      expect(secret).toBeTruthy();
      expect(main.lines.filter((line) => line.includes(String(secret)))).toEqual([]);
    }
  });
});
