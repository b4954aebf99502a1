import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { DODO_SECRETS } from '../support/both-providers.js';
import { dodoClient } from '../support/dodo-client.js';
import { closeSound } from '../support/invariants.js';
import type { Delivery } from '../../src/sandbox/index.js';
import { loadRows, type Rows } from './customer.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { CARDS, MatrixWorld } from './matrix-world.js';
import { done } from './upsell-shop.js';

const SEED = Number(process.env.TEST_SEED ?? 20_260_115);
const ORDERS_PER_STORY = 3;

let world: MatrixWorld;
let dodo: DodoPayments;

beforeAll(async () => {
  world = await MatrixWorld.start('dodo', 'subscriptions');
  dodo = dodoClient(world.sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY);
}, 60_000);
afterAll(() => closeSound(world));

const rowsOf = ({ groupId }: MatrixCustomer): Promise<Rows> => loadRows(world, groupId);

async function subscriptionIdOf({ groupId }: MatrixCustomer): Promise<string> {
  const [row] = await world.shop.rows<{ id: string }>(
    `SELECT payment_provider_subscription_id AS id FROM subscriptions s JOIN groups g ON g.id = s.group_id
      WHERE g.external_id = $1 ORDER BY s.id DESC LIMIT 1`,
    [groupId],
  );
  return row?.id ?? '';
}

/** To when the subscription is billed next, and a minute on. */
async function toRenewal(customer: MatrixCustomer): Promise<void> {
  const { next_billing_date: at } = await dodo.subscriptions.retrieve(await subscriptionIdOf(customer));
  await world.advance({ to: new Date(new Date(at).getTime() + 60_000) });
}

const undo = (customer: MatrixCustomer) => done(customer.call('DELETE', '/subscription/scheduled-change'));

/** What a customer lives through at Dodo, in natural order, and the rows that it ends in. */
const STORIES: Readonly<Record<string, readonly [(customer: MatrixCustomer) => Promise<void>, object]>> = {
  purchase: [
    (customer) => customer.subscribe('basic'),
    { subscription: { status: 'active', plan: 'basic', scheduled: null }, history: ['new basic active paid'] },
  ],
  'renewals, each a row': [
    async (customer) => {
      await customer.subscribe('basic');
      await toRenewal(customer);
      await toRenewal(customer);
    },
    {
      subscription: { status: 'active', plan: 'basic' },
      history: ['new basic active paid', 'renewal basic active paid', 'renewal basic active paid'],
    },
  ],
  'scheduled change, begun and paid': [
    async (customer) => {
      await customer.subscribe('basic');
      await world.advance({ days: 3 });
      await done(customer.schedule('pro'));
      await toRenewal(customer);
    },
    {
      subscription: { status: 'active', plan: 'pro', scheduled: null },
      history: ['new basic active paid', 'change basic->pro active paid'],
    },
  ],
  'replaced, undone, scheduled again': [
    async (customer) => {
      await customer.subscribe('basic');
      for (const plan of ['pro', 'starter'] as const) {
        await done(customer.schedule(plan));
        await world.advance({ seconds: 60 });
      }
      await undo(customer);
      await done(customer.schedule('pro'));
      await world.settle();
    },
    {
      subscription: { status: 'active', plan: 'basic', scheduled: 'pro' },
      history: [
        'new basic active paid',
        'change basic->pro inactive pending',
        'change basic->starter inactive pending',
        'change basic->pro pending pending',
      ],
    },
  ],
  'changed at once': [
    async (customer) => {
      await customer.subscribe('basic');
      await world.advance({ days: 15 });
      expect((await customer.change('pro')).status).toBe(200);
    },
    {
      subscription: { status: 'active', plan: 'pro' },
      history: ['new basic active paid', 'change basic->pro active paid'],
    },
  ],
  'on hold, and recovered by another card': [
    async (customer) => {
      await customer.subscribe('basic');
      await customer.enterCard(CARDS.declinesLater);
      await toRenewal(customer);
      expect((await rowsOf(customer)).subscription.status).toBe('past_due');
      await customer.enterCard(CARDS.good);
      await world.settle();
    },
    {
      subscription: { status: 'active', plan: 'basic' },
      history: ['new basic active paid', 'renewal basic active paid'],
    },
  ],
  'canceled with a change pending': [
    async (customer) => {
      await customer.subscribe('basic');
      await done(customer.schedule('pro'));
      await world.advance({ seconds: 60 });
      await done(customer.call('POST', '/subscription/cancel', {}));
      await toRenewal(customer);
    },
    {
      subscription: { status: 'canceled', plan: 'basic', scheduled: null, canceled: true },
      history: ['new basic active paid', 'change basic->pro inactive pending'],
    },
  ],
};

