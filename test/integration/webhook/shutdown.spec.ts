import { afterEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { deliver, eventOf, unsupportedEvent } from './support.js';

let database: TestDatabase | undefined;
let blocker: pg.Client | undefined;

afterEach(async () => {
  await blocker?.end();
  await database?.drop();
});

/** An application with an event that its worker has claimed and cannot settle until the blocker's transaction ends. */
async function startBlocked(): Promise<{ application: StartedApplication; eventId: string }> {
  database = await createTestDatabase('webhook_shutdown');
  await database.query(`
    CREATE FUNCTION wait_for_blocker() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(78);
      RETURN NULL;
    END $$`);
  // Before the statement touches any row, as waiting for a subscription's row lock is.
  await database.query(`
    CREATE TRIGGER wait_for_blocker BEFORE UPDATE OF outcome ON webhook_events
      FOR EACH STATEMENT EXECUTE FUNCTION wait_for_blocker()`);
  blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
  await blocker.query('SELECT pg_advisory_lock(78)');
  const application = await startApplication({
    name: 'webhook_shutdown',
    database,
    environment: { PROCESS_ROLE: 'all' },
  });
  const event = unsupportedEvent();
  await deliver(application, event);
  await eventually(async () => {
    const waiting = await application.database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
  return { application, eventId: event.id as string };
}

describe('a worker that is told to stop', () => {
  it('finishes the event in hand', async () => {
    const { application, eventId } = await startBlocked();
    expect((await eventOf(application, eventId)).status).toBe('processing');
    const closed = application.close();
    await blocker?.query('SELECT pg_advisory_unlock(78)');
    await closed;
    expect(await eventOf(application, eventId)).toMatchObject({ status: 'completed', attempts: 1, claim_token: null });
  });

  it('gives back what it cannot finish in time, and another takes it at once', async () => {
    const { application, eventId } = await startBlocked();
    const closed = application.close();
    const released = await eventually(async () => {
      const row = await eventOf(application, eventId);
      return row.status === 'pending' && row;
    });
    expect(released).toMatchObject({ attempts: 0, claim_token: null });
    await blocker?.query('SELECT pg_advisory_unlock(78)');
    await closed;
    expect((await eventOf(application, eventId)).status).toBe('pending'); // the late worker settled nothing

    const next = await startApplication({
      name: 'webhook_shutdown',
      database,
      environment: { PROCESS_ROLE: 'worker' },
    });
    await eventually(async () => (await eventOf(next, eventId)).status === 'completed');
    await next.close();
  });
});
