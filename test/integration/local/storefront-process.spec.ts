import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { callerOf } from '../../support/http.js';
import { BuiltProcess } from '../../support/process.js';

/** The discard port of this machine: nobody answers there. */
const NOWHERE = 'http://127.0.0.1:9';

const ENVIRONMENT = {
  STOREFRONT_PORT: '0',
  UPLIFT_URL: NOWHERE,
  SANDBOX_URL: NOWHERE,
  STRIPE_SECRET_KEY: 'sk_test_51Qw8Er2Ty6Ui0Op4As',
  DODO_PAYMENTS_API_KEY: 'dodo_test_51Qw8Er2Ty6Ui0Op4As',
  JWT_SECRET: 'q3Zr8vTn1Lw6Xb0Jk5Yd9Hs2Pm7Gc4Ae',
  SERVICE_API_KEY: 'upl_service_Vt5Kq9Zx2Rw8Lb3Nm7Hc',
};

const addressOf = async (child: BuiltProcess): Promise<string> =>
  (JSON.parse(await child.line(/storefront/)) as { storefront: string }).storefront;

describe('the storefront as a process', () => {
  const started: BuiltProcess[] = [];
  const start = (environment: NodeJS.ProcessEnv): BuiltProcess => {
    const child = new BuiltProcess('local/storefront/main.js', { environment, directory: tmpdir() });
    started.push(child);
    return child;
  };

  afterEach(async () => {
    for (const child of started.splice(0)) {
      child.kill('SIGKILL');
      await child.ended;
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('says where it is, and ends in order at %s', async (signal) => {
    const child = start(ENVIRONMENT);
    expect(await callerOf(await addressOf(child))('GET', '/')).toMatchObject({ status: 200 });
    child.kill(signal);
    expect(await child.ended).toBe(0);
    expect(child.lines).toHaveLength(1);
  });

  it('says in one line that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const child = start({ ...ENVIRONMENT, STOREFRONT_PORT: String(port) });
    expect(await child.ended).toBe(1);
    expect(child.lines).toEqual([`Port ${port} is taken. Give the storefront another one by STOREFRONT_PORT.`]);
    other.close();
  });

  it('names every setting that is missing or wrong, and no value', async () => {
    const child = start({ STOREFRONT_PORT: 'x', UPLIFT_URL: 'ftp://secret' });
    expect(await child.ended).toBe(1);
    expect(child.lines).toEqual([
      'The storefront cannot start: STOREFRONT_PORT must be 0 to 65535, UPLIFT_URL must be an http(s) URL, ' +
        'JWT_SECRET is missing, SERVICE_API_KEY is missing, SANDBOX_URL is missing, ' +
        'STRIPE_SECRET_KEY is missing, DODO_PAYMENTS_API_KEY is missing.',
    ]);
  });

  it('shows a page that says so when Uplift does not answer', async () => {
    const address = await addressOf(start(ENVIRONMENT));
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'pt-BR' };
    const answer = await callerOf(address)('POST', '/sign-in', { body: 'customer=linh', headers: form });
    expect(answer.status).toBe(503);
    expect(answer.body).toContain(`${NOWHERE} não responde. Está em execução?`);
  });

  it('takes no form from another site', async () => {
    const address = await addressOf(start(ENVIRONMENT));
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const send = (headers: Record<string, string>) =>
      callerOf(address)('POST', '/language', { body: 'language=vi', headers: { ...form, ...headers } });
    expect(await send({ origin: address })).toMatchObject({ status: 303 });
    expect(await send({ origin: 'https://elsewhere.example' })).toMatchObject({ status: 403 });
    expect(await send({ origin: 'null' })).toMatchObject({ status: 403 });
    expect(await send({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
  });

  it('loads nothing from elsewhere, and may not be framed', async () => {
    const { headers, body } = await callerOf(await addressOf(start(ENVIRONMENT)))('GET', '/');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
        `form-action 'self' ${NOWHERE}; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(body).not.toMatch(/(src|href)="https?:/);
  });
});
