import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebhookInbox } from '../../../src/webhook/index.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { allEvents, deliver, newEventId, signatureOf, unsupportedEvent } from './support.js';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'webhook_insert', environment: { PROCESS_ROLE: 'api' } });
});
afterAll(() => application?.close());
beforeEach(() => application.database.query('TRUNCATE webhook_events'));

/** Hands over all events in one turn of the event loop: they meet in one commit. */
function receiveTogether(events: readonly Record<string, unknown>[]): Promise<PromiseSettledResult<void>[]> {
  const inbox = application.app.get(WebhookInbox);
  return Promise.allSettled(
    events.map((event) => {
      const body = Buffer.from(JSON.stringify(event));
      return inbox.receive('stripe', body, { 'stripe-signature': signatureOf(application, body) });
    }),
  );
}

const transactionsOfInserts = () =>
  application.database.query<{ events: number }>(
    'SELECT count(*)::int AS events FROM webhook_events GROUP BY xmin ORDER BY events',
  );

/** The database refuses one event's row, whatever it comes with. */
async function refuseRow(eventId: string): Promise<void> {
  await application.database.query(`
    CREATE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'refused' USING ERRCODE = '22021';
    END $$`);
  await application.database.query(`
    CREATE TRIGGER refuse_row BEFORE INSERT ON webhook_events FOR EACH ROW
      WHEN (NEW.provider_event_id = '${eventId}') EXECUTE FUNCTION refuse_row()`);
}

const acceptRows = () => application.database.query('DROP FUNCTION refuse_row CASCADE');

describe('the inbox insert', () => {
  it('commits what comes together in one transaction, payloads and all', async () => {
    const events = Array.from({ length: 40 }, (_, index) =>
      unsupportedEvent({ filler: 'ü'.repeat((index * 37) % 400), empty: index % 3 === 0 ? '' : undefined }),
    );
    const results = await receiveTogether(events);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['fulfilled']));
    expect((await transactionsOfInserts()).map((row) => row.events)).toEqual([40]);
    const stored = new Map(
      (await allEvents(application)).map((row) => [row.provider_event_id, row.payload.toString()]),
    );
    for (const event of events) expect(stored.get(event.id as string)).toBe(JSON.stringify(event));
  });

  it('stores an event once when it comes several times in one transaction, beside one that was there', async () => {
    const [known, twice] = [unsupportedEvent(), unsupportedEvent()];
    await deliver(application, known);
    const results = await receiveTogether([unsupportedEvent(), twice, known, twice]);
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
    expect(await allEvents(application)).toHaveLength(3);
  });

  it('fails exactly the request whose row the database refuses', async () => {
    const bad = newEventId();
    const events = Array.from({ length: 12 }, (_, index) => unsupportedEvent(index === 7 ? { id: bad } : {}));
    await refuseRow(bad);
    const results = await receiveTogether(events);
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([7]);
    expect((results[7] as PromiseRejectedResult).reason).toMatchObject({ code: 'service_unavailable' });
    const stored = (await allEvents(application)).map((row) => row.provider_event_id);
    expect(new Set(stored)).toEqual(new Set(events.map((event) => event.id).filter((id) => id !== bad)));

    const answer = await deliver(application, unsupportedEvent({ id: bad }));
    expect([answer.status, answer.body.code]).toEqual([503, 'service_unavailable']);
    expect(JSON.stringify(answer.body)).not.toMatch(/refused|22021|INSERT/);
    await acceptRows();
    expect((await deliver(application, unsupportedEvent({ id: bad }))).status).toBe(200);
  });
});
