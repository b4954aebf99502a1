import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { deliver, eventOf, unsupportedEvent } from './support.js';

let application: StartedApplication;
let administrator: pg.Client;

beforeAll(async () => {
  application = await startApplication({ name: 'webhook_outage', environment: { PROCESS_ROLE: 'all' } });
  administrator = new pg.Client({ connectionString: new URL('/postgres', application.database.url).href });
  await administrator.connect();
});
afterAll(async () => {
  await administrator?.end();
  await application?.close();
});

const databaseName = () => new URL(application.database.url).pathname.slice(1);

/** Cuts every connection of the database and lets nobody in. */
async function takeDatabaseAway(): Promise<void> {
  await administrator.query(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS false`);
  await administrator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
    databaseName(),
  ]);
}

const giveDatabaseBack = () => administrator.query(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS true`);

const isCompleted = (eventId: unknown) => async () =>
  (await eventOf(application, eventId as string)).status === 'completed';

/** Milliseconds from delivery to settlement. */
const took = async () => {
  const event = unsupportedEvent();
  const start = performance.now();
  await deliver(application, event);
  await eventually(isCompleted(event.id));
  return performance.now() - start;
};

describe('while the database is away', () => {
  it('a signed event is answered with 503, and stored and settled when it comes again afterwards', async () => {
    const before = unsupportedEvent();
    expect((await deliver(application, before)).status).toBe(200);
    await eventually(isCompleted(before.id));

    const event = unsupportedEvent();
    await takeDatabaseAway();
    const refused = await deliver(application, event);
    expect([refused.status, refused.body.code]).toEqual([503, 'service_unavailable']);
    const metrics = await application.call('GET', '/metrics');
    expect(metrics.body).toMatch(/uplift_webhook_queue_age_seconds Nan/i);

    await giveDatabaseBack();
    await eventually(async () => (await deliver(application, event)).status === 200);
    await eventually(isCompleted(event.id), { within: 20_000 });
  });

  it('the workers hear of new events again at once', async () => {
    await eventually(
      async () => {
        const [row] = await administrator
          .query(
            `SELECT FROM pg_stat_activity WHERE datname = $1 AND application_name = 'uplift-webhook-listener' AND query ~ 'LISTEN'`,
            [databaseName()],
          )
          .then(({ rows }) => rows);
        return row;
      },
      { within: 20_000 },
    );
    const times = [await took(), await took(), await took()];
    expect(Math.min(...times)).toBeLessThan(1_000); // a poll would take up to two seconds, three polls surely longer
  });
});
