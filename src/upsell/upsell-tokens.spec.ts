import { describe, expect, it } from 'vitest';
import { SignJWT } from 'jose';
import type { Config } from '../config/index.js';
import { UpsellTokens } from './upsell-tokens.js';

const SECRET = 'w7Np2Xc9Vb4Ql6Tz1Rd8Fy3Hj5Km0Gs';
const tokens = new UpsellTokens({ upsell: { tokenSecret: SECRET } } as Config);
const ticket = { saleItemUuid: 'f1e2d3c4-b5a6-4978-8a9b-0c1d2e3f4a5b', userExternalId: 'user-42' };

interface Forged {
  readonly secret?: string;
  readonly algorithm?: string;
  readonly audience?: string;
  readonly subject?: string;
  readonly issuedAt?: string;
  readonly expires?: string | null;
  readonly claims?: Record<string, unknown>;
}

const forge = (changes: Forged): Promise<string> => {
  const { secret = SECRET, algorithm = 'HS256', expires = '1h', claims = { usr: 'user-42' } } = changes;
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm })
    .setSubject(changes.subject ?? ticket.saleItemUuid)
    .setAudience(changes.audience ?? 'uplift-upsell')
    .setIssuedAt(changes.issuedAt ?? new Date());
  if (expires !== null) token.setExpirationTime(expires);
  return token.sign(new TextEncoder().encode(secret));
};

describe('UpsellTokens', () => {
  it('reads what it has signed', async () => {
    const read = { ...ticket, issuedAt: expect.any(Date) };
    expect(await tokens.read(await tokens.sign(ticket))).toEqual(read);
    expect(await tokens.read(await forge({}))).toEqual(read);
  });

  it('signs for a day', async () => {
    const [, payload = ''] = (await tokens.sign(ticket)).split('.');
    const { iat, exp, aud, sub, usr } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect({ seconds: exp - iat, aud, sub, usr }).toEqual({
      seconds: 86_400,
      aud: 'uplift-upsell',
      sub: ticket.saleItemUuid,
      usr: 'user-42',
    });
  });

  it.each<[string, Forged]>([
    ['signed with another secret', { secret: 'q3Zr8vTn1Lw6Xb0Jk5Yd9Hs2Pm7Gc4Ae' }],
    ['signed by another algorithm', { algorithm: 'HS512', secret: SECRET.repeat(3) }],
    ['for another audience', { audience: 'uplift' }],
    ['that has expired', { issuedAt: '2 hours ago', expires: '1 hour ago' }],
    ['that never expires', { expires: null }],
    ['that names no user', { claims: {} }],
    ['whose subject is no uuid', { subject: '1 OR 1=1' }],
  ])('does not trust a token %s', async (_what, changes) => {
    expect(await tokens.read(await forge(changes))).toBeUndefined();
  });

  it.each(['', 'x', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.'])('does not trust %j', async (token) => {
    expect(await tokens.read(token)).toBeUndefined();
  });
});