/** Every event that was put out about the customer's subscription. */
async function eventsOf(customer: MatrixCustomer): Promise<readonly Delivery[]> {
  const id = await subscriptionIdOf(customer);
  const seen = new Set<string>();
  return world.sandbox.deliveries().filter((delivery) => {
    const isOwn = delivery.body.includes(id) && !seen.has(delivery.id);
    seen.add(delivery.id);
    return isOwn;
  });
}

/** Delivers an event anew, as Dodo would: what it carries is the state of now, whatever it was put out for. */
async function deliver({ id, body }: Pick<Delivery, 'id' | 'body'>): Promise<void> {
  const now = new Date();
  const signature = new Webhook(DODO_SECRETS.DODO_PAYMENTS_WEBHOOK_KEY).sign(id, now, body);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': signature,
  };
  const { status } = await world.application.call('POST', '/webhooks/dodo', { body, headers });
  expect(status).toBe(200);
}

async function forget(customer: MatrixCustomer): Promise<void> {
  const id = await subscriptionIdOf(customer);
  await world.shop.rows('DELETE FROM webhook_events WHERE convert_from(payload, $2) LIKE $1', [`%${id}%`, 'UTF8']);
  for (const table of ['subscription_histories', 'plan_quotes', 'plan_change_requests']) {
    await world.shop.rows(
      `DELETE FROM ${table} USING subscriptions s
        WHERE ${table}.subscription_id = s.id AND s.payment_provider_subscription_id = $1`,
      [id],
    );
  }
  await world.shop.rows('DELETE FROM subscriptions WHERE payment_provider_subscription_id = $1', [id]);
  await world.shop.rows(
    `DELETE FROM subscription_facts USING subscription_streams t
      WHERE stream_id = t.id AND t.payment_provider_subscription_id = $1`,
    [id],
  );
  await world.shop.rows('DELETE FROM subscription_streams WHERE payment_provider_subscription_id = $1', [id]);
}

describe.each(Object.keys(STORIES))('a subscription: %s', (name) => {
  const [live, expected] = STORIES[name] as (typeof STORIES)[string];
  let customer: MatrixCustomer;
  let lived: Rows;

  beforeAll(async () => {
    customer = await world.customer();
    await live(customer);
    lived = await rowsOf(customer);
  }, 60_000);

  it('ends in the rows that it should', () => {
    expect(lived).toMatchObject(expected);
  });

  it('stays as it is when every event comes again, in any order, while it goes on being read', async () => {
    const events = await eventsOf(customer);
    expect(events.length).toBeGreaterThan(2);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...events], { minLength: events.length }), async (order) => {
        for (const event of order) await deliver({ ...event, id: `${event.id}_${Math.random()}` });
        await world.settle();
        expect(await rowsOf(customer)).toEqual(lived);
      }),
      { numRuns: 1, seed: SEED },
    );
  });

  it('ends in the same subscription when it is first heard of afterwards, in every order', async () => {
    const events = await eventsOf(customer);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...events], { minLength: events.length }),
        fc.subarray([...events]),
        async (order, again) => {
          await forget(customer);
          await Promise.all([...order, ...again].map(deliver));
          await world.settle();
          expect((await rowsOf(customer)).subscription).toEqual(lived.subscription);
        },
      ),
      { numRuns: ORDERS_PER_STORY, seed: SEED },
    );
  }, 60_000);
});

describe('a subscriber', () => {
  it('cannot start another subscription, at whichever provider', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    const { status, body } = await customer.startCheckout('pro');
    expect([status, body.code]).toEqual([409, 'subscription_already_active']);
    const elsewhere = await customer.call('POST', '/subscription/checkout', {
      plan_id: world.plans.pro,
      provider: 'stripe',
      success_url: 'https://shop.test/done',
      cancel_url: 'https://shop.test/cart',
    });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'subscription_already_active']);
  });

  it('has what a plan gives while it is paid, and not on hold', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    expect(await customer.entitledPlan()).toBe('basic');
    await customer.enterCard(CARDS.declinesLater);
    await toRenewal(customer);
    expect(await customer.entitledPlan()).toBeUndefined();
  });
});
