import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedApplication } from '../../support/application.js';
import { ADMIN_KEY, expectProblem, readWakeKeys, startApi, tally, times } from '../identity/support.js';
import { adminOf, PACKAGES, price, shownPrice } from './support.js';

let application: StartedApplication;
let admin: ReturnType<typeof adminOf>;

beforeAll(async () => {
  application = await startApi('packages');
  admin = adminOf(application);
  await admin.putPackage('studio');
});
afterAll(() => application.close());

const wakeKeysOf = async (...priceIds: string[]) => {
  const wanted = priceIds.map((id) => `price:stripe:${id}`);
  return (await readWakeKeys(application.database)).filter((key) => wanted.includes(key));
};
const fieldsOf = (answer: { body: { errors: { field: string }[] } }) =>
  new Set(answer.body.errors.map((error) => error.field));

describe('packages', () => {
  test('are made and brought up to date by code', async () => {
    const first = await admin.putPackage('team', { name: 'Team', description: 'For teams' });
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      id: expect.any(String),
      code: 'team',
      name: 'Team',
      description: 'For teams',
      downgrade_policy: 'block',
      proration_modes: ['difference_immediately', 'prorated_immediately', 'full_immediately'],
    });
    const second = await admin.putPackage('team', { name: 'Teams' });
    expect(second.body).toEqual({ ...first.body, name: 'Teams', description: null });
    const settings = { downgrade_policy: 'schedule', proration_modes: ['do_not_bill'] };
    expect((await admin.putPackage('team', settings)).body).toMatchObject(settings);
    expect((await admin.putPackage('team', { proration_modes: [] })).body).toMatchObject({ proration_modes: [] });
  });

  test.each([
    ['downgrade_policy', 'maybe'],
    ['proration_modes', ['tomorrow']],
    ['proration_modes', ['do_not_bill', 'do_not_bill']],
    ['proration_modes', 'do_not_bill'],
  ])('%s: %j is refused', async (field, value) => {
    const answer = await admin.putPackage('refused', { [field]: value });
    expectProblem(answer, 422, 'validation_failed');
    expect(fieldsOf(answer)).toEqual(new Set([field]));
  });

  test('validation lists every field', async () => {
    const body = { name: ' ', description: 5, price: 1 };
    const answer = await application.call('PUT', `${PACKAGES}/team`, { apiKey: ADMIN_KEY, body });
    expectProblem(answer, 422, 'validation_failed');
    expect(fieldsOf(answer)).toEqual(new Set(['description', 'name', 'price']));
    expectProblem(await admin.putPackage('Team'), 422, 'validation_failed');
  });

  test('20 identical upserts make one', async () => {
    const answers = await Promise.all(times(20, () => admin.putPackage('race')));
    expect(tally(answers)).toEqual({ '200': 20 });
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  });
});

