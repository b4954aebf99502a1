import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { invoiceEvent, subscriptionEvent } from './stripe-events.js';
import { deliver, eventOf, type EventRow } from './support.js';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'webhook_apply', environment: { PROCESS_ROLE: 'all' } });
  await put('/api/v1/admin/packages/studio', { name: 'Studio' });
  await offer('basic', 'price_basic', 900);
});
afterAll(() => application?.close());
beforeEach(() =>
  application.database.query(
    'TRUNCATE webhook_events, subscription_histories, subscriptions, subscription_facts, subscription_streams CASCADE',
  ),
);

async function put(path: string, body: unknown): Promise<void> {
  const answer = await application.call('PUT', path, { body, apiKey: application.config.auth.adminApiKey });
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
}

const offer = (plan: string, priceId: string, amount: number) =>
  put(`/api/v1/admin/packages/studio/plans/${plan}`, {
    name: plan,
    prices: [
      {
        provider: 'stripe',
        provider_price_id: priceId,
        currency: 'USD',
        unit_amount: amount,
        billing_interval: 'month',
      },
    ],
  });

const userOf = (customerId: string): string => `user-${customerId}`;

const putUser = (customerId: string, link = {}): Promise<void> =>
  put(`/api/v1/service/users/${userOf(customerId)}`, {
    name: 'Hoa',
    email: `${userOf(customerId)}@shop.test`,
    ...link,
  });

const putGroup = (customerId: string): Promise<void> =>
  put(`/api/v1/service/groups/group-${customerId}`, {
    name: 'Team',
    members: [{ user_external_id: userOf(customerId), role: 'owner' }],
  });

const putLink = (customerId: string): Promise<void> =>
  putUser(customerId, { payment_provider_customer_id: customerId });

/**
 * A user with a group of their own who is this customer at Stripe: all there is at the moment when the link is made.
 */
async function introduce(customerId: string): Promise<void> {
  await putUser(customerId);
  await putGroup(customerId);
  await putLink(customerId);
}

const newCustomer = (): string => `cus_${randomUUID().slice(0, 8)}`;

const settled = (event: { id: string }): Promise<EventRow> =>
  eventually(async () => {
    const row = await eventOf(application, event.id);
    return ['completed', 'failed'].includes(row.status) ? row : undefined;
  });

const subscriptionOf = async (subscriptionId: string) => {
  const [row] = await application.database.query<{ status: string; plan: string }>(
    `SELECT subscription.status, plan.code AS plan
       FROM subscriptions AS subscription JOIN package_plans AS plan ON plan.id = subscription.package_plan_id
      WHERE subscription.payment_provider_subscription_id = $1`,
    [subscriptionId],
  );
  return row;
};

