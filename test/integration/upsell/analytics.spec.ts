import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedApplication } from '../../support/application.js';
import { ADMIN_KEY, expectProblem, putUser, startApi, times } from '../identity/support.js';
import { fillCatalogue, funnelsOf, readIds, step } from './funnels.support.js';

let application: StartedApplication;
let offers: Record<string, string>;
let funnelId: string;
let otherFunnelId: string;
let externalFunnelId: string;
let versions: { id: string; number: number; funnel_id: string }[];
let sessions: { id: string; sale_id: string }[];

interface Happened {
  readonly type: string;
  readonly session: number;
  readonly at: string;
  readonly position?: number;
  readonly offer?: string;
  readonly money?: readonly [amount: number, currency: string];
  readonly version?: 'other' | 'external';
}

beforeAll(async () => {
  application = await startApi('analytics');
  const funnels = funnelsOf(application);
  await fillCatalogue(application);
  offers = await readIds(application, 'offers');
  funnelId = (
    await funnels.put('offer/camera', [
      step(['bag'], { next_on_decline: 1 }),
      step(['lens', 'course'], { kind: 'multi_offer' }),
    ])
  ).body.id;
  otherFunnelId = (await funnels.put('product/tripod', [step(['bag'])])).body.id;
  const elsewhere = { kind: 'external', texts: {}, external_url: 'https://shop.test/more' };
  externalFunnelId = (await funnels.put('product/bag', [step([], elsewhere)])).body.id;
  for (const id of [funnelId, otherFunnelId, externalFunnelId]) await funnels.publish(id);
  versions = await application.database.query(
    `SELECT version.id, number, funnel.uuid AS funnel_id
       FROM upsell_funnel_versions version JOIN upsell_funnels funnel ON funnel.id = version.funnel_id`,
  );
  await putUser(application, 'hoa');
  sessions = await insertSessions(10);
  await insert(EVENTS);
});
afterAll(() => application.close());

/** Sales with their sessions: events refer to them, and no figure comes from them. */
const insertSessions = (count: number) =>
  application.database.query<{ id: string; sale_id: string }>(
    `WITH sale AS (
       INSERT INTO sales (payment_provider, provider_payment_id, user_id, offer_id, amount, currency, method_kind, source,
                          paid_at)
       SELECT 'stripe', 'pi_' || number, (SELECT id FROM users), $1, 100, 'BRL', 'card', 'payment', now()
         FROM generate_series(1, $3::int) number RETURNING id, user_id),
     item AS (
       INSERT INTO sale_items (sale_id, kind, offer_id, name, amount, currency, status)
       SELECT id, 'main', $1, 'Camera', 100, 'BRL', 'paid' FROM sale RETURNING id, sale_id)
     INSERT INTO upsell_sessions (sale_id, sale_item_id, user_id, version_id, status, closed_at, expires_at)
     SELECT sale.id, item.id, sale.user_id, $2, 'completed', now(), now() FROM sale JOIN item ON item.sale_id = sale.id
     RETURNING id, sale_id`,
    [offers['camera'], versionOf(funnelId), count],
  );

const versionOf = (funnel: string): string => versions.find((version) => version.funnel_id === funnel)!.id;

