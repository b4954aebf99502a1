import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EncryptJWT, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTHeaderParameters } from 'jose';
import { UpsellTokens } from '../../src/upsell/upsell-tokens.js';
import { startApplication, type StartedApplication } from '../support/application.js';

const CUSTOMER = '/api/v1/general/plans';
const PAGE = '/thank-you/7b0c1a52-6f0e-4d53-9f0e-2d6b7d0a9a11';
const SERVICE = '/api/v1/service/users/hoa';
const ADMIN = '/api/v1/admin/sales';

let application: StartedApplication;
let withKeySet: StartedApplication;
let keySetServer: Server;
let fetches = 0;
let pair: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };

beforeAll(async () => {
  application = await startApplication({ name: 'security_tokens', environment: { PROCESS_ROLE: 'api' } });
  const apiKey = application.config.auth.adminApiKey;
  await application.call('PUT', SERVICE, { apiKey, body: { name: 'Hoa', email: 'hoa@shop.test' } });
  pair = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  keySetServer = createServer((_request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => {
    keySetServer.listen(0, '127.0.0.1', resolve);
  });
  withKeySet = await startApplication({
    name: 'security_key_set',
    database: application.database,
    environment: {
      PROCESS_ROLE: 'api',
      JWT_SECRET: '',
      JWKS_URL: `http://127.0.0.1:${(keySetServer.address() as AddressInfo).port}/keys`,
    },
  });
});
afterAll(async () => {
  await withKeySet?.close();
  await application?.close();
  keySetServer.closeAllConnections();
  keySetServer.close();
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = () => Math.floor(Date.now() / 1_000);
const good = () => ({ sub: 'hoa', aud: 'uplift', exp: seconds() + 300 });
const secretBytes = () => new TextEncoder().encode(application.config.auth.jwtSecret);
const ask = async (token: string, target = application, path = CUSTOMER) =>
  (await target.call('GET', path, { token })).status;

/** Signs what no library would sign: the claims as they are written. */
async function signText(claims: string, header: object = { alg: 'HS256' }): Promise<string> {
  const key = await crypto.subtle.importKey('raw', secretBytes(), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const signed = `${encode(header)}.${Buffer.from(claims).toString('base64url')}`;
  const signature = await crypto.subtle.sign('HMAC', key, Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

describe('a token that the storefront signed', () => {
  it('is good, to begin with', async () => {
    expect(await ask(await signText(JSON.stringify(good())))).toBe(200);
  });

  it.each([
    ['an expiry beyond numbers', () => `{"sub":"hoa","aud":"uplift","exp":1e999}`],
    ['an expiry that is a text', () => `{"sub":"hoa","aud":"uplift","exp":"9999999999"}`],
    ['an expiry that is true', () => `{"sub":"hoa","aud":"uplift","exp":true}`],
    ['an expiry in a list', () => `{"sub":"hoa","aud":"uplift","exp":[9999999999]}`],
    ['an expiry below zero', () => `{"sub":"hoa","aud":"uplift","exp":-1}`],
    ['two expiries, the later one over', () => `{"sub":"hoa","aud":"uplift","exp":9999999999,"exp":1}`],
    ['a beginning that is a text', () => JSON.stringify({ ...good(), nbf: '0' })],
    ['a beginning to come', () => JSON.stringify({ ...good(), nbf: seconds() + 600 })],
    ['a subject within an object', () => JSON.stringify({ ...good(), sub: { id: 'hoa' } })],
    ['a subject that is a pattern', () => JSON.stringify({ ...good(), sub: 'ho%' })],
    ['a subject with SQL', () => JSON.stringify({ ...good(), sub: `' OR '1'='1` })],
    ['an audience that only contains ours', () => JSON.stringify({ ...good(), aud: 'uplift.evil.test' })],
    ['an audience of another case', () => JSON.stringify({ ...good(), aud: 'UPLIFT' })],
    ['claims in __proto__', () => `{"__proto__":{"sub":"hoa"},"aud":"uplift","exp":9999999999}`],
    ['claims that are no object', () => `"hoa"`],
    ['claims that are no JSON', () => `{"sub":"hoa","aud":"uplift","exp":9999999999`],
  ])('is refused with %s', async (_what, claims) => {
    expect(await ask(await signText(claims()))).toBe(401);
  });

  it.each([
    ['none', { alg: 'none' }],
    ['another one', { alg: 'HS512' }],
    ['one of key sets', { alg: 'RS256' }],
    ['a list of them', { alg: ['HS256'] }],
    ['no', {}],
    ['one in another case', { alg: 'hs256' }],
  ])('is refused that names %s as its algorithm', async (_what, header) => {
    expect(await ask(await signText(JSON.stringify(good()), header))).toBe(401);
  });

  it('is refused whose payload is not encoded, or that is critical of what we do not know', async () => {
    for (const header of [
      { alg: 'HS256', b64: false, crit: ['b64'] },
      { alg: 'HS256', crit: [] },
      { alg: 'HS256', crit: ['exp'] },
    ]) {
      expect(await ask(await signText(JSON.stringify(good()), header))).toBe(401);
    }
  });

  it('is refused without its signature, and with one that says the same otherwise', async () => {
    const [header = '', claims = '', signature = ''] = (await signText(JSON.stringify(good()))).split('.');
    const standard = Buffer.from(signature, 'base64url').toString('base64');
    for (const spoilt of ['', 'AA', `${signature}A`, `${signature}.x`, signature.slice(1), `${standard}=`]) {
      expect(await ask(`${header}.${claims}.${spoilt}`)).toBe(401);
    }
    expect(await ask(`${header}.${claims}`)).toBe(401);
  });

  it('is refused when it is encrypted instead of signed', async () => {
    const token = await new EncryptJWT(good())
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(new Uint8Array(32));
    expect(await ask(token)).toBe(401);
  });

  it('is looked for in one place alone', async () => {
    const token = await signText(JSON.stringify(good()));
    const query = `?token=${token}&access_token=${token}&authorization=Bearer%20${token}`;
    const body = { token, access_token: token };
    const headers = {
      cookie: `token=${token}; access_token=${token}`,
      'x-access-token': token,
      'proxy-authorization': token,
    };
    const answers = [
      await application.call('GET', `${CUSTOMER}${query}`, { headers }),
      await application.call('POST', '/api/v1/general/cross-sell', { body, headers }),
      await application.call('GET', CUSTOMER, { headers: { authorization: token } }),
      await application.call('GET', CUSTOMER, { headers: { authorization: `Token ${token}` } }),
      await application.call('GET', CUSTOMER, { headers: { authorization: `Bearer ${token}, Bearer ${token}` } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const answer = await application.call('GET', CUSTOMER, { headers: { authorization: `${scheme} ${token}` } });
      expect(answer.status).toBe(200);
    }
  });
});

describe('a key set', () => {
  const sign = (header: Omit<JWTHeaderParameters, 'alg'>, key = pair.privateKey) =>
    new SignJWT(good()).setProtectedHeader({ alg: 'RS256', ...header }).sign(key);

  it.each([
    ['a path', '../../../../etc/passwd'],
    ['a path to what is empty', '/dev/null'],
    ['SQL', `one' UNION SELECT 'key' --`],
    ['an address', 'https://evil.test/keys.json'],
    ['a command', 'one|id'],
    ['a property', '__proto__'],
    ['nothing', ''],
    ['much', 'k'.repeat(6_000)],
  ])('has no key that is named by %s', async (_what, kid) => {
    const stranger = await generateKeyPair('RS256');
    expect(await ask(await sign({ kid }, stranger.privateKey), withKeySet)).toBe(401);
  });

  it('is the only one: none that a token brings, or points to, is used', async () => {
    const stranger = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(stranger.publicKey);
    const before = fetches;
    const address = `http://127.0.0.1:${(keySetServer.address() as AddressInfo).port}/evil`;
    const brought = [{ jwk }, { jku: address }, { x5u: address }, { x5c: ['MIIB'] }, { kid: 'one', jwk, jku: address }];
    for (const header of brought)
      expect(await ask(await sign(header as Omit<JWTHeaderParameters, 'alg'>, stranger.privateKey), withKeySet)).toBe(
        401,
      );
    expect(fetches - before).toBeLessThanOrEqual(1);
  });

  it('is not asked for again by tokens of keys that it does not have, however many come', async () => {
    expect(await ask(await sign({ kid: 'one' }), withKeySet)).toBe(200);
    const before = fetches;
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => ask(await sign({ kid: randomUUID() }), withKeySet)),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(fetches - before).toBeLessThanOrEqual(1);
    expect(await ask(await sign({ kid: 'one' }), withKeySet)).toBe(200);
  });

  it('leaves the shared secret no meaning', async () => {
    expect(await ask(await signText(JSON.stringify(good())), withKeySet)).toBe(401);
  });
});

describe('tokens that are revoked', () => {
  const MINUTE = 60;
  const signed = (claims: object) => signText(JSON.stringify({ ...good(), ...claims }));
  const revoke = (id: string, apiKey = application.config.auth.adminApiKey) =>
    application.call('POST', `/api/v1/service/users/${id}/revoke-tokens`, { apiKey });

  it('open nothing from then on, at every process; those of others, and those that are signed anew, do', async () => {
    const apiKey = application.config.auth.adminApiKey;
    for (const id of ['lan', 'minh']) {
      await application.call('PUT', `/api/v1/service/users/${id}`, {
        apiKey,
        body: { name: id, email: `${id}@shop.test` },
      });
    }
    const old = await signed({ sub: 'lan', iat: seconds() - MINUTE });
    const timeless = await signed({ sub: 'lan' });
    const other = await signed({ sub: 'minh', iat: seconds() - MINUTE });
    const ofKeySet = await new SignJWT({ ...good(), sub: 'lan', iat: seconds() - MINUTE })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(pair.privateKey);
    expect([await ask(old), await ask(timeless), await ask(other), await ask(ofKeySet, withKeySet)]).toEqual([
      200, 200, 200, 200,
    ]);
    const answer = await revoke('lan');
    expect(answer).toMatchObject({ status: 200, body: { external_id: 'lan', tokens_valid_from: expect.any(String) } });
    expect([await ask(old), await ask(timeless), await ask(other), await ask(ofKeySet, withKeySet)]).toEqual([
      401, 401, 200, 401,
    ]);
    const next = Math.ceil(Date.parse(answer.body.tokens_valid_from) / 1_000);
    expect(await ask(await signed({ sub: 'lan', iat: next - 1 }))).toBe(401);
    expect(await ask(await signed({ sub: 'lan', iat: next }))).toBe(200);
  });

  it('are revoked by the merchant’s server alone', async () => {
    expect(await revoke('nobody')).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
    expect((await revoke('hoa', '')).status).toBe(401);
    const answer = await application.call('POST', '/api/v1/service/users/hoa/revoke-tokens', {
      token: await application.tokenFor('hoa'),
    });
    expect(answer.status).toBe(401);
  });
});

describe('what opens one door', () => {
  it('opens no other', async () => {
    const ticket = { saleItemUuid: randomUUID(), userExternalId: 'hoa' };
    const apiKey = application.config.auth.adminApiKey;
    const create = async (scope: string) =>
      (await application.call('POST', '/api/v1/admin/api-keys', { apiKey, body: { name: scope, scopes: [scope] } }))
        .body;
    const [service, admin, revoked] = [await create('service'), await create('admin'), await create('admin')];
    await application.call('DELETE', `/api/v1/admin/api-keys/${revoked.id}`, { apiKey });
    const credentials = {
      customer: await application.tokenFor('hoa'),
      upsell: await application.app.get(UpsellTokens).sign(ticket),
      service: service.key,
      admin: admin.key,
      revoked: revoked.key,
      prefix: admin.prefix,
      nothing: '',
    };
    const doors = { customer: CUSTOMER, upsell: PAGE, service: SERVICE, admin: ADMIN };
    const opened: Record<string, string[]> = {};
    for (const [name, credential] of Object.entries(credentials)) {
      opened[name] = [];
      for (const [door, path] of Object.entries(doors)) {
        const asToken = await ask(credential, application, path);
        const asKey = (await application.call('GET', path, { apiKey: credential })).status;
        const asBoth = (await application.call('GET', path, { apiKey: credential, token: credential })).status;
        if ([asToken, asKey, asBoth].some((status) => status !== 401 && status !== 403)) opened[name].push(door);
      }
    }
    expect(opened).toEqual({
      customer: ['customer'],
      upsell: ['upsell'],
      service: ['service'],
      admin: ['admin'],
      revoked: [],
      prefix: [],
      nothing: [],
    });
  });

  it('by its key does not open what a token opens, also where both are taken', async () => {
    const token = await application.tokenFor('hoa');
    const wrong = await application.call('GET', '/api/upsell/cus_1', { token, apiKey: 'upl_wrong' });
    expect(wrong.status).toBe(401);
  });
});
