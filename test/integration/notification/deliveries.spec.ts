import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from './receiver.js';
import {
  addEndpoint,
  admin,
  deliveriesOf,
  DELIVERIES,
  deliveryOf,
  ENDPOINTS,
  eventuallyDelivery,
  hasten,
  publish,
  type Endpoint,
} from './support.js';

let application: StartedApplication;
let receiver: Receiver;
let endpoint: Endpoint;

beforeAll(async () => {
  application = await startApplication({ name: 'webhook_deliveries' });
  receiver = await startReceiver();
});

afterAll(async () => {
  await application.close();
  await receiver.close();
});

beforeEach(async () => {
  // In the order in which a worker that is still sending locks them.
  await application.database.query('TRUNCATE merchant_webhook_endpoints, merchant_webhook_deliveries');
  receiver.received.length = 0;
  receiver.answer(() => ({ status: 204 }));
  endpoint = await addEndpoint(application, receiver.url);
});

const replay = (id: string) => admin(application, 'POST', `${DELIVERIES}/${id}/replay`);

/** A message that was given up. */
async function publishFailed(type: 'sale.closed' | 'upsell.paid' = 'upsell.paid'): Promise<string> {
  receiver.answer(() => ({ status: 500 }));
  const id = await publish(application, { type });
  await eventuallyDelivery(application, id, { attempts: 1, response_status: 500 });
  await application.database.query('UPDATE merchant_webhook_deliveries SET attempts = 9 WHERE message_id = $1', [id]);
  await hasten(application);
  await eventuallyDelivery(application, id, { status: 'failed', attempts: 10 });
  receiver.answer(() => ({ status: 204 }));
  receiver.received.length = 0;
  return id;
}

