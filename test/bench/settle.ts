import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { InboxWorker } from '../../src/webhook/index.js';
import type { BenchDatabase } from './database.js';
import { addCustomers, addPlan } from './customers.js';
import { addEvents, createWorker } from './inbox.js';
import { medianOf } from './load.js';
import type { Comparison } from './report.js';

const SLICES = 5;
const SUBSCRIPTIONS = 500;

/**
 * Events turned into state per second: the worker as it is set up, against the same worker and SQL with one transaction
 * per event. The events are in the inbox beforehand; one claim at a time in both, so that the batch alone makes the
 * difference.
 */
export async function measureSettling(database: BenchDatabase): Promise<Comparison> {
  await addPlan(database);
  await addCustomers(database, 1, SUBSCRIPTIONS);
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

/** @returns how many events wait */
async function fillInbox(database: BenchDatabase): Promise<number> {
  await database.query(
    `TRUNCATE webhook_events, plan_change_requests, subscription_histories, subscriptions, subscription_facts, subscription_streams
     CASCADE`,
  );
  const events = await addEvents(database, 1, SUBSCRIPTIONS);
  await database.query('VACUUM ANALYZE');
  return events;
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