describe('plans', () => {
  test('are made as told, with defaults for the rest', async () => {
    const told = {
      name: 'Pro',
      description: 'All',
      features: ['10 seats', 'Support'],
      rank: 20,
      is_offered: false,
      limits: { seats: 10, projects: null },
    };
    const answer = await admin.putPlan('studio/pro', [price('price_pro', { provider_product_id: 'prod_1' })], told);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...told,
      id: expect.any(String),
      code: 'pro',
      prices: [shownPrice('price_pro', { provider_product_id: 'prod_1' })],
    });
    expect(await admin.readPlan('studio/pro')).toEqual(answer.body);
    const plain = { description: null, features: [], limits: {}, rank: 0, is_offered: true, prices: [] };
    expect((await admin.putPlan('studio/plain', [])).body).toMatchObject(plain);
  });

  test.each([[{ seats: -1 }], [{ seats: 1.5 }], [{ seats: '5' }], [{ Seats: 5 }], [[5]], [null], ['5']])(
    'limits %j are refused',
    async (limits) => {
      const answer = await admin.putPlan('studio/limited', [], { limits });
      expectProblem(answer, 422, 'validation_failed');
      expect(fieldsOf(answer)).toEqual(new Set(['limits']));
    },
  );

  test('keep their id when they are brought up to date', async () => {
    const first = await admin.putPlan('studio/keep', []);
    const second = await admin.putPlan('studio/keep', [], { name: 'Kept', rank: 3 });
    expect(second.body).toMatchObject({ id: first.body.id, name: 'Kept', rank: 3 });
  });

  test('of an unknown package are refused, and so is a code of another package', async () => {
    expectProblem(await admin.putPlan('nowhere/plan', []), 404, 'package_not_found');
    await admin.putPackage('other');
    await admin.putPlan('studio/mine', []);
    expectProblem(await admin.putPlan('other/mine', [], { name: 'Stolen' }), 409, 'plan_code_taken');
    expect((await admin.readPlan('studio/mine')).name).toBe('Plan studio/mine');
    expect(await admin.readPlan('other/mine')).toBeUndefined();
  });

  test('validation lists every field, of every price', async () => {
    const wrong = {
      provider: 'paypal',
      provider_price_id: '',
      provider_product_id: ' ',
      currency: 'XXQ',
      unit_amount: -1,
      billing_interval: 'decade',
      interval_count: 0,
      discount: 1,
    };
    const body = { name: '', description: '', features: ['', 3], rank: 1.5, is_offered: 'yes', extra: 1 };
    const answer = await admin.putPlan('studio/wrong', [price('price_ok'), wrong], body);
    expectProblem(answer, 422, 'validation_failed');
    expect(fieldsOf(answer)).toEqual(
      new Set([...Object.keys(body), ...Object.keys(wrong).map((field) => `prices.1.${field}`)]),
    );
    expect(await admin.readPlan('studio/wrong')).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['two prices of one currency', [price('price_two_a'), price('price_two_b', { currency: 'usd' })]],
    ['one price twice', [price('price_twice'), price('price_twice', { currency: 'EUR' })]],
    ['an amount with a fraction', [price('price_x', { unit_amount: 1.5 })]],
    ['an amount as text', [price('price_x', { unit_amount: '100' })]],
    ['an amount beyond the column', [price('price_x', { unit_amount: 2_147_483_648 })]],
    ['no list', { 0: price('price_x') }],
    ['things that are no prices', ['price_x', null, 1]],
    ['nothing', undefined],
  ])('%s is refused', async (_what, prices) => {
    const answer = await admin.putPlan('studio/wrong', prices as object[]);
    expectProblem(answer, 422, 'validation_failed');
    expect([...fieldsOf(answer)].every((field) => field.startsWith('prices'))).toBe(true);
  });
});

describe('prices', () => {
  test('are kept for ever: a price that is listed no more stays mapped, and can come back', async () => {
    const [old, later] = [price('price_old'), price('price_later', { unit_amount: 3_900 })];
    await admin.putPlan('studio/history', [old]);
    const changed = await admin.putPlan('studio/history', [later]);
    const retired = shownPrice('price_old', { is_current: false });
    expect(changed.body.prices).toEqual([shownPrice('price_later', { unit_amount: 3_900 }), retired]);
    const none = await admin.putPlan('studio/history', []);
    expect(none.body.prices.map((item: { is_current: boolean }) => item.is_current)).toEqual([false, false]);
    const back = await admin.putPlan('studio/history', [old]);
    expect(back.body.prices[0]).toEqual(shownPrice('price_old'));
    expect(await wakeKeysOf('price_old', 'price_later')).toEqual([
      'price:stripe:price_old',
      'price:stripe:price_later',
    ]);
  });

  test('one current price per currency, several currencies, in upper case', async () => {
    const prices = [
      price('price_usd', { currency: 'usd' }),
      price('price_vnd', { currency: 'vnd', unit_amount: 500_000 }),
    ];
    const answer = await admin.putPlan('studio/currencies', prices);
    expect(answer.body.prices.map((item: { currency: string }) => item.currency)).toEqual(['USD', 'VND']);
    const again = await admin.putPlan('studio/currencies', prices);
    expect(again.body).toEqual(answer.body);
  });

  test('a product id that was missing is filled in, and is not lost when it is left out', async () => {
    const withProduct = price('price_product', { provider_product_id: 'prod_1' });
    await admin.putPlan('studio/product', [price('price_product')]);
    const shown = [shownPrice('price_product', { provider_product_id: 'prod_1' })];
    expect((await admin.putPlan('studio/product', [withProduct])).body.prices).toEqual(shown);
    expect((await admin.putPlan('studio/product', [price('price_product')])).body.prices).toEqual(shown);
  });

  test('of another plan are refused by name, and the request leaves nothing, no job either', async () => {
    await admin.putPlan('studio/owner', [price('price_owned')]);
    await admin.putPlan('studio/owner', []); // sold no more, mapped still
    const wanted = [price('price_fresh', { currency: 'EUR' }), price('price_owned')];
    const answer = await admin.putPlan('studio/thief', wanted);
    expectProblem(answer, 409, 'price_taken');
    expect(answer.body.detail).toBe('Mapped to another plan: price_owned.');
    expect(await admin.readPlan('studio/thief')).toBeUndefined();
    expect(await wakeKeysOf('price_fresh')).toEqual([]);
  });

  test.each<[string, object]>([
    ['amount', { unit_amount: 3_000 }],
    ['currency', { currency: 'EUR' }],
    ['interval', { billing_interval: 'year' }],
    ['interval count', { interval_count: 2 }],
    ['product', { provider_product_id: 'prod_other' }],
  ])('never change their %s', async (what, changes) => {
    const path = `studio/fixed-${what.replace(' ', '-')}`;
    const id = `price_fixed_${what.replace(' ', '_')}`;
    const before = await admin.putPlan(path, [price(id, { provider_product_id: 'prod_1' })]);
    const wanted = { provider_product_id: 'prod_1', ...changes };
    const answer = await admin.putPlan(path, [price(id, wanted)], { name: 'Changed' });
    expectProblem(answer, 409, 'price_immutable');
    expect(answer.body.detail).toContain(id);
    expect(await admin.readPlan(path)).toEqual(before.body);
  });

  test('every newly mapped price wakes waiting events, once', async () => {
    const prices = [price('price_wake_1'), price('price_wake_2', { currency: 'EUR' })];
    await admin.putPlan('studio/wake', prices);
    await admin.putPlan('studio/wake', prices);
    expect(await wakeKeysOf('price_wake_1', 'price_wake_2')).toEqual([
      'price:stripe:price_wake_1',
      'price:stripe:price_wake_2',
    ]);
  });
});

