import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignJWT, UnsecuredJWT } from 'jose';
import { done, Shop, type Buyer, type Visit } from './upsell-shop.js';
import { closeSound } from '../support/invariants.js';

let shop: Shop;
let buyer: Buyer;
let visit: Visit;
let other: Visit;

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_attacks_tokens' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.offer('poster', { amount: 900 });
  const offers = { offers: ['presets'], next_on_accept: null, next_on_decline: null };
  await shop.funnel('course', [{ kind: 'one_click', countdown_seconds: 600, ...offers }]);
  await shop.funnel('poster', [{ kind: 'one_click', ...offers }]);
  buyer = await shop.buyer('ana');
  visit = await buyer.arrive('course');
  other = await (await shop.buyer('bob')).arrive('course');
});
afterAll(() => closeSound(shop.world));

interface Forgery {
  readonly secret?: string;
  readonly audience?: string;
  readonly lifetime?: string;
  readonly claims?: Record<string, unknown>;
  readonly algorithm?: string;
  readonly subject?: string;
}

const claimsOf = (token: string): Record<string, string> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** A token for the first visit's sale, but for what is forged. */
function forge({ secret, audience, lifetime, claims, algorithm, subject }: Forgery): Promise<string> {
  const { upsell } = shop.world.application.config;
  const { sub, usr } = claimsOf(visit.token);
  return new SignJWT({ usr, ...claims })
    .setProtectedHeader({ alg: algorithm ?? 'HS256' })
    .setSubject(subject ?? sub ?? '')
    .setAudience(audience ?? 'uplift-upsell')
    .setIssuedAt()
    .setExpirationTime(lifetime ?? '1h')
    .sign(new TextEncoder().encode(secret ?? upsell.tokenSecret));
}

const ROUTES = [
  ['GET', 'upsell-native', ''],
  ['POST', 'upsell-native', '/impression'],
  ['POST', 'upsell-native', '/quote'],
  ['POST', 'upsell-native', '/payment'],
  ['POST', 'upsell-native', '/decline'],
  ['POST', 'upsell-native', '/cancel-payment'],
  ['GET', 'thank-you', ''],
] as const;

/** What every route answers, without what differs from request to request. */
async function answersTo(token: string, offerUuid: string): Promise<string[]> {
  const wish = await visit.wish();
  const bodies: Record<string, unknown> = {
    '/payment': wish,
    '/quote': { step: wish.step, offer_uuid: wish.offer_uuid },
  };
  const answers: string[] = [];
  for (const [method, root, action] of ROUTES) {
    const body = method === 'GET' ? undefined : (bodies[action] ?? { step: wish.step });
    const path = `/${root}/${offerUuid}${action}`;
    const answer = await shop.world.application.call(method, path, { token, body });
    const { request_id: _, ...problem } = answer.body ?? {};
    answers.push(`${answer.status} ${JSON.stringify(problem)} ${answer.headers.get('www-authenticate')}`);
  }
  return answers;
}

