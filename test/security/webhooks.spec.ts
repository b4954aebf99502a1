import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../support/application.js';
import { DODO_SECRETS } from '../support/both-providers.js';
import { sendRaw } from '../support/raw-request.js';

const SECRETS = {
  stripe: ['whsec_New7Cv3Bn9Ml1Kj5Hg2F', 'whsec_Old7Cv3Bn9Ml1Kj5Hg2F'],
  dodo: [DODO_SECRETS.DODO_PAYMENTS_WEBHOOK_KEY, 'whsec_Qw8Er2Ty6Ui0Op4AsZx7Cv3Bn9Ml1Kj5'],
};
const RETIRED = 'whsec_Rt8Er2Ty6Ui0Op4AsZx7Cv3Bn9Ml1Kj5';

type Provider = keyof typeof SECRETS;
type Headers = Record<string, string>;
interface Signing {
  readonly secret?: string;
  readonly seconds?: number;
  readonly id?: string;
}

const PROVIDERS: readonly Provider[] = ['stripe', 'dodo'];
const PATHS: Readonly<Record<Provider, string>> = { stripe: '/api/v1/admin/stripe/webhook', dodo: '/webhooks/dodo' };
const now = (): number => Math.floor(Date.now() / 1_000);

/** Both schemes, written down from their documentation. */
const SCHEMES: Readonly<Record<Provider, (body: Buffer, signing?: Signing) => Headers>> = {
  stripe(body, { secret = SECRETS.stripe[0] ?? '', seconds = now() } = {}) {
    const digest = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
    return { 'stripe-signature': `t=${seconds},v1=${digest}` };
  },
  dodo(body, { secret = SECRETS.dodo[0] ?? '', seconds = now(), id = 'msg_1' } = {}) {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const digest = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${digest}` };
  },
};
const BODY = Buffer.from('{"id":"evt_1","type":"x","created":1}');
const OTHER = Buffer.from('{"id":"evt_2","type":"x","created":1}');
const signatureName = (provider: Provider) => (provider === 'stripe' ? 'stripe-signature' : 'webhook-signature');

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({
    name: 'security_webhooks',
    environment: {
      ...DODO_SECRETS,
      PROCESS_ROLE: 'api',
      STRIPE_WEBHOOK_SECRET: SECRETS.stripe.join(','),
      DODO_PAYMENTS_WEBHOOK_KEY: SECRETS.dodo.join(','),
      DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:9',
    },
  });
});
afterAll(() => application.close());
afterEach(() => application.database.query('TRUNCATE webhook_events'));

const stored = async (): Promise<number> =>
  Number((await application.database.query<{ count: string }>('SELECT count(*) FROM webhook_events'))[0]?.count);
const send = (provider: Provider, headers: Headers, body: Buffer = BODY) =>
  application.call('POST', PATHS[provider], { body: new Uint8Array(body), headers });

async function expectRefused(provider: Provider, headers: Headers, body?: Buffer): Promise<void> {
  const answer = await send(provider, headers, body);
  expect([answer.status, answer.body.code]).toEqual([400, 'signature_invalid']);
  expect(await stored()).toBe(0);
}

describe.each(PROVIDERS)('an event that says it comes from %s', (provider) => {
  const sign = SCHEMES[provider];
  const other = provider === 'stripe' ? 'dodo' : 'stripe';
  const name = signatureName(provider);

  it('is taken when it does, with each secret that is in use', async () => {
    for (const secret of SECRETS[provider]) {
      expect((await send(provider, sign(BODY, { secret }))).status).toBe(200);
    }
    expect(await stored()).toBe(1);
  });

  it('lacks a header', async () => {
    for (const missing of Object.keys(sign(BODY))) {
      const { [missing]: _dropped, ...rest } = sign(BODY);
      await expectRefused(provider, rest);
    }
  });

  it('was changed on the way, in any of its bytes', async () => {
    const headers = sign(BODY);
    const answers = await Promise.all(
      [...BODY.keys()].map((position) => {
        const changed = Buffer.from(BODY);
        changed[position] = (changed[position] ?? 0) ^ 1;
        return send(provider, headers, changed);
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
    expect(await stored()).toBe(0);
  });

  it.each<[string, (body: Buffer) => Headers]>([
    ['a secret that is retired', (body) => sign(body, { secret: RETIRED })],
    ['the secret of the other provider', (body) => sign(body, { secret: SECRETS[other][0] })],
    ['half of a secret', (body) => sign(body, { secret: SECRETS[provider][0]?.slice(0, -4) })],
    ['a time that is over', (body) => sign(body, { seconds: now() - 310 })],
    ['a time to come', (body) => sign(body, { seconds: now() + 310 })],
    ['no time', (body) => sign(body, { seconds: Number.NaN })],
    ['the scheme of the other provider', (body) => SCHEMES[other](body)],
    [
      'the scheme of the other provider and its own secret',
      (body) => SCHEMES[other](body, { secret: SECRETS[provider][0] }),
    ],
    ['another body’s signature', () => sign(OTHER)],
    ['the signature of nothing', () => sign(Buffer.alloc(0))],
  ])('is signed with %s', async (_what, make) => expectRefused(provider, make(BODY)));

  it.each<[string, (good: string) => string]>([
    ['empty', () => ''],
    ['rubbish', () => ',,==v1 ;t=;v1,'],
    ['cut off', (good) => good.slice(0, -1)],
    ['too long', (good) => `${good}AA`],
    ['in capitals', (good) => good.toUpperCase()],
    ['with a NUL in writing', (good) => `${good}%00`],
    ['one of dozens', (good) => Array.from({ length: 40 }, () => good).join(provider === 'stripe' ? ',' : ' ')],
  ])('has a signature that is %s', async (_what, spoil) => {
    const headers = sign(BODY);
    await expectRefused(provider, { ...headers, [name]: spoil(headers[name] ?? '') });
  });

  it('has a signature so long that no server reads it', async () => {
    const headers = sign(BODY);
    const long = { ...headers, [name]: `${headers[name]},${'v1=0,'.repeat(10_000)}` };
    const status = await send(provider, long).then(
      (answer) => answer.status,
      () => 431, // the connection was cut while the header was still on its way
    );
    expect([400, 431]).toContain(status);
    expect(await stored()).toBe(0);
  });

  it('has the signature of another event twice', async () => {
    const signed = Object.entries(sign(OTHER)).map(([key, value]) => `${key}: ${value}`);
    const head = [`POST ${PATHS[provider]} HTTP/1.1`, 'Host: a', 'Connection: close', `Content-Length: ${BODY.length}`];
    const answer = await sendRaw(application.url, `${[...head, ...signed, ...signed].join('\r\n')}\r\n\r\n${BODY}`);
    expect(answer.status).toBe(400);
    expect(await stored()).toBe(0);
  });

  it('is compressed: a small body that would be a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    const encoding = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    await expectRefused(provider, { ...sign(BODY), ...encoding }, bomb);
    await expectRefused(provider, { ...sign(Buffer.alloc(50 * 1024 * 1024)), ...encoding }, bomb);
    // Signed as it came, it is kept as it came: nothing blows it up.
    expect((await send(provider, { ...sign(bomb), ...encoding }, bomb)).status).toBe(200);
    const rows = await application.database.query<{ size: number }>(
      'SELECT length(payload) AS size FROM webhook_events',
    );
    expect(rows).toEqual([{ size: bomb.length }]);
  });

  it('is of ten megabytes', async () => {
    const payload = Buffer.alloc(10 * 1024 * 1024, 'x');
    const fastify = application.app.getHttpAdapter().getInstance();
    const answer = await fastify.inject({ method: 'POST', url: PATHS[provider], payload, headers: sign(payload) });
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'payload_too_large']);
    expect(await stored()).toBe(0);
  });

  it.each([
    ['breaks off', 'end'],
    ['does not go on', 'stall'],
  ])('%s in the middle, and keeps nobody from sending the next', async (_what, how) => {
    const { hostname, port } = new URL(application.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    const head = [`POST ${PATHS[provider]} HTTP/1.1`, 'Host: a', `Content-Length: ${BODY.length}`];
    const signed = Object.entries(sign(BODY)).map(([key, value]) => `${key}: ${value}`);
    socket.write(`${[...head, ...signed].join('\r\n')}\r\n\r\n${BODY.subarray(0, BODY.length - 1)}`);
    if (how === 'end') socket.end();
    expect((await send(provider, sign(OTHER, { id: 'msg_2' }), OTHER)).status).toBe(200);
    expect(await stored()).toBe(1);
    socket.destroy();
  });

  it('frames its body in two ways', async () => {
    const signed = Object.entries(sign(BODY)).map(([key, value]) => `${key}: ${value}`);
    const head = [`POST ${PATHS[provider]} HTTP/1.1`, 'Host: a', 'Connection: close', ...signed];
    const framing = [`Content-Length: ${BODY.length}`, 'Transfer-Encoding: chunked'];
    const answer = await sendRaw(application.url, `${[...head, ...framing].join('\r\n')}\r\n\r\n${BODY}`);
    expect(answer.status).toBe(400);
    expect(await stored()).toBe(0);
  });
});

it('an event of Dodo does not come again under another id', async () => {
  const headers = SCHEMES.dodo(BODY);
  expect((await send('dodo', headers)).status).toBe(200);
  expect((await send('dodo', { ...headers, 'webhook-id': 'msg_2' })).status).toBe(400);
  expect((await send('dodo', { ...headers, 'webhook-id': 'msg_1 ' })).status).toBe(200); // HTTP trims it
  expect(await stored()).toBe(1);
});

it('a secret of the merchant’s own endpoint signs nothing here', async () => {
  const { body } = await application.call('POST', '/api/v1/admin/webhook-endpoints', {
    apiKey: application.config.auth.adminApiKey,
    body: { url: 'https://shop.test/hooks' },
  });
  for (const provider of PROVIDERS) {
    await expectRefused(provider, SCHEMES[provider](BODY, { secret: body.secret }));
    await expectRefused(provider, SCHEMES.dodo(BODY, { secret: body.secret }));
  }
});

it('a sender that is slow on purpose is cut off after a quarter of a minute', () => {
  const { server } = application.app.getHttpAdapter().getInstance() as unknown as {
    server: { requestTimeout: number; headersTimeout: number };
  };
  expect(server.requestTimeout).toBe(15_000);
});

it('refusals are counted', async () => {
  await send('stripe', {});
  const { body } = await application.call('GET', '/metrics');
  expect(body).toMatch(/uplift_webhook_requests_total\{result="signature_invalid"\} [1-9]/);
});