describe('many at once', () => {
  test('20 identical upserts of a new plan all succeed, one plan, one price, one job', async () => {
    const answers = await Promise.all(times(20, () => admin.putPlan('studio/race-1', [price('price_race_1')])));
    expect(tally(answers)).toEqual({ '200': 20 });
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect((await admin.readPlan('studio/race-1')).prices).toEqual([shownPrice('price_race_1')]);
    expect(await wakeKeysOf('price_race_1')).toHaveLength(1);
  });

  test('20 plans that want one price: one gets it', async () => {
    const answers = await Promise.all(times(20, (n) => admin.putPlan(`studio/race-2-${n}`, [price('price_race_2')])));
    expect(tally(answers)).toEqual({ '200': 1, '409 price_taken': 19 });
    expect(await wakeKeysOf('price_race_2')).toHaveLength(1);
  });

  test('20 price lists of one plan: the end is one of them, and the others stay mapped', async () => {
    const ids = times(20, (n) => `price_race_3_${n}`);
    const answers = await Promise.all(ids.map((id) => admin.putPlan('studio/race-3', [price(id)])));
    expect(tally(answers)).toEqual({ '200': 20 });
    const { prices } = await admin.readPlan('studio/race-3');
    expect(prices.map((item: { provider_price_id: string }) => item.provider_price_id).toSorted()).toEqual(
      ids.toSorted(),
    );
    expect(prices.map((item: { is_current: boolean }) => item.is_current)).toEqual(times(20, (n) => n === 0));
  });

  test('two plans that want the same prices in opposite order: one gets all, the other none', async () => {
    const [a, b] = [price('price_race_4_a'), price('price_race_4_b', { currency: 'EUR' })];
    const answers = await Promise.all([
      admin.putPlan('studio/race-4-x', [a, b]),
      admin.putPlan('studio/race-4-y', [b, a]),
    ]);
    expect(tally(answers)).toEqual({ '200': 1, '409 price_taken': 1 });
  });
});

test('the catalogue is for administrators', async () => {
  expectProblem(await application.call('GET', PACKAGES), 401, 'unauthenticated');
  const body = { name: 'storefront', scopes: ['service'] };
  const { key } = (await application.call('POST', '/api/v1/admin/api-keys', { apiKey: ADMIN_KEY, body })).body;
  expectProblem(await application.call('GET', PACKAGES, { apiKey: key }), 403, 'forbidden');
});