describe('a token that is not to be trusted', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['none', () => ''],
    ['expired', () => forge({ lifetime: '-1m' })],
    ['signed by the secret of customers', () => forge({ secret: shop.world.application.config.auth.jwtSecret })],
    ['for another audience', () => forge({ audience: shop.world.application.config.auth.jwtAudience })],
    ['of another algorithm', () => forge({ algorithm: 'HS512', secret: 'w7Np2Xc9Vb4Ql6Tz1Rd8Fy3Hj5Km0Gs8'.repeat(2) })],
    ['of a customer', () => shop.world.application.tokenFor('ana')],
    ['for no item', () => forge({ subject: `' OR 1=1 --` })],
    ['without a user', () => forge({ claims: { usr: undefined } })],
    ['with a list of users', () => forge({ claims: { usr: ['ana'] } })],
    ['cut off', () => visit.token.slice(0, -2)],
    ['without a signature', () => `${visit.token.split('.').slice(0, 2).join('.')}.`],
    [
      'of no algorithm',
      () =>
        new UnsecuredJWT(claimsOf(visit.token))
          .setAudience('uplift-upsell')
          .setIssuedAt()
          .setExpirationTime('1h')
          .encode(),
    ],
  ])('opens nothing: %s', async (_what, make) => {
    const token = await make();
    const answers = await answersTo(token, visit.offerUuid);
    expect(answers.every((answer) => answer.startsWith('401 '))).toBe(true);
    // Nor does it tell whether there is such an offer.
    expect(await answersTo(token, '00000000-0000-4000-8000-000000000000')).toEqual(answers);
    expect(new Set(answers).size).toBe(1);
  });

  it('is not one of ours at the doors of customers, servers and administrators', async () => {
    const { call } = shop.world.application;
    const { token } = visit;
    const answers = [
      await call('GET', '/api/v1/general/subscription', { token }),
      await call('POST', '/api/v1/general/subscription/billing-portal', { token, body: {} }),
      await call('GET', `/api/v1/service/sales/${visit.saleId}`, { token }),
      await call('GET', '/api/v1/admin/sales', { token, apiKey: token }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});

describe('the token of a sale', () => {
  it('opens no other, and tells of none', async () => {
    const nowhere = await answersTo(await forge({ subject: '00000000-0000-4000-8000-000000000000' }), visit.offerUuid);
    expect(nowhere.every((answer) => answer.startsWith('404 '))).toBe(true);
    expect(await answersTo(visit.token, shop.offers.poster ?? '')).toEqual(nowhere);
    expect(await answersTo(visit.token, '00000000-0000-4000-8000-000000000000')).toEqual(nowhere);
    const { sub } = claimsOf(other.token);
    expect(await answersTo(await forge({ subject: sub }), visit.offerUuid)).toEqual(nowhere);
  });

  it('opens nothing once the tokens of its buyer are revoked, and those of others do', async () => {
    const stolen = await (await shop.buyer('stolen')).arrive('course');
    await stolen.see();
    const wish = await stolen.wish();
    const before = shop.charges().length;
    await done(shop.service('POST', 'users/stolen/revoke-tokens'));
    const refused = { status: 401, body: { code: 'unauthenticated' } };
    expect(await stolen.post('payment', wish)).toMatchObject(refused);
    expect(await stolen.call('GET', `/upsell-native/${stolen.offerUuid}`)).toMatchObject(refused);
    expect(await stolen.call('GET', `/thank-you/${stolen.offerUuid}`)).toMatchObject(refused);
    expect(shop.charges()).toHaveLength(before);
    expect((await visit.see()).status).toBeLessThan(300);
  });

  it('gets no answer again once it is revoked', async () => {
    const stolen = await (await shop.buyer('copied')).arrive('course');
    await stolen.see();
    const wish = await stolen.wish();
    const headers = { 'idempotency-key': 'the-thief-knows-it' };
    const pay = () => stolen.post('payment', wish, headers);
    await done(pay());
    expect((await pay()).headers.get('idempotent-replayed')).toBe('true');
    await done(shop.service('POST', 'users/copied/revoke-tokens'));
    expect(await pay()).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('pays at no step of another sale of the same offer', async () => {
    const before = shop.charges().length;
    await visit.see();
    const mine = await visit.wish();
    const theirs = await other.wish();
    expect((await other.post('payment', mine)).body.code).toBe('payment_method_not_found');
    expect((await visit.post('payment', theirs)).body.code).toBe('payment_method_not_found');
    expect(shop.charges()).toHaveLength(before);
  });

  it('in the address is not read', async () => {
    for (const query of [`?token=${visit.token}`, `?access_token=${visit.token}`]) {
      const answer = await shop.world.application.call('GET', `/upsell-native/${visit.offerUuid}${query}`);
      expect(answer.status).toBe(401);
    }
  });
});

describe('reading', () => {
  const TABLES = [
    'sales',
    'sale_items',
    'upsell_sessions',
    'upsell_decisions',
    'upsell_events',
    'charge_attempts',
    'charge_attempt_moves',
    'entitlements',
    'merchant_webhook_deliveries',
    'webhook_events',
    'plan_quotes',
    'idempotent_requests',
    'upsell_native_offer',
    'upsell_native_product',
    'users',
    'user_provider_customers',
  ];
  const dump = async () => {
    const tables: unknown[] = [];
    for (const table of TABLES) {
      tables.push(await shop.rows(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`));
    }
    return JSON.stringify(tables);
  };

  it.each([
    ['while the offer stands', 0],
    ['when its countdown is over', 601],
    ['when the session is over', 3_601],
  ])('changes nothing %s', async (_when, seconds) => {
    if (seconds > 0) await shop.world.advance({ to: new Date(Date.parse('2026-01-15T10:00:00Z') + seconds * 1_000) });
    await shop.world.settle();
    const before = await dump();
    const admin = { apiKey: shop.apiKey };
    const { call } = shop.world.application;
    for (let times = 0; times < 20; times++) {
      await Promise.all([
        done(visit.call('GET', `/upsell-native/${visit.offerUuid}`)),
        visit.call('HEAD', `/upsell-native/${visit.offerUuid}`),
        done(visit.call('GET', `/thank-you/${visit.offerUuid}`)),
        done(call('GET', `/api/v1/service/sales/${visit.saleId}`, admin)),
        done(call('GET', `/api/v1/admin/sales/${visit.saleId}`, admin)),
        done(call('GET', '/api/v1/admin/sales', admin)),
        done(call('GET', '/api/v1/admin/funnels', admin)),
        done(call('GET', '/api/v1/admin/charge-attempts', admin)),
        done(call('GET', '/api/v1/admin/upsell-analytics?from=2026-01-01&to=2026-02-01', admin)),
        done(call('GET', '/upsell-native')),
        done(call('GET', '/thank-you')),
      ]);
    }
    expect(await dump()).toBe(before);
  });
});

describe('the addresses that a claim gives', () => {
  const evil = {
    host: 'evil.test',
    'x-forwarded-host': 'evil.test',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.test',
  };

  it('are built from APP_URL alone, whatever the caller says of the host', async () => {
    const { paymentId } = await (await shop.buyer('eve')).buy('course');
    const body = { provider: 'stripe', payment_id: paymentId, user_id: 'eve' };
    const { upsell, thank_you_url } = await done(shop.service('POST', 'sales', body, evil));
    const origins = [upsell.url, thank_you_url].map((url) => new URL(url).origin);
    expect(origins).toEqual(['http://uplift.test', 'http://uplift.test']);
  });

  it.each([
    'https://evil.test/',
    'https://shop.test.evil.test/',
    'https://shop.test@evil.test/',
    'https://user:pass@shop.test/',
    'https://shop.test:8443/',
    'http://shop.test/',
    'https:\\\\evil.test\\@shop.test/',
    '//evil.test/',
    '/account',
    'javascript:alert(1)//https://shop.test/',
    'data:text/html,https://shop.test/',
    'https://shop。test.evil.test/',
    'https://shop.test\u0000.evil.test/',
    ' ',
  ])('never lead to %j', async (return_url) => {
    const [row] = await shop.rows<{ id: string }>('SELECT provider_payment_id AS id FROM sales WHERE uuid = $1', [
      visit.saleId,
    ]);
    const answer = await buyer.claim({ paymentId: row?.id ?? '' }, { return_url });
    expect(answer.status).toBe(422);
    expect((await visit.thankYou()).return_url).toBeNull();
  });

  it.each(['xx', 'en/../../evil', '<script>', 'EN'])('know no language %j', async (language) => {
    const answer = await buyer.claim({ paymentId: 'pi_any' }, { language });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });

  it.each(['https://evil.test/', 'javascript:alert(1)', 'https://shop.test@evil.test/'])(
    'lead to no external step at %j',
    async (external_url) => {
      const texts = { vi: { headline: 'Đi' } };
      const steps = [
        { kind: 'external', offers: [], next_on_accept: null, next_on_decline: null, texts, external_url },
      ];
      const drafted = await shop.admin('PUT', 'funnels/offer/presets', { steps });
      const published =
        drafted.status < 300 ? await shop.admin('POST', `funnels/${drafted.body.id}/publish`, {}) : drafted;
      expect(published.status).toBe(422);
    },
  );
});
