import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RetentionJob } from '../../../src/operations/jobs/retention-job.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { deliver, unsupportedEvent } from '../webhook/support.js';

let application: StartedApplication;

beforeAll(async () => {
  // The job runner of another process would do it too.
  application = await startApplication({
    name: 'retention',
    environment: { PROCESS_ROLE: 'api', RETENTION_DAYS: '40' },
  });
});
afterAll(() => application?.close());

const rows = <Row = Record<string, unknown>>(sql: string) => application.database.query<Row>(sql);
const forget = (mostRows = 3) => application.app.get(RetentionJob, { strict: false }).run({ mostRows });
const forgotten = async (what: string): Promise<number> => {
  const { body } = await application.call('GET', '/metrics');
  const line = new RegExp(`^uplift_retention_rows_total{what="${what}"} (\\d+)$`, 'm').exec(body as string);
  return Number(line?.[1] ?? 0);
};

describe('webhook events', () => {
  beforeEach(() => rows('TRUNCATE webhook_events'));

  /** Settled or not, so many days ago. */
  const add = (id: string, status: string, days: number) =>
    rows(`
      INSERT INTO webhook_events (provider, provider_event_id, event_type, payload, livemode, status, outcome, attempts,
                                  completed_at, created_at, claim_token, lease_until)
      VALUES ('stripe', '${id}', 'product.created', '{}', false, '${status}', null, 1,
              CASE WHEN '${status}' = 'completed' THEN now() - interval '${days} days' END, now() - interval '${days} days',
              CASE WHEN '${status}' = 'processing' THEN gen_random_uuid() END,
              CASE WHEN '${status}' = 'processing' THEN now() + interval '1 minute' END)`);
  const left = async () =>
    (await rows<{ id: string }>('SELECT provider_event_id AS id FROM webhook_events ORDER BY id')).map(({ id }) => id);

  it('go when they are settled and old; what failed or is not done stays', async () => {
    await add('failed', 'failed', 400);
    for (const number of [1, 2, 3, 4, 5, 6, 7]) await add(`old-${number}`, 'completed', 41);
    await add('pending', 'pending', 41);
    await add('processing', 'processing', 41);
    for (const number of [1, 2, 3, 4]) await add(`young-${number}`, 'completed', 39);
    const before = await forgotten('webhook.settled_events');
    await forget();
    expect(await left()).toEqual(['failed', 'pending', 'processing', 'young-1', 'young-2', 'young-3', 'young-4']);
    expect((await forgotten('webhook.settled_events')) - before).toBe(7);
    await forget();
    expect((await forgotten('webhook.settled_events')) - before).toBe(7);
  });

  it('that were settled a short while ago stay, however old they are', async () => {
    await add('replayed', 'completed', 100);
    await rows('UPDATE webhook_events SET completed_at = now()');
    await forget();
    expect(await left()).toEqual(['replayed']);
  });

  it('that are delivered again within the kept days are no new events', async () => {
    const event = unsupportedEvent();
    await deliver(application, event);
    await rows(`UPDATE webhook_events SET status = 'completed', created_at = now() - interval '34 days',
                  completed_at = now() - interval '34 days'`);
    await forget();
    expect((await deliver(application, event)).status).toBe(200);
    expect(await rows('SELECT status FROM webhook_events')).toEqual([{ status: 'completed' }]);
  });

  it('that somebody works on are not waited for', async () => {
    await add('held', 'completed', 50);
    await add('free', 'completed', 50);
    const holding = application.database.query(
      `SELECT pg_sleep(3) FROM (SELECT id FROM webhook_events WHERE provider_event_id = 'held' FOR UPDATE) AS held`,
    );
    await rows('SELECT pg_sleep(0.2)');
    await forget();
    expect(await left()).toEqual(['held']);
    await holding;
    await forget();
    expect(await left()).toEqual([]);
  });
});

