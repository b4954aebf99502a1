import { afterAll, beforeAll, expect, it } from 'vitest';
import fc from 'fast-check';
import { Stripe } from 'stripe';
import { eventually } from '../support/eventually.js';
import { callerOf } from '../support/http.js';
import { MainProcess } from '../support/main-process.js';
import * as payloads from '../support/stripe-payloads.js';
import { Customer, loadRows } from './customer.js';
import { startWorld, type World } from './world.js';
import { stripeOf } from '../support/settings.js';
import { closeSound } from '../support/invariants.js';

const SEED = Number(process.env.TEST_SEED ?? 20_260_115);
const DELIVERIES = 200;
const SUBSCRIPTIONS = 20;
const SENDERS = 10;
const MONTH = payloads.PERIOD_END - payloads.PERIOD_START;

let world: World;
let providerCustomer: string;

beforeAll(async () => {
  world = await startWorld({ name: 'crash', deliver: false, environment: { PROCESS_ROLE: 'api' } });
  const customer = await Customer.register(world, 'owner');
  const created = await world.stripe.customers.create({ email: 'owner@shop.test' });
  providerCustomer = created.id;
  const apiKey = world.application.config.auth.adminApiKey;
  await world.application.call('PUT', `/api/v1/service/users/${customer.id}`, {
    apiKey,
    body: { name: 'Owner', email: 'owner@shop.test', payment_provider_customer_id: providerCustomer },
  });
});
// All subscriptions are one group's here, which nobody would sell.
afterAll(() => closeSound(world, ['subscription.group_pays_once']));

/** Ten periods of each subscription, as the events that a provider would send. */
function events(): payloads.Json[] {
  return Array.from({ length: DELIVERIES }, (_, index) => {
    const subscription = index % SUBSCRIPTIONS;
    const period = Math.floor(index / SUBSCRIPTIONS);
    const created = payloads.PERIOD_START + period * MONTH;
    const item = payloads.item({
      price: { id: world.plans.basic.priceId },
      current_period_start: created,
      current_period_end: created + MONTH,
    });
    const object = payloads.subscription({
      id: `sub_${subscription}`,
      customer: providerCustomer,
      latest_invoice: `in_${subscription}_${period}`,
      items: payloads.list(item),
    });
    const type = period === 0 ? 'customer.subscription.created' : 'customer.subscription.updated';
    return payloads.event(type, object, { id: `evt_${index}`, created });
  });
}

async function deliver(url: string, event: payloads.Json): Promise<boolean> {
  const [secret = ''] = stripeOf(world.application.config).webhookSecrets;
  const body = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  const headers = { 'stripe-signature': signature };
  // A process that is being killed answers nothing: then nothing was acknowledged.
  const answer = await callerOf(url)('POST', '/api/v1/admin/stripe/webhook', { body, headers }).catch(() => undefined);
  return answer?.status === 200;
}

const statuses = () =>
  world.application.database.query<{ id: string; status: string }>(
    'SELECT stripe_event_id AS id, status FROM stripe_webhook_events',
  );

it(`completes every acknowledged event after the process was killed at any moment (seed ${SEED})`, async () => {
  const { database, config } = world.application;
  const start = () => new MainProcess(database.url, { STRIPE_API_URL: stripeOf(config).apiUrl });
  const [killAfter = 0] = fc.sample(fc.integer({ min: 5, max: DELIVERIES - 20 }), { numRuns: 1, seed: SEED });
  const acknowledged = new Set<string>();
  let instance = start();
  try {
    let url = await instance.listening();
    let answered = 0;
    const all = events();
    const queue = all.values();
    const send = async () => {
      for (const event of queue) {
        if (await deliver(url, event)) acknowledged.add(String(event.id));
        if (++answered === killAfter) instance.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, send));
    expect(await instance.ended).toBe('SIGKILL');
    // The kill came in the middle: some were acknowledged, some were not.
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(acknowledged.size).toBeLessThan(DELIVERIES);
    const stored = new Set((await statuses()).map(({ id }) => id));
    expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);

    // What the dead process had claimed comes back when its lease ends: a minute later, here at once.
    await database.query(
      "UPDATE webhook_events SET lease_until = clock_timestamp() - interval '1 second' WHERE status = 'processing'",
    );
    instance = start();
    url = await instance.listening();
    await eventually(
      async () => {
        const open = (await statuses()).filter(({ id, status }) => acknowledged.has(id) && status !== 'completed');
        expect(open).toEqual([]);
        return true;
      },
      { within: 30_000 },
    );

    // The provider sends again what was not acknowledged; then everything is there, once.
    for (const event of all) if (!acknowledged.has(String(event.id))) await deliver(url, event);
    await eventually(async () => (await statuses()).every(({ status }) => status === 'completed'), { within: 30_000 });
    const [count] = await database.query<{ rows: string; subscriptions: string }>(
      `SELECT count(*) AS rows, count(DISTINCT subscription_id) AS subscriptions FROM subscription_histories`,
    );
    expect(count).toEqual({ rows: String(DELIVERIES), subscriptions: String(SUBSCRIPTIONS) });
    const newest = await loadRows(world, 'group-of-owner');
    expect(newest.history).toHaveLength(DELIVERIES / SUBSCRIPTIONS);
  } finally {
    await instance.stop();
  }
}, 90_000);
