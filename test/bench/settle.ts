import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Config } from '../../src/config/index.js';
import { createApplication } from '../../src/create-application.js';
import { InboxWorker } from '../../src/webhook/index.js';
import type { BenchDatabase } from './database.js';
import { benchEnvironment } from './environment.js';
import { medianOf } from './load.js';
import type { Comparison } from './report.js';
import { toLifeOf } from './stripe-events.js';

const SLICES = 5;
const SUBSCRIPTIONS = 500;

/**
 * Events turned into state per second: the worker as it is set up, against the same worker and SQL with one transaction
 * per event. The events are in the inbox beforehand; one claim at a time in both, so that the batch alone makes the
 * difference.
 */
export async function measureSettling(database: BenchDatabase): Promise<Comparison> {
  await createCustomers(database);
  const batch = await createWorker(database, {});
  const single = await createWorker(database, { WEBHOOK_BATCH_SIZE: '1' });
  try {
    const slice = async (app: NestFastifyApplication): Promise<number> => {
      const events = await fillInbox(database);
      const start = performance.now();
      await app.get(InboxWorker).drain();
      const perSecond = events / ((performance.now() - start) / 1_000);
      await checkState(database, events);
      return perSecond;
    };
    await slice(batch);
    const ours: number[] = [];
    const other: number[] = [];
    for (let number = 0; number < SLICES; number++) {
      other.push(await slice(single));
      ours.push(await slice(batch));
    }
    const milliseconds = (1_000 / medianOf(ours)).toFixed(2);
    const note = `${SUBSCRIPTIONS} subscriptions, 4 events each; median ${milliseconds} ms per event`;
    return { what: 'events turned into state/s', ours, other, otherName: 'a transaction per event', note };
  } finally {
    await Promise.all([batch.close(), single.close()]);
  }
}

async function createWorker(database: BenchDatabase, more: Record<string, string>): Promise<NestFastifyApplication> {
  const environment = { ...benchEnvironment(database.url), PROCESS_ROLE: 'api', LOG_LEVEL: 'silent', ...more };
  const app = await createApplication(Config.fromEnvironment(environment));
  await app.init();
  return app;
}

/** One plan, and for every subscription a user with a group. */
async function createCustomers(database: BenchDatabase): Promise<void> {
  await database.query(`
    WITH package AS (INSERT INTO packages (code, name) VALUES ('bench', 'Bench') RETURNING id),
    plan AS (INSERT INTO package_plans (package_id, code, name) SELECT id, 'bench', 'Bench' FROM package RETURNING id)
    INSERT INTO package_plan_prices
      (package_plan_id, provider, provider_price_id, currency, unit_amount, billing_interval)
    SELECT id, 'stripe', 'price_bench', 'USD', 900, 'month' FROM plan`);
  await database.query(
    `WITH made AS (
       INSERT INTO users (external_id, name, email)
       SELECT 'user-' || number, 'User', 'user' || number || '@shop.test' FROM generate_series(1, $1::int) AS number
       RETURNING id, external_id
     ), linked AS (
       INSERT INTO user_provider_customers (user_id, provider, provider_customer_id)
       SELECT id, 'stripe', replace(external_id, 'user-', 'cus_') FROM made
     ), grouped AS (
       INSERT INTO groups (external_id, name) SELECT external_id, 'Group' FROM made RETURNING id, external_id
     )
     INSERT INTO group_members (group_id, user_id, role)
     SELECT grouped.id, made.id, 'owner' FROM grouped JOIN made USING (external_id)`,
    [SUBSCRIPTIONS],
  );
}

/** @returns how many events wait */
async function fillInbox(database: BenchDatabase): Promise<number> {
  await database.query(
    `TRUNCATE webhook_events, plan_change_requests, subscription_histories, subscriptions, subscription_facts, subscription_streams
     CASCADE`,
  );
  const lives = Array.from({ length: SUBSCRIPTIONS }, (_, index) => toLifeOf(index + 1));
  // As they would come: everybody's first event, then everybody's second.
  const bodies = [0, 1, 2, 3].flatMap((step) => lives.map((life) => life[step] as string));
  await database.query(
    `INSERT INTO webhook_events (provider, provider_event_id, event_type, payload, livemode, next_attempt_at)
     SELECT 'stripe', event ->> 'id', event ->> 'type', convert_to(body, 'UTF8'), false, now()
       FROM unnest($1::text[]) WITH ORDINALITY AS delivered(body, position)
      CROSS JOIN LATERAL (SELECT body::jsonb AS event) AS parsed
      ORDER BY position`,
    [bodies],
  );
  await database.query('VACUUM ANALYZE');
  return bodies.length;
}

/** A fast worker that does nothing would be no news. */
async function checkState(database: BenchDatabase, events: number): Promise<void> {
  const [row] = await database.query<{ applied: number; histories: number }>(
    `SELECT (SELECT count(*)::int FROM webhook_events WHERE outcome = 'applied') AS applied,
            (SELECT count(*)::int FROM subscription_histories WHERE payment_status = 'paid') AS histories`,
  );
  if (row?.applied !== events || row.histories !== 2 * SUBSCRIPTIONS) {
    throw new Error(`the events were not turned into state: ${JSON.stringify(row)}`);
  }
}
