import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { Jobs } from '../../../src/common/jobs/index.js';
import { WAKE_WAITING_TASK } from '../../../src/identity/index.js';
import { WakeWaitingJob } from '../../../src/webhook/jobs/wake-waiting.job.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { deliver, eventOf, unsupportedEvent } from './support.js';

const KEY = 'customer:stripe:cus_1';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'webhook_waiting', environment: { PROCESS_ROLE: 'all' } });
});
afterAll(() => application?.close());
beforeEach(async () => {
  await application.database.query('TRUNCATE webhook_events');
  await application.database.query('DELETE FROM graphile_worker._private_jobs');
});

/** An event that was settled as waiting for `key`; applying it again would find nothing to do. */
async function createWaiting(key: string, state: 'foreign' | 'failed'): Promise<string> {
  const event = unsupportedEvent();
  await deliver(application, event);
  await eventually(async () => (await eventOf(application, event.id as string)).status === 'completed');
  await application.database.query(
    state === 'foreign'
      ? `UPDATE webhook_events SET outcome = 'foreign', waiting_for = $2 WHERE provider_event_id = $1`
      : `UPDATE webhook_events SET status = 'failed', completed_at = NULL, outcome = NULL, error = 'no plan', waiting_for = $2
          WHERE provider_event_id = $1`,
    [event.id, key],
  );
  return event.id as string;
}

const wake = (key: string) =>
  application.app.get(UnitOfWork).run((tx) => application.app.get(Jobs).add(tx, WAKE_WAITING_TASK, { key }));

const settledAgain = (eventId: string) =>
  eventually(async () => {
    const row = await eventOf(application, eventId);
    return row.status === 'completed' && row.outcome === 'unsupported' && row;
  });

const secondLooks = () =>
  application.database.query<{ seconds: number; payload: unknown }>(
    `SELECT extract(epoch FROM job.run_at - now())::float AS seconds, job.payload
       FROM graphile_worker._private_jobs AS job JOIN graphile_worker._private_tasks AS task ON task.id = job.task_id
      WHERE task.identifier = '${WAKE_WAITING_TASK}' AND job.run_at > now()`,
  );

describe('waking what waits', () => {
  it('takes up foreign and failed events with that key, and no others', async () => {
    const foreign = await createWaiting(KEY, 'foreign');
    const failed = await createWaiting(KEY, 'failed');
    const other = await createWaiting('customer:stripe:cus_2', 'foreign');
    await wake(KEY);
    for (const id of [foreign, failed]) {
      expect(await settledAgain(id)).toMatchObject({ waiting_for: null, error: null, attempts: 1 });
    }
    expect(await eventOf(application, other)).toMatchObject({
      outcome: 'foreign',
      waiting_for: 'customer:stripe:cus_2',
    });
  });

  it('looks a second time, when nobody can settle under an old lease any more', async () => {
    await wake(KEY);
    const look = await eventually(async () => (await secondLooks())[0]);
    expect(look.payload).toEqual({ key: KEY, again: true });
    expect(look.seconds).toBeGreaterThan(60);

    const late = await createWaiting(KEY, 'foreign'); // settled after the first look
    await application.database.query(`UPDATE graphile_worker._private_jobs SET run_at = now()`);
    await settledAgain(late);
    await eventually(
      async () => (await application.database.query('SELECT FROM graphile_worker._private_jobs')).length === 0,
    );
  });

  it('finds nothing to do the second time', async () => {
    const job = application.app.get(WakeWaitingJob);
    await createWaiting(KEY, 'failed');
    await job.run({ key: KEY });
    await job.run({ key: KEY, again: true });
    expect(await secondLooks()).toHaveLength(1);
  });

  it('leaves alone what is waited for without being waited: no backoff retries are scheduled', async () => {
    const failed = await createWaiting(KEY, 'failed');
    application.clock.advance({ days: 30 });
    expect(await eventOf(application, failed)).toMatchObject({ status: 'failed', next_attempt_at: null });
  });
});
