import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDatabase } from '../../../src/prepare-database.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { stripeOf } from '../../support/settings.js';
import { Customer } from '../../e2e/customer.js';
import { done, Shop } from '../../e2e/upsell-shop.js';
import { HOUR } from '../../e2e/world.js';
import { startReceiver, type Receiver } from '../notification/receiver.js';

let shop: Shop;
/** Does the background work of the other one: every event, job and message goes from process to process. */
let worker: StartedApplication;
let receiver: Receiver;

beforeAll(async () => {
  shop = await Shop.open({ name: 'rolling_deploy', environment: { PROCESS_ROLE: 'api' } });
  const { application } = shop.world;
  worker = await startApplication({
    name: 'rolling_deploy',
    database: application.database,
    clock: application.clock,
    environment: { PROCESS_ROLE: 'worker', STRIPE_API_URL: stripeOf(application.config).apiUrl },
  });
  receiver = await startReceiver();
  await done(shop.admin('POST', 'webhook-endpoints', { url: receiver.url }));
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(async () => {
  await worker?.close();
  await shop?.close();
  await receiver?.close();
});

/** What the next version's migration adds, to every table: a column that only it fills, an index on it, and a table. */
async function expand(): Promise<string[]> {
  const tables = await shop.rows<{ name: string }>(`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' ORDER BY 1`);
  for (const { name } of tables) {
    await shop.rows(
      `ALTER TABLE ${name} ADD COLUMN added_later text, ADD COLUMN counted_later integer NOT NULL DEFAULT 7`,
    );
    await shop.rows(`CREATE INDEX ${name}_later_idx ON ${name} (added_later)`);
  }
  await shop.rows('CREATE TABLE made_later (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)');
  await shop.rows(`INSERT INTO migrations (timestamp, name) VALUES (9999900001000, 'Later9999900001000')`);
  return tables.map(({ name }) => name);
}

/** A subscription that changes and renews, a sale with an upsell, a refund, and the messages about all of it. */
async function walk(name: string): Promise<unknown> {
  const customer = await Customer.register(shop.world, `subscriber-${name}`);
  await customer.subscribe('basic');
  await done(customer.schedule('pro'));
  await shop.world.settle();
  const { subscription } = await customer.rows();
  await shop.world.advance({ to: new Date(subscription.deadline) });
  await shop.world.advance({ seconds: HOUR + 60 });

  const buyer = await shop.buyer(`buyer-${name}`);
  const visit = await buyer.arrive('course');
  await done(visit.accept());
  const sale = await visit.sale();
  await done(shop.refund(sale.items[1].id, {}));
  await shop.world.settle();
  await eventually(
    async () => (await shop.rows(`SELECT FROM merchant_webhook_deliveries WHERE status <> 'delivered'`)).length === 0,
    { within: 20_000 },
  );
  const { history, subscription: after } = await customer.rows();
  return { history, plan: after.plan, items: await visit.items(), sale: (await visit.sale()).status };
}

const jobs = () =>
  shop.rows<{ task: string; attempts: number }>(
    `SELECT task_identifier AS task, attempts FROM graphile_worker.jobs WHERE task_identifier LIKE 'later.%'`,
  );

describe('a version that runs beside the next one', () => {
  it('serves and works on, before and after the schema is ahead of it', async () => {
    const before = await walk('before'); // statements are prepared, plans are cached
    const tables = await expand();
    expect(await walk('after')).toEqual(before);
    expect(before).toMatchObject({ plan: 'pro', history: ['new basic active paid', 'change basic->pro active paid'] });
    for (const table of tables) {
      expect(await shop.rows(`SELECT FROM ${table} WHERE added_later IS NOT NULL OR counted_later <> 7`)).toEqual([]);
    }
    const failed = await shop.rows(`SELECT event_type, error FROM webhook_events WHERE status = 'failed'`);
    expect(failed).toEqual([]);
  }, 120_000);

  it('offers the cards that it kept by one click in the next one, which knows more of cards', async () => {
    const visit = await (await shop.buyer('kept-before')).arrive('course');
    await shop.rows(
      `UPDATE upsell_sessions SET methods = (
         SELECT jsonb_agg(card - 'isReusable' - 'fingerprint') FROM jsonb_array_elements(methods) card)
        WHERE sale_id = (SELECT id FROM sales WHERE uuid = $1)`,
      [visit.saleId],
    );
    const [shown] = (await visit.view()).step.offers;
    expect(shown.methods[0]).toMatchObject({ kind: 'saved_card', last4: '4242' });
    expect((await visit.accept()).status).toBe(200);
  });

  it('starts again on it, and migrates nothing', async () => {
    expect(await prepareDatabase(shop.world.application.database.url)).toEqual([]);
  });

  it('leaves jobs that it does not know to the next one, untried', async () => {
    await shop.rows(`SELECT graphile_worker.add_job('later.task', '{"uuid": "1"}')`);
    await shop.rows(`SELECT graphile_worker.add_job('notification.sweep', '{}', job_key => 'marker')`);
    await eventually(
      async () => (await shop.rows(`SELECT FROM graphile_worker.jobs WHERE key = 'marker'`)).length === 0,
    );
    expect(await jobs()).toEqual([{ task: 'later.task', attempts: 0 }]);
  });
});
