import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARDS, MatrixWorld, PROVIDERS } from './matrix-world.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { done, type Body } from './upsell-shop.js';
import { closeSound } from '../support/invariants.js';

describe.each(PROVIDERS)('what the merchant’s server is told, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'fulfilment');
    const endpoint = { url: 'http://127.0.0.1:9/hook', event_types: ['subscription.updated'] };
    await done(world.shop.admin('POST', 'webhook-endpoints', endpoint));
  });
  afterAll(() => closeSound(world));

  /** What is new since it was asked for last. */
  async function heard(customer: MatrixCustomer): Promise<readonly Body[]> {
    const rows = await world.shop.rows<{ data: Body }>(
      `WITH told AS (DELETE FROM merchant_webhook_deliveries
                      WHERE payload::jsonb #>> '{data,group_id}' = $1 RETURNING id, payload)
       SELECT payload::jsonb -> 'data' AS data FROM told ORDER BY id`,
      [customer.groupId],
    );
    return rows.map(({ data }) => data);
  }

  it('are the beginning, each change, what is to come, and the end', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    expect((await heard(customer)).at(-1)).toMatchObject({
      user_id: customer.id,
      group_id: customer.groupId,
      provider,
      status: 'active',
      plan_code: 'basic',
      old_plan_code: null,
      scheduled_plan_code: null,
    });

    await done(customer.change('pro'));
    expect(await heard(customer)).toMatchObject([{ plan_code: 'pro', old_plan_code: 'basic', status: 'active' }]);

    await done(customer.schedule('starter'));
    await world.settle();
    const [scheduled, ...others] = await heard(customer);
    expect(others).toEqual([]);
    expect(scheduled).toMatchObject({ plan_code: 'pro', scheduled_plan_code: 'starter' });
    expect(scheduled?.scheduled_for).toBe(scheduled?.period_ends_at);

    await world.renew(customer);
    expect((await heard(customer)).at(-1)).toMatchObject({ plan_code: 'starter', scheduled_plan_code: null });
    await world.renew(customer);
    expect(await heard(customer)).toEqual([]);

    await done(customer.call('POST', '/subscription/cancel', { group_id: customer.groupId }));
    await world.settle();
    const [ending] = await heard(customer);
    expect(ending?.ends_at).toBe(ending?.period_ends_at);
    await world.renew(customer);
    expect((await heard(customer)).at(-1)).toMatchObject({ status: 'canceled' });
  });

  it('are a renewal that is not paid, and access that comes back with another card', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    await customer.enterCard(CARDS.declinesLater);
    await heard(customer);
    await world.renew(customer);
    expect((await heard(customer)).at(-1)).toMatchObject({ status: 'past_due', plan_code: 'basic' });
    await customer.enterCard(CARDS.good);
    await world.advance({ days: 8 });
    expect((await heard(customer)).at(-1)).toMatchObject({ status: 'active', is_access_suspended: false });
  });
});
