import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { Stripe } from 'stripe';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { stripeOf } from '../../support/settings.js';
import { Customer } from '../../e2e/customer.js';
import { done, Shop } from '../../e2e/upsell-shop.js';

let shop: Shop;
let restored: StartedApplication | undefined;
const backup = `restored_${process.pid}_${Date.now()}`;

beforeAll(async () => {
  shop = await Shop.open({ name: 'restore' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(async () => {
  await restored?.close();
  await shop?.close();
  await asAdministrator((client) => client.query(`DROP DATABASE IF EXISTS ${backup} WITH (FORCE)`));
});

const urlOf = (database: string): string => new URL(`/${database}`, shop.world.application.database.url).href;

async function asAdministrator(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** A consistent copy of the database as it is now. The application's connections are cut for it, and come back. */
async function takeBackup(): Promise<void> {
  const database = new URL(shop.world.application.database.url).pathname.slice(1);
  await asAdministrator(async (client) => {
    await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database]);
    await eventually(() =>
      client.query(`CREATE DATABASE ${backup} TEMPLATE ${database} STRATEGY FILE_COPY`).then(() => true),
    );
    await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
  });
}

/** The application again, on the older state; the provider knows what has happened since. */
async function restore(): Promise<StartedApplication> {
  const { application, sandbox } = shop.world;
  sandbox.setWebhook(undefined);
  await application.app.close();
  restored = await startApplication({
    name: 'restore',
    clock: application.clock,
    database: { url: urlOf(backup), query: (sql, parameters) => query(sql, parameters), drop: async () => undefined },
    environment: { STRIPE_API_URL: stripeOf(application.config).apiUrl },
  });
  return restored;
}

async function query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: urlOf(backup) });
  await client.connect();
  try {
    return (await client.query(sql, [...parameters])).rows as Row[];
  } finally {
    await client.end();
  }
}

async function redeliver(application: StartedApplication, event: Stripe.Event): Promise<void> {
  const secret = stripeOf(application.config).webhookSecrets[0] ?? '';
  const payload = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const headers = { 'stripe-signature': signature, 'content-type': 'application/json' };
  await done(application.call('POST', '/api/v1/admin/stripe/webhook', { body: payload, headers }));
}

describe('a database that is restored from an older state', () => {
  it('is healed by the provider’s events; money that it does not know is told, and is not taken again meanwhile', async () => {
    const { world } = shop;
    const customer = await Customer.register(world, 'subscriber');
    await customer.subscribe('basic');
    const buyer = await shop.buyer('buyer');
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    await takeBackup();
    await eventually(() => world.settle().then(() => true), { within: 20_000 });

    // What the backup does not know: the plan is another one, and an upsell was bought.
    await customer.changePrice('pro', { proration_behavior: 'always_invoice' });
    await done(visit.post('payment', wish));
    await world.settle();
    expect((await customer.rows()).subscription.plan).toBe('pro');
    const charges = shop.charges();

    const again = await restore();
    const apiKey = again.config.auth.adminApiKey;
    await done(again.call('PUT', '/api/v1/admin/upsell-switch', { apiKey, body: { is_killed: true } }));
    const headers = { 'accept-language': 'en' };
    const path = `/upsell-native/${visit.offerUuid}/payment`;
    const click = await again.call('POST', path, { token: visit.token, headers, body: wish });
    expect(click.status).toBeGreaterThanOrEqual(400);

    const events = await world.stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
    for (const event of events.toReversed()) await redeliver(again, event);
    await eventually(
      async () => (await query(`SELECT FROM webhook_events WHERE status IN ('pending', 'processing')`)).length === 0,
      { within: 20_000 },
    );
    expect(await query(`SELECT code FROM subscriptions JOIN package_plans plan ON plan.id = package_plan_id`)).toEqual([
      { code: 'pro' },
    ]);
    expect(shop.charges()).toEqual(charges);
    const { body } = await again.call('GET', '/api/v1/admin/webhook-events?status=failed', { apiKey });
    expect(body.items).toMatchObject([
      { event_type: 'payment_intent.succeeded', error: expect.stringMatching(/^There is no charge attempt /) },
    ]);

    const runs = '/api/v1/admin/reconciliations';
    const since = '2026-01-14T00:00:00Z';
    const [run] = (await done(again.call('POST', runs, { apiKey, body: { dry_run: false, since } }))).items;
    const reconciled = await eventually(
      async () => {
        const { body: known } = await again.call('GET', `${runs}/${run.id}`, { apiKey });
        return known.status !== 'running' && known;
      },
      { within: 30_000 },
    );
    // The one thing that a person must decide: the money can be given back, or what was bought can be given.
    expect(reconciled).toMatchObject({
      status: 'completed',
      differences: [{ type: 'charge_unknown_attempt', action: 'ask', status: 'open', count: 1 }],
    });
    expect(shop.charges()).toEqual(charges);
  }, 120_000);
});