describe('other rows', () => {
  it('of the merchant’s messages go when they were delivered; those that failed stay', async () => {
    await rows(`INSERT INTO merchant_webhook_endpoints (url, secret) VALUES ('https://shop.test/hook', 'whsec_x')`);
    await rows(`
      INSERT INTO merchant_webhook_deliveries
        (endpoint_id, message_id, event_type, payload, status, delivered_at, next_attempt_at, created_at)
      SELECT (SELECT id FROM merchant_webhook_endpoints LIMIT 1), status || days, 'sale.approved', '{}', status,
             CASE WHEN status = 'delivered' THEN now() - make_interval(days => days) END,
             CASE WHEN status = 'pending' THEN now() END, now() - make_interval(days => days)
        FROM (VALUES ('delivered', 41), ('delivered', 39), ('failed', 41), ('pending', 41)) AS row(status, days)`);
    await forget();
    expect(await rows('SELECT message_id AS id FROM merchant_webhook_deliveries ORDER BY 1')).toEqual([
      { id: 'delivered39' },
      { id: 'failed41' },
      { id: 'pending41' },
    ]);
  });

  it('of requests with a key go after a day, whatever is kept else', async () => {
    await rows(`
      INSERT INTO idempotent_requests (scope, key, request_hash, claim_token, locked_until, response_status, created_at)
      SELECT 'retention', key, 'hash', gen_random_uuid(), now() + make_interval(mins => minutes), status,
             now() - make_interval(hours => hours)
        FROM (VALUES ('answered', 0, 200, 25), ('young', 0, 200, 23), ('left', -1, NULL, 25), ('running', 1, NULL, 25))
          AS row(key, minutes, status, hours)`);
    await forget();
    expect(await rows(`SELECT key FROM idempotent_requests WHERE scope = 'retention' ORDER BY 1`)).toEqual([
      { key: 'running' },
      { key: 'young' },
    ]);
  });

  it('of quotes go when nobody used them, and not when money hangs on them', async () => {
    await rows(`
      WITH package AS (INSERT INTO packages (code, name) VALUES ('p', 'P') RETURNING id),
      plan AS (INSERT INTO package_plans (package_id, code, name) SELECT id, 'p', 'P' FROM package RETURNING id, package_id),
      owner AS (INSERT INTO users (external_id, name, email) VALUES ('u', 'U', 'u@shop.test') RETURNING id),
      crowd AS (INSERT INTO groups (external_id, name) VALUES ('g', 'G') RETURNING id),
      stream AS (INSERT INTO subscription_streams
                   (payment_provider, payment_provider_subscription_id, payment_provider_customer_id)
                 VALUES ('stripe', 'sub_1', 'cus_1') RETURNING id),
      subscription AS (
        INSERT INTO subscriptions (stream_id, package_id, package_plan_id, group_id, user_id, payment_provider,
          payment_provider_subscription_id, payment_provider_price_id, status, provider_status, deadline_at)
        SELECT stream.id, plan.package_id, plan.id, crowd.id, owner.id, 'stripe', 'sub_1', 'price_1', 'active', 'active', now()
          FROM stream, plan, owner, crowd RETURNING id, user_id, package_plan_id)
      INSERT INTO plan_quotes (subscription_id, user_id, target_plan_id, target_price_id, from_price_id, proration_at, amount_due,
                               currency, mode, credit, status, expires_at, updated_at)
      SELECT id, user_id, package_plan_id, 'price_2', 'price_1', now(), 0, 'USD', 'prorated_immediately', 0, status, now(),
             now() - make_interval(days => days)
        FROM subscription, (VALUES ('expired', 41), ('superseded', 41), ('expired', 39), ('applied', 41), ('failed', 41),
                                   ('executing', 41), ('open', 41)) AS row(status, days)`);
    await forget(1);
    expect(await rows('SELECT status FROM plan_quotes ORDER BY 1')).toEqual(
      ['applied', 'executing', 'expired', 'failed', 'open'].map((status) => ({ status })),
    );
  });

  it('of attempts stay, without the tax id once they are over', async () => {
    await rows(`
      WITH payer AS (INSERT INTO users (external_id, name, email) VALUES ('v', 'V', 'v@shop.test') RETURNING id)
      INSERT INTO charge_attempts (intent_key, purpose, subject_id, status, payment_provider, user_id, amount, currency, command,
                                   updated_at)
      SELECT status || days, 'upsell', 1, status, 'stripe', payer.id, 100, 'BRL',
             '{"kind": "pix", "taxId": "12345678909", "amount": 100}', now() - make_interval(days => days)
        FROM payer, (VALUES ('succeeded', 41), ('succeeded', 39), ('unknown', 41)) AS row(status, days)`);
    await forget(1);
    expect(
      await rows(`SELECT intent_key AS key, command ->> 'taxId' AS id, command ->> 'amount' AS amount FROM charge_attempts
                  ORDER BY 1`),
    ).toEqual([
      { key: 'succeeded39', id: '12345678909', amount: '100' },
      { key: 'succeeded41', id: null, amount: '100' },
      { key: 'unknown41', id: '12345678909', amount: '100' },
    ]);
  });

  it('of jobs go when they have failed for good', async () => {
    for (const [task, attempts, days] of [
      ['exhausted', 25, 41],
      ['young', 25, 39],
      ['tried', 3, 41],
    ]) {
      await rows(`SELECT graphile_worker.add_job('${task}')`);
      await rows(`
        UPDATE graphile_worker._private_jobs SET attempts = ${attempts}, updated_at = now() - interval '${days} days'
         WHERE id = (SELECT max(id) FROM graphile_worker._private_jobs)`);
    }
    await forget();
    const left = await rows(`SELECT task_identifier AS task FROM graphile_worker.jobs ORDER BY 1`);
    expect(left).toEqual([{ task: 'tried' }, { task: 'young' }]);
  });
});
