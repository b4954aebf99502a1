import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { MerchantWebhooks } from '../../../src/notification/index.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from './receiver.js';
import {
  addEndpoint,
  admin,
  deliveriesOf,
  deliveryOf,
  ENDPOINTS,
  eventuallyDelivery,
  hasten,
  publish,
  verify,
  type Endpoint,
} from './support.js';

let application: StartedApplication;
let receiver: Receiver;
let endpoint: Endpoint;

beforeAll(async () => {
  application = await startApplication({ name: 'webhook_delivery' });
});

afterAll(() => application.close());

beforeEach(async () => {
  receiver = await startReceiver();
  endpoint = await addEndpoint(application, `${receiver.url}/hooks?shop=1`);
});

afterEach(async () => {
  await admin(application, 'DELETE', `${ENDPOINTS}/${endpoint.id}`);
  await receiver.close();
});

const settled = (messageId: string, status: string) => eventuallyDelivery(application, messageId, { status });

describe('a published message', () => {
  it('arrives signed, with its type, its time and its data', async () => {
    const id = await publish(application, { type: 'upsell.paid', data: { amount: 4_900, currency: 'BRL' } });
    const delivery = await settled(id, 'delivered');
    expect(delivery).toMatchObject({
      endpoint_id: endpoint.id,
      event_type: 'upsell.paid',
      attempts: 1,
      response_status: 204,
      next_attempt_at: null,
      error: null,
    });
    expect(receiver.received).toHaveLength(1);
    const [message] = receiver.received;
    expect(message?.path).toBe('/hooks?shop=1');
    expect(message?.headers).toMatchObject({ 'webhook-id': id, 'content-type': 'application/json' });
    expect(verify(endpoint.secret, message!)).toEqual({
      type: 'upsell.paid',
      timestamp: application.clock.now().toISOString(),
      data: { amount: 4_900, currency: 'BRL' },
    });
    const other = await addEndpoint(application, receiver.url);
    expect(() => verify(other.secret, message!)).toThrow('No matching signature found');
    await admin(application, 'DELETE', `${ENDPOINTS}/${other.id}`);
  });

  it('is not put out when its transaction is rolled back', async () => {
    const webhooks = application.app.get(MerchantWebhooks);
    const rolledBack = application.app.get(UnitOfWork).run(async (tx) => {
      const occurredAt = application.clock.now();
      await webhooks.publish(tx, { id: 'sale.approved:rolled-back', type: 'sale.approved', occurredAt, data: {} });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    // One that comes later and arrives: nothing of the first was on its way.
    await settled(await publish(application), 'delivered');
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).not.toContain('sale.approved:rolled-back');
    expect(
      await application.database.query(
        `SELECT FROM merchant_webhook_deliveries WHERE message_id = 'sale.approved:rolled-back'`,
      ),
    ).toEqual([]);
  });

  it('goes out once, however often and however much at once it is published', async () => {
    const id = 'sale.approved:fifty';
    await Promise.all(Array.from({ length: 50 }, () => publish(application, { id, type: 'sale.approved' })));
    await settled(id, 'delivered');
    await publish(application, { id, type: 'sale.approved' });
    await settled(await publish(application), 'delivered');
    expect(receiver.received.filter(({ headers }) => headers['webhook-id'] === id)).toHaveLength(1);
  });

  it('goes to the endpoints that want its type', async () => {
    const other = await startReceiver();
    try {
      const types = ['upsell.declined', 'sale.closed'];
      const { id } = await addEndpoint(application, other.url, { event_types: types });
      const paid = await publish(application, { type: 'upsell.paid' });
      const closed = await publish(application, { type: 'sale.closed' });
      await eventually(() => other.received.length === 1 && receiver.received.length === 2);
      expect(other.received.map(({ headers }) => headers['webhook-id'])).toEqual([closed]);
      expect(receiver.received.map(({ headers }) => headers['webhook-id']).toSorted()).toEqual(
        [paid, closed].toSorted(),
      );
      await admin(application, 'DELETE', `${ENDPOINTS}/${id}`);
    } finally {
      await other.close();
    }
  });

  it('of a hundred arrives, each once', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => publish(application)));
    await eventually(() => receiver.received.length >= 100);
    await eventually(async () => {
      const open = await deliveriesOf(application, '&status=pending');
      return open.length === 0;
    });
    expect(receiver.received.map(({ headers }) => headers['webhook-id']).toSorted()).toEqual(ids.toSorted());
  });
});