async function insert(events: readonly Happened[]): Promise<void> {
  for (const { type, session, at, position = 0, offer, money, version } of events) {
    await application.database.query(
      `INSERT INTO upsell_events (session_id, sale_id, version_id, step_position, offer_id, type, amount, currency,
                                  occurred_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        sessions[session]!.id,
        sessions[session]!.sale_id,
        versionOf({ own: funnelId, other: otherFunnelId, external: externalFunnelId }[version ?? 'own']),
        position,
        offer === undefined ? null : offers[offer],
        type,
        money?.[0] ?? null,
        money?.[1] ?? null,
        at,
      ],
    );
  }
}

const bag = { offer: 'bag' };
const lens = { offer: 'lens', position: 1 };
const several = { position: 1 };
const EVENTS: readonly Happened[] = [
  // 1 May: four sessions see the bag; one takes it, two decline, one lets it run out.
  ...times(4, (session) => ({ type: 'impression', session, at: '2026-05-01T10:00:00Z', ...bag })),
  { type: 'accept', session: 0, at: '2026-05-01T10:01:00Z', ...bag, money: [9_700, 'BRL'] },
  { type: 'failure', session: 0, at: '2026-05-01T10:01:05Z', ...bag, money: [9_700, 'BRL'] },
  { type: 'fallback', session: 0, at: '2026-05-01T10:01:30Z', ...bag },
  { type: 'paid', session: 0, at: '2026-05-01T10:02:00Z', ...bag, money: [9_700, 'BRL'] },
  { type: 'decline', session: 1, at: '2026-05-01T10:01:00Z', ...bag },
  { type: 'decline', session: 2, at: '2026-05-01T10:01:00Z', ...bag },
  { type: 'expiry', session: 3, at: '2026-05-01T10:15:00Z', ...bag },
  // 2 May begins at midnight in UTC: three of them see the second step as a whole; two take the lens, in two currencies.
  { type: 'impression', session: 1, at: '2026-05-02T00:00:00Z', ...several },
  { type: 'impression', session: 2, at: '2026-05-02T00:30:00+00:00', ...several },
  { type: 'impression', session: 3, at: '2026-05-02T23:59:59.999Z', ...several },
  { type: 'accept', session: 1, at: '2026-05-02T01:00:00Z', ...lens, money: [9_700, 'BRL'] },
  { type: 'accept', session: 2, at: '2026-05-02T01:00:00Z', ...lens, money: [2_000, 'USD'] },
  { type: 'paid', session: 1, at: '2026-05-02T01:00:10Z', ...lens, money: [9_700, 'BRL'] },
  { type: 'paid', session: 2, at: '2026-05-02T01:00:10Z', ...lens, money: [2_000, 'USD'] },
  { type: 'decline', session: 3, at: '2026-05-02T23:59:59.999Z', ...several },
  // 3 May: money goes back, in part and whole; another funnel has an impression.
  { type: 'refund', session: 1, at: '2026-05-03T08:00:00Z', ...lens, money: [700, 'BRL'] },
  { type: 'refund', session: 2, at: '2026-05-03T09:00:00Z', ...lens, money: [2_000, 'USD'] },
  { type: 'impression', session: 5, at: '2026-05-03T09:00:00Z', ...bag, version: 'other' },
  // Long before: a step without words.
  { type: 'impression', session: 6, at: '2026-03-01T09:00:00Z', version: 'external' },
];

const PERIOD = 'from=2026-05-01&to=2026-05-04';
const ask = (query: string) =>
  application.call('GET', `/api/v1/admin/upsell-analytics?${query}`, { apiKey: ADMIN_KEY });
const itemsOf = async (query: string) => {
  const answer = await ask(query);
  expect(answer.status).toBe(200);
  return answer.body.items;
};

const NONE = {
  impressions: 0,
  accepts: 0,
  declines: 0,
  failures: 0,
  fallbacks: 0,
  expiries: 0,
  paid: 0,
  take_rate: null,
  revenue: [],
};
const BRL = (gross: number, refunded: number, perImpression: number | null) => ({
  currency: 'BRL',
  gross,
  refunded,
  net: gross - refunded,
  revenue_per_impression: perImpression,
});
const USD = (gross: number, refunded: number, perImpression: number | null) => ({
  ...BRL(gross, refunded, perImpression),
  currency: 'USD',
});

const FIRST_STEP = {
  ...NONE,
  impressions: 4,
  accepts: 1,
  declines: 2,
  failures: 1,
  fallbacks: 1,
  expiries: 1,
  paid: 1,
  take_rate: 0.25,
  revenue: [BRL(9_700, 0, 2_425)],
};
const SECOND_STEP = {
  ...NONE,
  impressions: 3,
  accepts: 2,
  declines: 1,
  paid: 2,
  take_rate: 2 / 3,
  revenue: [BRL(9_700, 700, 3_000), USD(2_000, 2_000, 0)],
};
const OTHER = { ...NONE, impressions: 1, take_rate: 0 };

const OF_CAMERA = { funnel_level: 'offer', funnel_code: 'camera', version: 1 };
const OF_TRIPOD = { funnel_level: 'product', funnel_code: 'tripod', version: 1 };

describe('upsell analytics', () => {
  test('by step: the newest version first, each step by its position', async () => {
    const answer = await ask(PERIOD);
    expect(answer.body).toMatchObject({
      from: '2026-05-01T00:00:00.000Z',
      to: '2026-05-04T00:00:00.000Z',
      group_by: 'step',
    });
    const id = expect.any(String);
    const headline = 'Thêm một món nữa?';
    const place = { id, headline, funnel_id: funnelId, ...OF_CAMERA };
    const otherPlace = { id, headline, funnel_id: otherFunnelId, ...OF_TRIPOD };
    expect(answer.body.items).toEqual([
      { step: { ...otherPlace, position: 0, kind: 'one_click' }, ...OTHER },
      { step: { ...place, position: 0, kind: 'one_click' }, ...FIRST_STEP },
      { step: { ...place, position: 1, kind: 'multi_offer' }, ...SECOND_STEP },
    ]);
  });

  test('by step: one without a headline in the default language has none', async () => {
    const items = await itemsOf('from=2026-03-01&to=2026-03-02');
    const ofBag = { funnel_id: externalFunnelId, funnel_level: 'product', funnel_code: 'bag', version: 1 };
    expect(items).toMatchObject([{ step: { ...ofBag, position: 0, kind: 'external', headline: null } }]);
  });

  test('by offer: what happened to a step as a whole counts for each of its offers', async () => {
    const items = await itemsOf(`${PERIOD}&group_by=offer&funnel=${funnelId}`);
    const byCode = Object.fromEntries(
      items.map(({ offer, ...rest }: { offer: { code: string } }) => [offer.code, rest]),
    );
    expect(byCode).toEqual({
      bag: FIRST_STEP,
      lens: SECOND_STEP,
      course: { ...NONE, impressions: 3, declines: 1, take_rate: 0 },
    });
    expect(items[0].offer).toMatchObject({ id: expect.any(String), name: expect.any(String) });
  });

  test('by version: impressions of its steps are added up', async () => {
    expect(await itemsOf(`${PERIOD}&group_by=version`)).toEqual([
      { version: { funnel_id: otherFunnelId, ...OF_TRIPOD }, ...OTHER },
      {
        version: { funnel_id: funnelId, ...OF_CAMERA },
        impressions: 7,
        accepts: 3,
        declines: 3,
        failures: 1,
        fallbacks: 1,
        expiries: 1,
        paid: 3,
        take_rate: 3 / 7,
        revenue: [BRL(19_400, 700, 2_671.43), USD(2_000, 2_000, 0)],
      },
    ]);
  });

  test('by day in UTC: money counts on the day on which it moved', async () => {
    expect(await itemsOf(`${PERIOD}&group_by=day`)).toEqual([
      { day: '2026-05-01', ...FIRST_STEP },
      { day: '2026-05-02', ...SECOND_STEP, revenue: [BRL(9_700, 0, 3_233.33), USD(2_000, 0, 666.67)] },
      { day: '2026-05-03', ...OTHER, revenue: [BRL(0, 700, -700), USD(0, 2_000, -2_000)] },
    ]);
  });

  test('the period has its beginning and not its end', async () => {
    const days = async (from: string, to: string) =>
      (await itemsOf(`from=${from}&to=${to}&group_by=day`)).map(({ day }: { day: string }) => day);
    expect(await days('2026-05-02', '2026-05-03')).toEqual(['2026-05-02']);
    expect(await days('2026-05-02T00:00:00.001Z', '2026-05-02T00:30:00Z')).toEqual([]);
    expect(await days('2026-05-02T02:00:00%2B02:00', '2026-05-02T00:00:01Z')).toEqual(['2026-05-02']);
  });

  test('of one offer or one funnel', async () => {
    const [course, ...others] = await itemsOf(`${PERIOD}&offer=course`);
    expect(others).toEqual([]);
    expect(course).toMatchObject({ step: { position: 1 }, impressions: 3, declines: 1, paid: 0, revenue: [] });
    const bags = await itemsOf(`${PERIOD}&offer=bag&group_by=version`);
    expect(bags.map(({ impressions }: { impressions: number }) => impressions)).toEqual([1, 4]);
    const others2 = await itemsOf(`${PERIOD}&funnel=${otherFunnelId}&group_by=day`);
    expect(others2).toEqual([{ day: '2026-05-03', ...OTHER }]);
  });

  test('the last 30 days, unless told otherwise', async () => {
    const answer = await ask('');
    const now = application.clock.now().getTime();
    expect(answer.body.to).toBe(new Date(now).toISOString());
    expect(answer.body.from).toBe(new Date(now - 30 * 86_400_000).toISOString());
  });

  test.each([
    ['from=2026-05-02&to=2026-05-02', 'from'],
    ['from=2025-01-01&to=2026-05-02', 'from'],
    ['from=yesterday', 'from'],
    ['from=2026-02-31', 'from'],
    ['to=2026-05-02T10:00:00', 'to'],
    ['group_by=country', 'group_by'],
    ['offer=Bag', 'offer'],
    ['funnel=7', 'funnel'],
    ['currency=BRL', 'currency'],
  ])('%s is refused', async (query, field) => {
    const answer = await ask(query);
    expectProblem(answer, 422, 'validation_failed');
    expect(answer.body.errors[0].field).toBe(field);
  });

  test('of what does not exist', async () => {
    expectProblem(await ask('offer=nothing'), 404, 'offer_not_found');
    expectProblem(await ask('funnel=5f0c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11'), 404, 'funnel_not_found');
    expectProblem(await application.call('GET', '/api/v1/admin/upsell-analytics'), 401, 'unauthenticated');
  });
});
