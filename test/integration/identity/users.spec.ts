import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedApplication } from '../../support/application.js';
import { ADMIN_KEY, expectProblem, getUser, putUser, readWakeKeys, startApi, tally, times } from './support.js';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApi('users');
});
afterAll(() => application.close());

const countUsers = async (where: string, parameter: string): Promise<number> => {
  const sql = `SELECT count(*)::int AS count FROM users WHERE ${where}`;
  const rows = await application.database.query<{ count: number }>(sql, [parameter]);
  return rows[0]!.count;
};

describe('upsert', () => {
  test('makes a user, and shows what it made', async () => {
    const answer = await putUser(application, 'user-1', { name: 'Nguyễn Thị Hoa', email: 'Hoa@Shop.test' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      external_id: 'user-1',
      name: 'Nguyễn Thị Hoa',
      email: 'Hoa@Shop.test',
      payment_provider_customer_id: null,
      tokens_valid_from: null,
      groups: [],
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      updated_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect((await getUser(application, 'user-1')).body).toEqual(answer.body);
  });

  test('the same again changes nothing, not even updated_at', async () => {
    const first = await putUser(application, 'user-2');
    const second = await putUser(application, 'user-2');
    expect(second.body).toEqual(first.body);
  });

  test('other details replace the old ones, the letter case of an address too', async () => {
    const first = await putUser(application, 'user-3');
    const second = await putUser(application, 'user-3', { name: 'Other', email: 'USER-3@shop.test' });
    expect(second.body).toMatchObject({ name: 'Other', email: 'USER-3@shop.test', created_at: first.body.created_at });
    expect(second.body.updated_at > first.body.updated_at).toBe(true);
  });

  test('refuses the address of another user, whatever its case, for new users and known ones', async () => {
    await putUser(application, 'user-4', { email: 'taken@shop.test' });
    await putUser(application, 'user-5');
    expectProblem(await putUser(application, 'user-6', { email: 'TAKEN@shop.test' }), 409, 'email_taken');
    expectProblem(await putUser(application, 'user-5', { email: 'Taken@shop.test' }), 409, 'email_taken');
    expectProblem(await getUser(application, 'user-6'), 404, 'user_not_found');
    expect((await getUser(application, 'user-5')).body.email).toBe('user-5@shop.test');
  });

  test('validation lists every field', async () => {
    const body = { name: ' ', email: 'nobody', payment_provider: 'paypal', payment_provider_customer_id: null, age: 3 };
    const answer = await application.call('PUT', '/api/v1/service/users/user-7', { apiKey: ADMIN_KEY, body });
    expectProblem(answer, 422, 'validation_failed');
    const fields = new Set(answer.body.errors.map((error: { field: string }) => error.field));
    expect(fields).toEqual(new Set(['age', 'email', 'name', 'payment_provider', 'payment_provider_customer_id']));
  });

  test('an id that could not be stored or shown is a validation error, not a server error', async () => {
    for (const path of ['%00', 'a%20b', '%F0%9F%98%80', 'x'.repeat(256)]) {
      expectProblem(await putUser(application, path), 422, 'validation_failed');
    }
  });
});

describe('many at once', () => {
  test('20 identical upserts make one user and all succeed', async () => {
    const answers = await Promise.all(times(20, () => putUser(application, 'race-1')));
    expect(tally(answers)).toEqual({ '200': 20 });
    expect(await countUsers('external_id = $1', 'race-1')).toBe(1);
  });

  test('20 upserts of one user with different details all succeed, and one of them is the last', async () => {
    const bodies = times(20, (n) => ({ name: `Name ${n}`, email: `race-2-${n}@shop.test` }));
    const answers = await Promise.all(bodies.map((body) => putUser(application, 'race-2', body)));
    expect(tally(answers)).toEqual({ '200': 20 });
    const { name, email } = (await getUser(application, 'race-2')).body;
    expect(bodies).toContainEqual({ name, email });
  });

  test('20 users who want one address: one gets it', async () => {
    const answers = await Promise.all(
      times(20, (n) => putUser(application, `race-3-${n}`, { email: n % 2 ? 'race-3@shop.test' : 'RACE-3@shop.test' })),
    );
    expect(tally(answers)).toEqual({ '200': 1, '409 email_taken': 19 });
    expect(await countUsers('external_id LIKE $1', 'race-3-%')).toBe(1);
  });

  test('two users who swap addresses at once never end with one address', async () => {
    await putUser(application, 'swap-1');
    await putUser(application, 'swap-2');
    const answers = await Promise.all([
      putUser(application, 'swap-1', { email: 'swap-2@shop.test' }),
      putUser(application, 'swap-2', { email: 'swap-1@shop.test' }),
    ]);
    expect(tally(answers)).toEqual({ '409 email_taken': 2 });
  });

  test('20 users who want one provider customer: one gets it, and one event waker waits', async () => {
    const answers = await Promise.all(
      times(20, (n) => putUser(application, `race-4-${n}`, { payment_provider_customer_id: 'cus_race4' })),
    );
    expect(tally(answers)).toEqual({ '200': 1, '409 provider_customer_taken': 19 });
    expect(await countUsers('payment_provider_customer_id = $1', 'cus_race4')).toBe(1);
    expect(await countUsers('external_id LIKE $1', 'race-4-%')).toBe(1);
    const keys = await readWakeKeys(application.database);
    expect(keys.filter((key) => key === 'customer:stripe:cus_race4')).toHaveLength(1);
  });
});

const readLinks = (externalId: string) =>
  application.database.query(
    `SELECT link.provider, link.provider_customer_id, users.payment_provider_customer_id AS mirror
       FROM users LEFT JOIN user_provider_customers link ON link.user_id = users.id WHERE external_id = $1`,
    [externalId],
  );
const wakeKeysOf = async (customerId: string) =>
  (await readWakeKeys(application.database)).filter((key) => key === `customer:stripe:${customerId}`);

describe('provider customer', () => {
  test('is linked together with its mirror column, and wakes waiting events once', async () => {
    const body = { payment_provider_customer_id: 'cus_link1', payment_provider: 'stripe' };
    expect((await putUser(application, 'link-1', body)).body.payment_provider_customer_id).toBe('cus_link1');
    expect(await readLinks('link-1')).toEqual([
      { provider: 'stripe', provider_customer_id: 'cus_link1', mirror: 'cus_link1' },
    ]);
    await putUser(application, 'link-1', body);
    expect(await wakeKeysOf('cus_link1')).toHaveLength(1);
  });

  test('stays when a later upsert does not name it', async () => {
    await putUser(application, 'link-2', { payment_provider_customer_id: 'cus_link2' });
    expect((await putUser(application, 'link-2')).body.payment_provider_customer_id).toBe('cus_link2');
  });

  test('is replaced when the server names another one', async () => {
    await putUser(application, 'link-3', { payment_provider_customer_id: 'cus_link3_old' });
    await putUser(application, 'link-3', { payment_provider_customer_id: 'cus_link3_new' });
    expect(await readLinks('link-3')).toEqual([
      { provider: 'stripe', provider_customer_id: 'cus_link3_new', mirror: 'cus_link3_new' },
    ]);
    expect(await wakeKeysOf('cus_link3_new')).toHaveLength(1);
    // The old one is free again.
    expect((await putUser(application, 'link-4', { payment_provider_customer_id: 'cus_link3_old' })).status).toBe(200);
  });

  test('of another user is refused, for a first link and for a replacement; nothing of the request stays', async () => {
    await putUser(application, 'link-5', { payment_provider_customer_id: 'cus_link5' });
    await putUser(application, 'link-6', { payment_provider_customer_id: 'cus_link6' });
    const wanted = { name: 'Changed', payment_provider_customer_id: 'cus_link5' };
    expectProblem(await putUser(application, 'link-7', wanted), 409, 'provider_customer_taken');
    expectProblem(await putUser(application, 'link-6', wanted), 409, 'provider_customer_taken');
    expectProblem(await getUser(application, 'link-7'), 404, 'user_not_found');
    expect((await getUser(application, 'link-6')).body).toMatchObject({
      name: 'Name of link-6',
      payment_provider_customer_id: 'cus_link6',
    });
    expect(await wakeKeysOf('cus_link5')).toHaveLength(1);
  });

  test('no waker waits when the request fails after all', async () => {
    await putUser(application, 'link-8', { email: 'link-8@shop.test' });
    const body = { email: 'link-8@shop.test', payment_provider_customer_id: 'cus_link9' };
    expectProblem(await putUser(application, 'link-9', body), 409, 'email_taken');
    expect(await wakeKeysOf('cus_link9')).toEqual([]);
  });
});