describe('the list of messages', () => {
  it('is read page by page, newest first', async () => {
    const ids = [];
    for (let count = 0; count < 5; count++) ids.push(await publish(application));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `${DELIVERIES}?limit=2${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await admin(application, 'GET', path);
      seen.push(...body.items.map((item: { message_id: string }) => item.message_id));
      cursor = body.next_cursor;
    } while (cursor);
    expect(seen).toEqual(ids.toReversed());
  });

  it('is filtered by status, endpoint and type', async () => {
    const other = await addEndpoint(application, receiver.url, { event_types: ['sale.closed'] });
    const failed = await publishFailed();
    const closed = await publish(application, { type: 'sale.closed' });
    await eventually(async () => (await deliveriesOf(application, '&status=delivered')).length === 2);
    const found = async (query: string) =>
      (await deliveriesOf(application, query)).map(({ endpoint_id: at, message_id: id }) => [at, id]);
    expect(await found('&status=failed')).toEqual([[endpoint.id, failed]]);
    expect(await found(`&endpoint_id=${other.id}`)).toEqual([[other.id, closed]]);
    expect(await found(`&event_type=sale.closed&endpoint_id=${endpoint.id}`)).toEqual([[endpoint.id, closed]]);
    expect(await found(`&endpoint_id=${randomUUID()}`)).toEqual([]);
  });

  it.each(['status=lost', 'endpoint_id=1', 'event_type=sale.exploded', 'limit=0', 'limit=101', 'cursor=5', 'all=true'])(
    'refuses %s',
    async (query) => {
      expect((await admin(application, 'GET', `${DELIVERIES}?${query}`)).status).toBe(422);
    },
  );

  it('shows the body of one', async () => {
    const id = await publish(application, { type: 'upsell.paid', data: { amount: 1 } });
    const delivery = await eventuallyDelivery(application, id, { status: 'delivered' });
    const { body } = await admin(application, 'GET', `${DELIVERIES}/${delivery.id}`);
    expect(body).toEqual({ ...delivery, payload: receiver.received[0]?.body });
    expect((await admin(application, 'GET', `${DELIVERIES}/${randomUUID()}`)).status).toBe(404);
  });
});

describe('a replay', () => {
  it('sends a failed message again, counts on, and begins a new schedule', async () => {
    const id = await publishFailed();
    receiver.answer(() => ({ status: 502 }));
    const { id: uuid } = await deliveryOf(application, id);
    const answer = await replay(uuid);
    expect([answer.status, answer.body]).toEqual([200, { replayed: 1 }]);
    const again = await eventuallyDelivery(application, id, { status: 'pending', attempts: 11, response_status: 502 });
    expect(Date.parse(again.next_attempt_at ?? '') - Date.now()).toBeLessThan(6_000);
    receiver.answer(() => ({ status: 204 }));
    await hasten(application);
    await eventuallyDelivery(application, id, { status: 'delivered', attempts: 12, error: null });
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  });

  it('sends a delivered message again under the same id', async () => {
    const id = await publish(application);
    const { id: uuid } = await eventuallyDelivery(application, id, { status: 'delivered' });
    await replay(uuid);
    await eventuallyDelivery(application, id, { status: 'delivered', attempts: 2 });
    const [first, second] = receiver.received;
    expect([second?.headers['webhook-id'], second?.body]).toEqual([first?.headers['webhook-id'], first?.body]);
  });

  it('does not wait for the next try of a message that waits for it', async () => {
    receiver.answer(() => ({ status: 500 }));
    const id = await publish(application);
    const { id: uuid } = await eventuallyDelivery(application, id, { response_status: 500 });
    await application.database.query(
      `UPDATE merchant_webhook_deliveries SET next_attempt_at = now() + interval '5 hours'`,
    );
    await application.database.query(
      `SELECT graphile_worker.reschedule_jobs(array(SELECT id FROM graphile_worker.jobs), run_at := now() + interval '5 hours')`,
    );
    receiver.answer(() => ({ status: 204 }));
    expect((await replay(uuid)).body).toEqual({ replayed: 1 });
    await eventuallyDelivery(application, id, { status: 'delivered', attempts: 2 });
  });

  it('leaves a message alone that is being sent', async () => {
    receiver.answer(() => undefined);
    const id = await publish(application);
    await eventually(() => receiver.received.length === 1);
    const { id: uuid } = await deliveryOf(application, id);
    expect((await replay(uuid)).body).toEqual({ replayed: 0 });
    receiver.release();
    await eventuallyDelivery(application, id, { status: 'delivered', attempts: 1 });
    expect(receiver.received).toHaveLength(1);
  });

  it('for an endpoint that is not active fails, and says why', async () => {
    const id = await publishFailed();
    await admin(application, 'DELETE', `${ENDPOINTS}/${endpoint.id}`);
    await replay((await deliveryOf(application, id)).id);
    await eventuallyDelivery(application, id, { status: 'failed', attempts: 10, error: 'The endpoint is not active.' });
    expect(receiver.received).toEqual([]);
  });

  it('of all failed messages takes those that the filter finds', async () => {
    const paid = await publishFailed('upsell.paid');
    const closed = await publishFailed('sale.closed');
    const all = (body: object) => admin(application, 'POST', `${DELIVERIES}/replay`, body);
    expect((await all({ endpoint_id: randomUUID() })).body).toEqual({ replayed: 0 });
    expect((await all({ event_type: 'sale.closed' })).body).toEqual({ replayed: 1 });
    await eventuallyDelivery(application, closed, { status: 'delivered' });
    expect((await deliveryOf(application, paid)).status).toBe('failed');
    expect((await all({ endpoint_id: endpoint.id })).body).toEqual({ replayed: 1 });
    await eventuallyDelivery(application, paid, { status: 'delivered' });
  });

  it('of all failed messages leaves pending ones to their own next try', async () => {
    receiver.answer(() => ({ status: 500 }));
    const id = await publish(application);
    await eventuallyDelivery(application, id, { status: 'pending', attempts: 1, response_status: 500 });
    expect((await admin(application, 'POST', `${DELIVERIES}/replay`, {})).body).toEqual({ replayed: 0 });
    receiver.answer(() => ({ status: 204 }));
    await hasten(application);
    await eventuallyDelivery(application, id, { status: 'delivered', attempts: 2 });
  });

  it('of what does not exist is 404', async () => {
    expect((await replay(randomUUID())).status).toBe(404);
  });
});

describe('the metrics', () => {
  it('tell of outcomes, of what waits, and for how long', async () => {
    const id = await publishFailed();
    await publish(application, { type: 'sale.closed' });
    await eventually(() => receiver.received.length === 1);
    receiver.answer(() => ({ status: 500 }));
    await eventuallyDelivery(application, await publish(application), { response_status: 500 });
    await application.database.query(
      `UPDATE merchant_webhook_deliveries SET next_attempt_at = now() - interval '100 seconds' WHERE status = 'pending'`,
    );
    const { body } = await application.call('GET', '/metrics');
    const read = (name: string) => Number(new RegExp(`^uplift_${name} (\\S+)$`, 'm').exec(body)?.[1]);
    expect(read('merchant_webhooks_pending')).toBe(1);
    expect(read('merchant_webhook_queue_age_seconds')).toBeGreaterThanOrEqual(100);
    expect(body).toMatch(/uplift_merchant_webhooks_total\{type="upsell\.paid",outcome="failed"\} [1-9]/);
    expect(body).toMatch(/uplift_merchant_webhooks_total\{type="upsell\.paid",outcome="retried"\} [1-9]/);
    expect(body).toMatch(/uplift_merchant_webhooks_total\{type="sale\.closed",outcome="delivered"\} [1-9]/);
    expect((await deliveryOf(application, id)).status).toBe('failed');
  });
});
