import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWTHeaderParameters,
} from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StartedApplication } from '../../support/application.js';
import { expectProblem, putUser, startApi } from './support.js';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
const ROUTE = '/api/v1/general/plans';

interface Pair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

let application: StartedApplication;
let server: Server;
let keySet: { status: number; body: unknown };
const pairs = new Map<string, Pair>();

/** The storefront's identity provider: it publishes one key per algorithm, and RS384 too, which is not among ours. */
beforeAll(async () => {
  const keys = [];
  for (const alg of [...ALGORITHMS, 'RS384']) {
    const pair = await generateKeyPair(alg, { extractable: true });
    pairs.set(alg, pair);
    keys.push({ ...(await exportJWK(pair.publicKey)), kid: `key-${alg}`, alg, use: 'sig' });
  }
  keySet = { status: 200, body: { keys } };
  server = createServer((_request, response) => {
    response.writeHead(keySet.status, { 'content-type': 'application/json' }).end(JSON.stringify(keySet.body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  application = await startWithKeySet('key_set', `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
});
afterAll(async () => {
  await application?.close();
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

async function startWithKeySet(name: string, url: string): Promise<StartedApplication> {
  const started = await startApi(name, { JWT_SECRET: '', JWKS_URL: url });
  await putUser(started, 'hoa');
  return started;
}

const draft = (header: JWTHeaderParameters) =>
  new SignJWT({}).setProtectedHeader(header).setSubject('hoa').setAudience('uplift').setExpirationTime('5m');
const sign = (alg: string, kid: string | undefined = `key-${alg}`, key = pairs.get(alg)!.privateKey) =>
  draft({ alg, kid }).sign(key);
const callWith = (token: string, target = application) => target.call('GET', ROUTE, { token });

describe('accepted', () => {
  test.each(ALGORITHMS)('%s', async (alg) => {
    expect((await callWith(await sign(alg))).status).toBe(200);
  });

  test('without a key id, when one key fits', async () => {
    const token = await draft({ alg: 'ES256' }).sign(pairs.get('ES256')!.privateKey);
    expect((await callWith(token)).status).toBe(200);
  });
});

async function expectTokenRefused(token: string | Promise<string>): Promise<void> {
  const answer = await callWith(await token);
  expectProblem(answer, 401, 'unauthenticated');
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="uplift", error="invalid_token"');
}

describe('refused', () => {
  test('key confusion: HS256 with the public key as its secret', async () => {
    for (const alg of ['RS256', 'ES256']) {
      const { publicKey } = pairs.get(alg)!;
      const pem = await exportSPKI(publicKey);
      const secrets = [pem, pem.trim(), JSON.stringify(await exportJWK(publicKey))];
      for (const secret of secrets) {
        await expectTokenRefused(draft({ alg: 'HS256', kid: `key-${alg}` }).sign(new TextEncoder().encode(secret)));
        await expectTokenRefused(draft({ alg: 'HS256' }).sign(new TextEncoder().encode(secret)));
      }
    }
  });

  test('a key that the token brings along, or points to', async () => {
    const own = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(own.publicKey);
    await expectTokenRefused(draft({ alg: 'RS256', kid: 'key-RS256', jwk }).sign(own.privateKey));
    await expectTokenRefused(
      draft({ alg: 'RS256', kid: 'key-RS256', jku: 'http://127.0.0.1:9/keys' }).sign(own.privateKey),
    );
  });

  test('another private key', async () => {
    await expectTokenRefused(sign('RS256', 'key-RS256', (await generateKeyPair('RS256')).privateKey));
  });

  test('a published key of an algorithm that is not allowed', () => expectTokenRefused(sign('RS384')));

  test('an unknown key id', () => expectTokenRefused(sign('RS256', 'key-unknown')));

  test('the key id of another algorithm', () => expectTokenRefused(sign('RS256', 'key-ES256')));

  test('alg none', () =>
    expectTokenRefused(new UnsecuredJWT({ sub: 'hoa', aud: 'uplift', exp: 9_999_999_999 }).encode()));
});

describe('a key set that cannot be read is our trouble, not the caller’s', () => {
  test.each<[string, { status: number; body: unknown }]>([
    ['an error', { status: 500, body: {} }],
    ['a page', { status: 200, body: 'welcome' }],
    ['no keys', { status: 200, body: { keys: 'none' } }],
  ])('%s: 503', async (_what, wrong) => {
    const good = keySet;
    const { port } = server.address() as AddressInfo;
    const other = await startWithKeySet('key_set_down', `http://127.0.0.1:${port}/keys`);
    try {
      keySet = wrong;
      const token = await sign('RS256');
      expectProblem(await callWith(token, other), 503, 'service_unavailable');
      keySet = good;
      expect((await callWith(token, other)).status).toBe(200);
    } finally {
      keySet = good;
      await other.close();
    }
  });

  test('nobody listens: 503', async () => {
    const other = await startWithKeySet('key_set_gone', 'http://127.0.0.1:9/keys');
    try {
      expectProblem(await callWith(await sign('RS256'), other), 503, 'service_unavailable');
    } finally {
      await other.close();
    }
  });
});
