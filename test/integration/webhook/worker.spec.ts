import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { computeRetryDelay, MAXIMUM_ATTEMPTS } from '../../../src/webhook/domain/retry.js';
import { EventSettler } from '../../../src/webhook/jobs/event-settler.js';
import { ClaimRepository, type ClaimedEvent } from '../../../src/webhook/persistence/claim.repository.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { allEvents, cure, deliver, drain, eventOf, newEventId, poison, unsupportedEvent } from './support.js';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'webhook_worker', environment: { PROCESS_ROLE: 'api' } });
});
afterAll(() => application?.close());
beforeEach(() => application.database.query('TRUNCATE webhook_events'));

async function deliverMany(count: number): Promise<string[]> {
  const events = Array.from({ length: count }, () => unsupportedEvent());
  await Promise.all(events.map((event) => deliver(application, event)));
  return events.map((event) => event.id as string);
}

/** Claims as a worker does, for tests that play a second worker. */
function claimPending(token: string, leaseSeconds = 60): Promise<ClaimedEvent[]> {
  const claims = application.app.get(ClaimRepository);
  const most = { events: 100, bytes: 1_000_000 };
  return application.app.get(UnitOfWork).run((tx) => claims.claimPending(tx, { token, leaseSeconds }, most));
}

const expireLeases = () =>
  application.database.query(
    `UPDATE webhook_events SET lease_until = now() - interval '1 second' WHERE status = 'processing'`,
  );

describe('a batch', () => {
  it('is settled as a whole', async () => {
    await deliverMany(30);
    await drain(application);
    const rows = await allEvents(application);
    expect(rows).toHaveLength(30);
    for (const row of rows) {
      expect(row).toMatchObject({ status: 'completed', outcome: 'unsupported', attempts: 1, claim_token: null });
      expect(row.completed_at).toEqual(expect.any(Date));
    }
  });

  it('is bounded in bytes, and its first event is taken whatever its size', async () => {
    for (let number = 0; number < 3; number++)
      await deliver(application, unsupportedEvent({ filler: 'x'.repeat(600_000) }));
    expect(await claimPending(randomUUID())).toHaveLength(2); // the second begins below a million
    expect(await claimPending(randomUUID())).toHaveLength(1);
  });

  it('with a poisonous event settles all the others at once, and that one as failed', async () => {
    const ids = await deliverMany(25);
    const poisoned = [ids[3] as string, ids[17] as string];
    for (const id of poisoned) await poison(application, id);
    await drain(application);
    const error =
      'The database refused the change (SQLSTATE 23514, poison_check). The log line of this event has the details.';
    expect((await allEvents(application)).map((row) => [row.provider_event_id, row.status, row.error])).toEqual(
      expect.arrayContaining(
        ids.map((id) => (poisoned.includes(id) ? [id, 'failed', error] : [id, 'completed', null])),
      ),
    );
    for (const id of poisoned) await cure(application, id);
  });
});

describe('a failed event', () => {
  it('is tried again when it is due by the product clock, and then completes', async () => {
    const [id] = (await deliverMany(1)) as [string];
    await poison(application, id);
    await drain(application);
    const failed = await eventOf(application, id);
    const delay = ((failed.next_attempt_at?.getTime() ?? 0) - application.clock.now().getTime()) / 1_000;
    expect(delay).toBeGreaterThanOrEqual(computeRetryDelay(1, 0) as number);
    expect(delay).toBeLessThanOrEqual(computeRetryDelay(1, 1) as number);

    await cure(application, id);
    application.clock.advance({ seconds: delay - 1 });
    await drain(application);
    expect(await eventOf(application, id)).toMatchObject({ status: 'failed', attempts: 1 });

    application.clock.advance({ seconds: 2 });
    await drain(application);
    expect(await eventOf(application, id)).toMatchObject({ status: 'completed', attempts: 2, error: null });
  });

  it('stays failed, visible and untouched after the last try', async () => {
    const [id] = (await deliverMany(1)) as [string];
    await poison(application, id);
    const waits: number[] = [];
    for (;;) {
      await drain(application);
      const row = await eventOf(application, id);
      expect(row.status).toBe('failed');
      if (!row.next_attempt_at) break;
      waits.push(row.next_attempt_at.getTime() - application.clock.now().getTime());
      application.clock.set(row.next_attempt_at);
    }
    const days = waits.reduce((sum, wait) => sum + wait, 0) / 86_400_000;
    expect(waits).toHaveLength(MAXIMUM_ATTEMPTS - 1);
    expect(days).toBeGreaterThan(2.5);
    expect(days).toBeLessThan(4.5);

    await cure(application, id);
    application.clock.advance({ days: 365 });
    await drain(application);
    expect(await eventOf(application, id)).toMatchObject({ status: 'failed', attempts: MAXIMUM_ATTEMPTS });
  });
});

describe('a claim', () => {
  it('of a worker that died comes back when its lease ends', async () => {
    const ids = await deliverMany(3);
    await claimPending(randomUUID());
    await drain(application);
    expect((await allEvents(application)).map((row) => row.status)).toEqual(Array(3).fill('processing'));
    await expireLeases();
    await drain(application);
    for (const id of ids) expect(await eventOf(application, id)).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('is settled only by the worker that holds it now', async () => {
    const [id] = (await deliverMany(1)) as [string];
    const settler = application.app.get(EventSettler);
    const late = randomUUID();
    const lateEvents = await claimPending(late);
    await application.database.query(
      `UPDATE webhook_events SET status = 'pending', claim_token = NULL, lease_until = NULL`,
    );
    const current = randomUUID();
    const currentEvents = await claimPending(current);

    await settler.settle(late, lateEvents);
    expect(await eventOf(application, id)).toMatchObject({ status: 'processing', claim_token: current, attempts: 2 });
    await settler.settle(current, currentEvents);
    expect(await eventOf(application, id)).toMatchObject({ status: 'completed', claim_token: null });
  });

  it('is not settled after its lease, even if nobody has taken the event since', async () => {
    const [id] = (await deliverMany(1)) as [string];
    const token = randomUUID();
    const events = await claimPending(token);
    await expireLeases();
    await application.app.get(EventSettler).settle(token, events);
    expect(await eventOf(application, id)).toMatchObject({ status: 'processing', claim_token: token });
  });

  it('passes over what another claim takes at the same moment', async () => {
    await deliverMany(30);
    const claims = application.app.get(ClaimRepository);
    const terms = { token: randomUUID(), leaseSeconds: 60 };
    const [first, second] = await application.app.get(UnitOfWork).run(async (tx) => {
      const taken = await claims.claimPending(tx, terms, { events: 10, bytes: 1_000_000 });
      return [taken, await claimPending(randomUUID())]; // before the first is committed
    });
    const ids = [...first, ...second].map((event) => event.id);
    expect([first.length, second.length]).toEqual([10, 20]);
    expect(new Set(ids).size).toBe(30);
  });

  it('of an event that ends its worker every time is given up', async () => {
    const id = newEventId();
    await deliver(application, unsupportedEvent({ id }));
    await claimPending(randomUUID());
    await application.database.query('UPDATE webhook_events SET attempts = $1', [MAXIMUM_ATTEMPTS]);
    await expireLeases();
    await drain(application);
    expect(await eventOf(application, id)).toMatchObject({
      status: 'failed',
      error: 'Given up: the worker stopped 10 times while it handled this event.',
      next_attempt_at: null,
    });
  });
});
