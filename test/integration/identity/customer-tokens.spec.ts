import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import type { StartedApplication } from '../../support/application.js';
import { expectProblem, putUser, startApi } from './support.js';

/** Long enough for HS512 too, so that only the pinned algorithm refuses it. */
const SECRET = 'q3Zr8vTn1Lw6Xb0Jk5Yd9Hs2Pm7Gc4AeF8oUiR5tWzK1mN6bVcXyP0sQhJ3gD9uL';
const ROUTE = '/api/v1/general/plans';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApi('customer_tokens', { JWT_SECRET: SECRET, JWT_ISSUER: 'https://shop.test' });
  await putUser(application, 'hoa');
});
afterAll(() => application.close());

const now = () => Math.floor(Date.now() / 1_000);
const GOOD = (): JWTPayload => ({ sub: 'hoa', aud: 'uplift', iss: 'https://shop.test', exp: now() + 300 });

const sign = (claims: JWTPayload, { alg = 'HS256', secret = SECRET, header = {} } = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, ...header }).sign(new TextEncoder().encode(secret));
const callWith = (authorization: string | undefined) =>
  application.call('GET', ROUTE, { headers: authorization === undefined ? {} : { authorization } });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('accepted', () => {
  test.each<[string, JWTPayload]>([
    ['a good token', {}],
    ['one of several audiences', { aud: ['other', 'uplift'] }],
    ['a token from two seconds in the future', { nbf: now() + 2 }],
    ['unknown claims', { role: 'admin', scope: 'everything' }],
  ])('%s', async (_what, claims) => {
    expect((await callWith(`Bearer ${await sign({ ...GOOD(), ...claims })}`)).status).toBe(200);
  });

  test('the scheme in any letter case', async () => {
    expect((await callWith(`bearer ${await sign(GOOD())}`)).status).toBe(200);
  });
});

async function expectRefused(authorization: string | undefined, challenge: string): Promise<void> {
  const answer = await callWith(authorization);
  expectProblem(answer, 401, 'unauthenticated');
  expect(answer.headers.get('www-authenticate')).toBe(challenge);
  expect(answer.body.detail).toBe('Send a valid token in the header Authorization, as: Bearer TOKEN.');
}

describe('no token', () => {
  test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic aG9hOnNlY3JldA==', 'Bearer two words'])('%p', (authorization) =>
    expectRefused(authorization, 'Bearer realm="uplift"'),
  );
});

const expectTokenRefused = async (token: string | Promise<string>) =>
  expectRefused(`Bearer ${await token}`, 'Bearer realm="uplift", error="invalid_token"');
const without = (claim: string): JWTPayload => ({ ...GOOD(), [claim]: undefined });

describe('not to be trusted', () => {
  test('alg none, in every spelling', async () => {
    await expectTokenRefused(new UnsecuredJWT(GOOD()).encode());
    for (const alg of ['none', 'None', 'NONE', '']) await expectTokenRefused(`${encode({ alg })}.${encode(GOOD())}.`);
    // A good signature does not help a header that denies it.
    const signature = (await sign(GOOD())).split('.')[2];
    await expectTokenRefused(`${encode({ alg: 'none' })}.${encode(GOOD())}.${signature}`);
  });

  test.each<[string, () => JWTPayload]>([
    ['another audience', () => ({ ...GOOD(), aud: 'other' })],
    ['no audience', () => without('aud')],
    ['another issuer', () => ({ ...GOOD(), iss: 'https://evil.test' })],
    ['no issuer', () => without('iss')],
    ['expired', () => ({ ...GOOD(), exp: now() - 60 })],
    ['no expiry', () => without('exp')],
    ['an expiry that is no number', () => ({ ...GOOD(), exp: '9999999999' as never })],
    ['not valid yet', () => ({ ...GOOD(), nbf: now() + 60 })],
    ['no subject', () => without('sub')],
    ['an empty subject', () => ({ ...GOOD(), sub: '' })],
    ['a subject that is no text', () => ({ ...GOOD(), sub: 1 as never })],
    ['a subject that is a list', () => ({ ...GOOD(), sub: ['hoa'] as never })],
    ['a subject with NUL', () => ({ ...GOOD(), sub: 'hoa\u0000' })],
    ['a subject with half a character', () => ({ ...GOOD(), sub: 'hoa\ud800' })],
    ['a very long subject', () => ({ ...GOOD(), sub: 'h'.repeat(300) })],
    ['a subject that is no user', () => ({ ...GOOD(), sub: 'nobody' })],
    ['a subject that differs by letter case', () => ({ ...GOOD(), sub: 'HOA' })],
  ])('%s', async (_what, claims) => expectTokenRefused(sign(claims())));

  test('another secret', () => expectTokenRefused(sign(GOOD(), { secret: 'a'.repeat(32) })));

  test('the right secret with another algorithm', async () => {
    await expectTokenRefused(sign(GOOD(), { alg: 'HS512' }));
    await expectTokenRefused(sign(GOOD(), { alg: 'HS384' }));
  });

  test('claims that were changed after signing', async () => {
    const [header, , signature] = (await sign({ ...GOOD(), sub: 'nobody' })).split('.');
    await expectTokenRefused(`${header}.${encode(GOOD())}.${signature}`);
  });

  test('a critical extension that we do not know', async () => {
    const header = encode({ alg: 'HS256', crit: ['unknown'], unknown: true });
    await expectTokenRefused(`${header}.${encode(GOOD())}.${'A'.repeat(43)}`);
  });

  test('what is no token at all', async () => {
    for (const token of ['x', 'a.b', 'a.b.c', '..', 'a.b.c.d.e', `${encode([])}.${encode([])}.AA`])
      await expectTokenRefused(token);
  });
});