describe('an event of a subscription', () => {
  it('of ours becomes state', async () => {
    const customerId = newCustomer();
    await introduce(customerId);
    const created = subscriptionEvent('created', { customerId });
    const paid = invoiceEvent('paid', { customerId, subscriptionId: created.subscriptionId });
    await deliver(application, paid.event);
    await deliver(application, created.event);
    expect(await settled(created.event)).toMatchObject({ status: 'completed', outcome: 'applied' });
    expect(await settled(paid.event)).toMatchObject({ status: 'completed', outcome: 'applied' });
    expect(await subscriptionOf(created.subscriptionId)).toEqual({ status: 'active', plan: 'basic' });
    const { body } = await application.call('GET', '/metrics');
    expect(body).toMatch(/uplift_webhook_events_total\{type="customer.subscription.created",outcome="applied"\} \d+/);
  });

  it('of a customer who is not ours waits as foreign, and is applied once they are', async () => {
    const customerId = newCustomer();
    const { event, subscriptionId } = subscriptionEvent('created', { customerId });
    await deliver(application, event);
    expect(await settled(event)).toMatchObject({
      status: 'completed',
      outcome: 'foreign',
      waiting_for: `customer:stripe:${customerId}`,
    });
    await introduce(customerId);
    await eventually(async () => (await subscriptionOf(subscriptionId))?.status === 'active');
    expect(await settled(event)).toMatchObject({ status: 'completed', outcome: 'applied', waiting_for: null });
  });

  it('of a user without a group waits for one', async () => {
    const customerId = newCustomer();
    await putLink(customerId);
    const { event, subscriptionId } = subscriptionEvent('created', { customerId });
    await deliver(application, event);
    expect(await settled(event)).toMatchObject({ status: 'failed', waiting_for: `customer:stripe:${customerId}` });
    await putGroup(customerId);
    await eventually(async () => (await subscriptionOf(subscriptionId))?.status === 'active');
  });

  it('with a price of no plan fails with a text for an operator, and is applied once the price is added', async () => {
    const customerId = newCustomer();
    await introduce(customerId);
    const priceId = `price_${randomUUID().slice(0, 8)}`;
    const { event, subscriptionId } = subscriptionEvent('created', { customerId, priceId });
    await deliver(application, event);
    const failed = await settled(event);
    expect(failed).toMatchObject({ status: 'failed', waiting_for: `price:stripe:${priceId}`, next_attempt_at: null });
    expect(failed.error).toContain(priceId);
    await offer(`plan-${priceId.toLowerCase()}`, priceId, 1_900);
    await eventually(async () => (await subscriptionOf(subscriptionId))?.status === 'active');
    expect(await settled(event)).toMatchObject({ status: 'completed', error: null });
  });

  it('whose payload does not describe it has it fetched', async () => {
    const customerId = newCustomer();
    await introduce(customerId);
    const { event, subscriptionId } = subscriptionEvent('updated', { customerId, items: [] });
    await deliver(application, event);
    expect(await settled(event)).toMatchObject({ status: 'completed', outcome: 'fetch_requested' });
    const jobs = await application.database.query('SELECT key FROM graphile_worker.jobs WHERE key LIKE $1', [
      `%${subscriptionId}`,
    ]);
    expect(jobs).toHaveLength(1);
  });

  it('that is repeated with another event id changes nothing', async () => {
    const customerId = newCustomer();
    await introduce(customerId);
    const { event, subscriptionId } = subscriptionEvent('created', { customerId });
    const twin = { ...event, id: `${event.id}_twin` };
    for (const delivered of [event, twin]) {
      await deliver(application, delivered);
      expect((await settled(delivered)).status).toBe('completed');
    }
    const histories = await application.database.query(
      `SELECT FROM subscription_histories AS history JOIN subscriptions AS subscription
           ON subscription.id = history.subscription_id
        WHERE subscription.payment_provider_subscription_id = $1`,
      [subscriptionId],
    );
    expect(histories).toHaveLength(1);
  });
});

describe('a batch with an event whose facts cannot be written', () => {
  it('applies all the others', async () => {
    const customers = Array.from({ length: 8 }, newCustomer);
    for (const customerId of customers) await introduce(customerId);
    const created = customers.map((customerId) => subscriptionEvent('created', { customerId }));
    const bad = created[5] as (typeof created)[number];
    await application.database.query(`
      CREATE FUNCTION refuse_fact() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the fact is % ', NEW.fact USING ERRCODE = '23514', CONSTRAINT = 'no_such_fact';
      END $$`);
    await application.database.query(`
      CREATE TRIGGER refuse_fact BEFORE INSERT ON subscription_facts FOR EACH ROW
        WHEN (NEW.provider_event_id = '${bad.event.id}') EXECUTE FUNCTION refuse_fact()`);
    await Promise.all(created.map(({ event }) => deliver(application, event)));
    for (const { event, subscriptionId } of created) {
      const isBad = subscriptionId === bad.subscriptionId;
      expect((await settled(event)).status).toBe(isBad ? 'failed' : 'completed');
      expect((await subscriptionOf(subscriptionId))?.status).toBe(isBad ? undefined : 'active');
    }
    const { error } = await eventOf(application, bad.event.id);
    expect(error).toBe(
      'The database refused the change (SQLSTATE 23514, no_such_fact). The log line of this event has the details.',
    );
    await application.database.query('DROP FUNCTION refuse_fact CASCADE');

    const [row] = await application.database.query<{ id: string }>(
      'SELECT id FROM webhook_events WHERE provider_event_id = $1',
      [bad.event.id],
    );
    await application.call('POST', `/api/v1/admin/webhook-events/${row?.id}/replay`, {
      apiKey: application.config.auth.adminApiKey,
    });
    await eventually(async () => (await subscriptionOf(bad.subscriptionId))?.status === 'active');
  });
});
