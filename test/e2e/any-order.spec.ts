import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Stripe } from 'stripe';
import { startApplication, type StartedApplication } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { Customer, type Rows } from './customer.js';
import { HOUR, startWorld, type World } from './world.js';
import { stripeOf } from '../support/settings.js';
import { closeSound } from '../support/invariants.js';

const SEED = Number(process.env.TEST_SEED ?? 20_260_115);
const ORDERS_PER_STORY = 6;

let world: World;
/** A second instance over the same database: its worker takes its share. */
let replica: StartedApplication;

beforeAll(async () => {
  world = await startWorld({ name: 'any-order' });
  const { database, config } = world.application;
  replica = await startApplication({
    name: 'any-order-replica',
    database,
    environment: { STRIPE_API_URL: stripeOf(config).apiUrl },
  });
}, 60_000);
afterAll(async () => {
  await replica?.close();
  await closeSound(world);
});

/** What happens to a customer at the provider, in natural order. */
const STORIES: Readonly<Record<string, (customer: Customer) => Promise<void>>> = {
  'scheduled upgrade, paid': async (customer) => {
    await customer.subscribe('basic');
    await world.advance({ days: 3 });
    await customer.schedule('pro');
    await toRenewal(customer);
    await world.advance({ seconds: HOUR + 60 });
  },
  'downgrade to free in the portal': async (customer) => {
    await customer.subscribe('pro');
    await world.advance({ days: 3 });
    await customer.inPortal((portal) => portal.choose(world.plans.free.priceId));
    await toRenewal(customer);
    await world.advance({ seconds: HOUR + 60 });
  },
  'payment failed, then paid': async (customer) => {
    await customer.subscribe('basic');
    await world.advance({ days: 3 });
    await customer.schedule('pro');
    await customer.useCard('pm_card_chargeCustomerFail');
    await toRenewal(customer);
    await world.advance({ seconds: HOUR + 60 });
    await customer.useCard('pm_card_visa');
    await world.advance({ days: 4 });
  },
  'payment failed for good': async (customer) => {
    await customer.subscribe('basic');
    await world.advance({ days: 3 });
    await customer.schedule('pro');
    await customer.useCard('pm_card_chargeCustomerFail');
    await toRenewal(customer);
    await world.advance({ days: 20 });
  },
  'replaced twice, undone, scheduled again': async (customer) => {
    await customer.subscribe('basic');
    for (const plan of ['pro', 'enterprise', 'pro'] as const) {
      await customer.schedule(plan);
      await world.advance({ seconds: 60 });
    }
    await customer.call('DELETE', '/subscription/scheduled-change');
    await world.advance({ seconds: 60 });
    await customer.schedule('enterprise');
    await toRenewal(customer);
    await world.advance({ seconds: HOUR + 60 });
  },
  'immediate upgrade in the portal, then renewals': async (customer) => {
    await customer.subscribe('basic');
    await world.advance({ days: 3 });
    await customer.inPortal((portal) => portal.choose(world.plans.pro.priceId));
    await toRenewal(customer);
    await world.advance({ seconds: HOUR + 60 });
  },
  'canceled with a change pending': async (customer) => {
    await customer.subscribe('basic');
    await world.advance({ days: 3 });
    await customer.schedule('pro');
    await world.advance({ seconds: 60 });
    await customer.call('POST', '/subscription/cancel', {});
    await toRenewal(customer);
  },
};

async function toRenewal(customer: Customer): Promise<void> {
  await world.settle();
  const { subscription } = await customer.rows();
  await world.advance({ to: new Date(subscription.deadline) });
}

/** Every event about the customer, oldest first. */
async function eventsOf(customer: Customer): Promise<Stripe.Event[]> {
  const { customer: id } = await world.stripe.subscriptions.retrieve(await customer.subscriptionId());
  const events: Stripe.Event[] = [];
  for await (const event of world.stripe.events.list({ limit: 100 })) {
    if ((event.data.object as { customer?: unknown }).customer === id) events.unshift(event);
  }
  return events;
}

async function forgetEverything(): Promise<void> {
  const { database } = world.application;
  await database.query(
    `SELECT graphile_worker.complete_jobs(array(
       SELECT id FROM graphile_worker.jobs WHERE task_identifier = 'subscription.read-from-provider'))`,
  );
  // The workers go on looking for events meanwhile: whoever meets them in a deadlock tries again.
  await eventually(() =>
    database
      .query(
        `TRUNCATE subscription_histories, subscriptions, subscription_facts, subscription_streams, plan_change_requests,
                  webhook_events CASCADE`,
      )
      .then(() => true),
  );
}

async function deliver(event: Stripe.Event, application: StartedApplication): Promise<void> {
  const body = JSON.stringify(event);
  const [secret = ''] = stripeOf(application.config).webhookSecrets;
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  const headers = { 'stripe-signature': signature };
  const { status } = await application.call('POST', '/api/v1/admin/stripe/webhook', { body, headers });
  expect(status).toBe(200);
}

/** An order of arrival: a permutation with repetitions, some of them under another event id. */
const arrivals = (events: readonly Stripe.Event[]): fc.Arbitrary<Stripe.Event[]> =>
  fc
    .tuple(fc.subarray([...events], { maxLength: 6 }), fc.subarray([...events], { maxLength: 6 }))
    .chain(([again, renamed]) => {
      const copies = renamed.map((event) => ({ ...event, id: `${event.id}_copy` }) as Stripe.Event);
      const all = [...events, ...again, ...copies];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });

describe.each(Object.keys(STORIES))('%s', (name) => {
  it(`ends in the same rows whatever the order, with duplicates, over two workers (seed ${SEED})`, async () => {
    const customer = await Customer.register(world, name.replace(/\W+/g, '-'));
    await (STORIES[name] as (customer: Customer) => Promise<void>)(customer);
    await world.settle();
    const expected: Rows = await customer.rows();
    const events = await eventsOf(customer);
    expect(events.length).toBeGreaterThan(5);
    for (const [index, order] of fc.sample(arrivals(events), { numRuns: ORDERS_PER_STORY, seed: SEED }).entries()) {
      await forgetEverything();
      await Promise.all(order.map((event, turn) => deliver(event, turn % 2 === 0 ? world.application : replica)));
      await eventually(async () => {
        const context = { seed: SEED, order: index };
        expect({ ...context, ...(await customer.rows()) }).toEqual({ ...context, ...expected });
        return true;
      });
    }
    await world.settle();
    expect(await customer.rows()).toEqual(expected);
  }, 120_000);
});

it('twenty deliveries of one event at once are one row and one transition', async () => {
  const customer = await Customer.register(world, 'twenty');
  await customer.subscribe('basic');
  const [created] = (await eventsOf(customer)).filter(({ type }) => type === 'customer.subscription.created');
  if (!created) throw new Error('no event of the creation');
  await forgetEverything();
  await Promise.all(
    Array.from({ length: 20 }, (_, turn) => deliver(created, turn % 2 === 0 ? world.application : replica)),
  );
  await world.settle();
  const [count] = await world.application.database.query(
    `SELECT (SELECT count(*)::int FROM stripe_webhook_events WHERE status = 'completed') AS events,
       (SELECT count(*)::int FROM subscription_facts) AS facts,
       (SELECT count(*)::int FROM subscriptions WHERE created_at = updated_at) AS subscriptions,
       (SELECT count(*)::int FROM subscription_histories WHERE created_at = updated_at) AS histories`,
  );
  expect(count).toEqual({ events: 1, facts: 1, subscriptions: 1, histories: 1 });
});
