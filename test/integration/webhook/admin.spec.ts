import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { allEvents, cure, deliver, drain, eventOf, poison, unsupportedEvent } from './support.js';

const PATH = '/api/v1/admin/webhook-events';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'webhook_admin', environment: { PROCESS_ROLE: 'api' } });
});
afterAll(() => application?.close());
beforeEach(() => application.database.query('TRUNCATE webhook_events'));

const asAdmin = (method: string, path: string, body?: unknown) =>
  application.call(method, `${PATH}${path}`, { body, apiKey: application.config.auth.adminApiKey });

/** Event ids of the list that a query gives. */
const found = async (query: string) =>
  (await asAdmin('GET', `?${query}`)).body.items.map((item: { provider_event_id: string }) => item.provider_event_id);

async function deliverFailing(): Promise<{ id: string; eventId: string }> {
  const event = unsupportedEvent();
  await deliver(application, event);
  await poison(application, event.id as string);
  await drain(application);
  return { id: (await eventOf(application, event.id as string)).id, eventId: event.id as string };
}

describe('the admin routes', () => {
  it.each([
    ['GET', ''],
    ['GET', '/1'],
    ['POST', '/1/replay'],
    ['POST', '/replay'],
  ])('%s %s needs an admin key', async (method, path) => {
    expect((await application.call(method, `${PATH}${path}`)).status).toBe(401);
  });

  it('list events newest first, page by page, each once', async () => {
    for (let number = 0; number < 7; number++) await deliver(application, unsupportedEvent());
    const ids: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const { status, body } = await asAdmin('GET', `?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      expect(status).toBe(200);
      ids.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.next_cursor;
      pages += 1;
    } while (cursor);
    expect(pages).toBe(3);
    expect(ids).toEqual((await allEvents(application)).map((row) => row.id).toReversed());
  });

  it('filter by status, type, outcome and event id', async () => {
    const [plain, otherMode] = [unsupportedEvent(), unsupportedEvent({ livemode: true, type: 'invoice.paid' })];
    await deliver(application, plain);
    await deliver(application, otherMode);
    await drain(application);
    const pending = unsupportedEvent();
    await deliver(application, pending);
    expect(await found('status=completed')).toEqual([otherMode.id, plain.id]);
    expect(await found('status=pending')).toEqual([pending.id]);
    expect(await found('event_type=invoice.paid')).toEqual([otherMode.id]);
    expect(await found('outcome=livemode_mismatch')).toEqual([otherMode.id]);
    expect(await found('outcome=unsupported&event_type=invoice.paid')).toEqual([]);
    expect(await found(`provider_event_id=${plain.id}`)).toEqual([plain.id]);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=-1', 'cursor=1;', 'status=lost', 'payload=x'])(
    'refuse ?%s',
    async (query) => {
      const { status, body } = await asAdmin('GET', `?${query}`);
      expect([status, body.code]).toEqual([422, 'validation_failed']);
    },
  );

  it('show one event with its payload and its error', async () => {
    const { id, eventId } = await deliverFailing();
    const { status, body } = await asAdmin('GET', `/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      provider_event_id: eventId,
      status: 'failed',
      attempts: 1,
      payload_encoding: 'utf8',
    });
    expect(body.error).toMatch(/poison_check/);
    expect(body.error).not.toMatch(/secret detail/);
    expect(JSON.parse(body.payload).id).toBe(eventId);
    await cure(application, eventId);
  });

  it('answer 404 for an event that is not there, and 422 for what is no id', async () => {
    expect((await asAdmin('GET', '/999999')).status).toBe(404);
    expect((await asAdmin('POST', '/999999/replay')).status).toBe(404);
    expect((await asAdmin('GET', '/1e3')).status).toBe(422);
  });

  it('replay one event, once', async () => {
    const { id, eventId } = await deliverFailing();
    await cure(application, eventId);
    expect((await asAdmin('POST', `/${id}/replay`)).body).toEqual({ replayed: 1 });
    expect((await asAdmin('POST', `/${id}/replay`)).body).toEqual({ replayed: 0 });
    expect(await eventOf(application, eventId)).toMatchObject({ status: 'pending', error: null, attempts: 0 });
    await drain(application);
    expect(await eventOf(application, eventId)).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('replay all failed events, or those of one type', async () => {
    const failing = [await deliverFailing(), await deliverFailing()];
    const completed = unsupportedEvent();
    await deliver(application, completed);
    await drain(application);
    for (const { eventId } of failing) await cure(application, eventId);
    expect((await asAdmin('POST', '/replay', { event_type: 'invoice.paid' })).body).toEqual({ replayed: 0 });
    expect((await asAdmin('POST', '/replay', {})).body).toEqual({ replayed: 2 });
    expect((await asAdmin('POST', '/replay', {})).body).toEqual({ replayed: 0 });
    await drain(application);
    expect((await allEvents(application)).map((row) => row.status)).toEqual(['completed', 'completed', 'completed']);
  });

  it('take a replay without a body as all failed events', async () => {
    const { eventId } = await deliverFailing();
    await cure(application, eventId);
    expect((await asAdmin('POST', '/replay')).body).toEqual({ replayed: 1 });
  });
});

describe('the metrics', () => {
  it('count settled events by type and outcome, unknown types as other', async () => {
    await deliver(application, unsupportedEvent({ type: 'made.up.1' }));
    await deliver(application, unsupportedEvent({ type: 'made.up.2', livemode: true }));
    await drain(application);
    const { body } = await application.call('GET', '/metrics');
    expect(body).toMatch(/uplift_webhook_events_total\{type="other",outcome="unsupported"\} \d+/);
    expect(body).toMatch(/uplift_webhook_events_total\{type="other",outcome="livemode_mismatch"\} \d+/);
    expect(body).not.toMatch(/made\.up/);
  });

  it('show how many events wait and since when', async () => {
    await deliver(application, unsupportedEvent());
    await deliver(application, unsupportedEvent());
    application.clock.advance({ minutes: 5 });
    const { body } = await application.call('GET', '/metrics');
    expect(body).toMatch(/uplift_webhook_events_pending 2\n/);
    expect(body).toMatch(/uplift_webhook_queue_age_seconds 300\n/);
    await drain(application);
    const after = await application.call('GET', '/metrics');
    expect(after.body).toMatch(/uplift_webhook_queue_age_seconds 0\n/);
  });
});