describe('an endpoint that fails', () => {
  it('is tried again with the same id and body, by its schedule, until it answers', async () => {
    receiver.answer(() => ({ status: 500, body: 'database is\n\u0000 down' }));
    const id = await publish(application);
    const before = Date.now();
    const failed = await eventuallyDelivery(application, id, { attempts: 1, response_status: 500 });
    expect(failed).toMatchObject({ status: 'pending', error: 'The endpoint answered 500: database is down' });
    const delay = Date.parse(failed.next_attempt_at ?? '') - before;
    expect(delay).toBeGreaterThan(4_000);
    expect(delay).toBeLessThan(7_000);
    const jobs = await application.database.query<{ runAt: Date }>(
      'SELECT run_at AS "runAt" FROM graphile_worker.jobs WHERE key = $1',
      [`notification.deliver:${failed.id}:after-1`],
    );
    expect(jobs.map(({ runAt }) => runAt.toISOString())).toEqual([failed.next_attempt_at]);
    receiver.answer(() => ({ status: 200 }));
    await hasten(application);
    const delivered = await settled(id, 'delivered');
    expect(delivered).toMatchObject({ attempts: 2, response_status: 200, error: null, next_attempt_at: null });
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(() => verify(endpoint.secret, second!)).not.toThrow();
  });

  it('is given up after ten tries, and the message stays to be seen', async () => {
    receiver.answer(() => ({ status: 503 }));
    const id = await publish(application);
    for (let attempts = 1; attempts < 10; attempts++) {
      await eventuallyDelivery(application, id, { attempts, response_status: 503 });
      await application.database.query('UPDATE merchant_webhook_deliveries SET response_status = NULL');
      await hasten(application);
    }
    expect(await settled(id, 'failed')).toMatchObject({
      attempts: 10,
      next_attempt_at: null,
      response_status: 503,
      error: 'The endpoint answered 503.',
    });
    expect(receiver.received).toHaveLength(10);
  });

  it('that redirects is not followed', async () => {
    const elsewhere = await startReceiver();
    try {
      receiver.answer(() => ({ status: 307, headers: { location: elsewhere.url } }));
      const id = await publish(application);
      await eventuallyDelivery(application, id, {
        response_status: 307,
        error: 'The endpoint answered 307: redirects are not followed.',
      });
      expect(elsewhere.received).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('that nobody listens at is told as such', async () => {
    const gone = await startReceiver();
    await gone.close();
    const { id: endpointId } = await addEndpoint(application, gone.url, { event_types: ['upsell.refunded'] });
    await admin(application, 'PATCH', `${ENDPOINTS}/${endpoint.id}`, { event_types: ['upsell.paid'] });
    const id = await publish(application, { type: 'upsell.refunded' });
    await eventuallyDelivery(application, id, {
      endpoint_id: endpointId,
      status: 'pending',
      response_status: null,
      error: 'The endpoint could not be reached: the connection failed (ECONNREFUSED).',
    });
    expect(receiver.received).toEqual([]);
    await admin(application, 'DELETE', `${ENDPOINTS}/${endpointId}`);
  });

  it('with 410 is deactivated, and what waits for it fails', async () => {
    receiver.answer(() => ({ status: 500 }));
    const waiting = await publish(application);
    await eventuallyDelivery(application, waiting, { response_status: 500 });
    receiver.answer(() => ({ status: 410 }));
    const last = await publish(application);
    expect(await settled(last, 'failed')).toMatchObject({
      response_status: 410,
      error: 'The endpoint answered 410 Gone: it was deactivated.',
    });
    expect(await deliveryOf(application, waiting)).toMatchObject({
      status: 'failed',
      error: 'The endpoint is not active.',
    });
    const { body } = await admin(application, 'GET', `${ENDPOINTS}/${endpoint.id}`);
    expect(body.is_active).toBe(false);
    const sent = receiver.received.length;
    await publish(application);
    expect(await deliveriesOf(application, `&endpoint_id=${endpoint.id}&status=pending`)).toEqual([]);
    expect(receiver.received).toHaveLength(sent);
  });

  it('by not answering holds up no other endpoint, and one worker at most', async () => {
    receiver.answer(() => undefined);
    await publish(application, { type: 'sale.approved' });
    await eventually(() => receiver.received.length === 1);
    for (let count = 0; count < 8; count++) await publish(application, { type: 'sale.approved' });
    const other = await startReceiver();
    const { id } = await addEndpoint(application, other.url, { event_types: ['sale.closed'] });
    await admin(application, 'PATCH', `${ENDPOINTS}/${endpoint.id}`, { event_types: ['sale.approved'] });
    await publish(application, { type: 'sale.closed' });
    await eventually(() => other.received.length === 1);
    expect(receiver.received).toHaveLength(1);
    // As soon as it answers, it gets all that has come meanwhile.
    receiver.answer(() => ({ status: 204 }));
    receiver.release();
    await eventually(() => receiver.received.length === 9);
    await admin(application, 'DELETE', `${ENDPOINTS}/${id}`);
    await other.close();
  });
});

describe('a process that dies while it sends', () => {
  it('has the message sent again by the sweep, under the same id', async () => {
    receiver.answer(() => undefined);
    const id = await publish(application);
    await eventually(() => receiver.received.length === 1);
    // As the process left it, two minutes ago: claimed, and no word of what came of it.
    receiver.release({ status: 204 });
    await settled(id, 'delivered');
    await application.database.query(
      `UPDATE merchant_webhook_deliveries
       SET status = 'pending', delivered_at = NULL, response_status = NULL, leased_until = now() - interval '1 minute',
           next_attempt_at = now() - interval '2 minutes'
       WHERE message_id = $1`,
      [id],
    );
    receiver.answer(() => ({ status: 204 }));
    await application.database.query(`SELECT graphile_worker.add_job('notification.sweep')`);
    expect(await settled(id, 'delivered')).toMatchObject({ attempts: 2 });
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  });
});

describe('a rotated secret', () => {
  it('signs beside the one before, for a day', async () => {
    const rotated = await admin(application, 'POST', `${ENDPOINTS}/${endpoint.id}/rotate-secret`);
    expect(rotated.status).toBe(200);
    expect(rotated.headers.get('cache-control')).toBe('no-store');
    const { secret, previous_secret_until: until } = rotated.body;
    expect(secret).not.toBe(endpoint.secret);
    expect(Date.parse(until) - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    expect(Date.parse(until) - Date.now()).toBeLessThan(24.1 * 3_600_000);
    await settled(await publish(application), 'delivered');
    const [both] = receiver.received;
    expect(String(both?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect(() => verify(secret, both!)).not.toThrow();
    expect(() => verify(endpoint.secret, both!)).not.toThrow();

    await application.database.query(
      'UPDATE merchant_webhook_endpoints SET previous_secret_until = now() WHERE uuid = $1',
      [endpoint.id],
    );
    await settled(await publish(application), 'delivered');
    const [, alone] = receiver.received;
    expect(() => verify(secret, alone!)).not.toThrow();
    expect(() => verify(endpoint.secret, alone!)).toThrow('No matching signature found');
    await application.database.query(`SELECT graphile_worker.add_job('notification.sweep')`);
    await eventually(async () => {
      const [row] = await application.database.query(
        'SELECT previous_secret, previous_secret_until FROM merchant_webhook_endpoints WHERE uuid = $1',
        [endpoint.id],
      );
      expect(row).toEqual({ previous_secret: null, previous_secret_until: null });
      return true;
    });
  });
});
