import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHmac } from 'node:crypto';
import { startApplication, type StartedApplication } from '../../support/application.js';
import {
  allEvents,
  deliver,
  drain,
  eventOf,
  newEventId,
  signatureOf,
  unsupportedEvent,
  WEBHOOK_PATH,
  type EventRow,
} from './support.js';

const OLD_SECRET = 'whsec_Old7Cv3Bn9Ml1Kj5Hg2F';
const NEW_SECRET = 'whsec_New7Cv3Bn9Ml1Kj5Hg2F';

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({
    name: 'webhook_receive',
    environment: { PROCESS_ROLE: 'api', STRIPE_WEBHOOK_SECRET: `${NEW_SECRET},${OLD_SECRET}` },
  });
});
afterAll(() => application?.close());
beforeEach(() => application.database.query('TRUNCATE webhook_events'));

describe('a signed event', () => {
  it('is stored byte for byte and answered with received', async () => {
    const event = unsupportedEvent({ note: 'ümläut  and   spaces' });
    const body = Buffer.from(JSON.stringify(event, null, 3));
    const answer = await deliver(application, body);
    expect([answer.status, answer.body]).toEqual([200, { received: true }]);
    const row = await eventOf(application, event.id as string);
    expect(row.payload.equals(body)).toBe(true);
    expect(row).toMatchObject({ event_type: 'product.created', status: 'pending', attempts: 0, error: null });
    expect(row.occurred_at).toEqual(new Date(1_767_225_600_000));
  });

  it('delivered twenty times at once is one row and twenty times 200', async () => {
    const event = unsupportedEvent();
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(application, event)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    expect(await allEvents(application)).toHaveLength(1);
  });

  it('needs no key, and a key changes nothing', async () => {
    const body = Buffer.from(JSON.stringify(unsupportedEvent()));
    const headers = { 'stripe-signature': signatureOf(application, body) };
    const answer = await application.call('POST', WEBHOOK_PATH, {
      body: new Uint8Array(body),
      apiKey: 'wrong',
      headers,
    });
    expect(answer.status).toBe(200);
  });

  it('shows in the view with the columns of the document', async () => {
    const event = unsupportedEvent();
    await deliver(application, event);
    const rows = await application.database.query('SELECT * FROM stripe_webhook_events');
    expect(rows).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        stripe_event_id: event.id,
        event_type: 'product.created',
        status: 'pending',
        error: null,
        created_at: expect.any(Date),
        updated_at: expect.any(Date),
      },
    ]);
  });
});

const now = (): number => Math.floor(Date.now() / 1_000);

describe('a signature', () => {
  it.each([
    ['of the current secret', () => ({ secret: NEW_SECRET })],
    ['of the secret that is rotated out', () => ({ secret: OLD_SECRET })],
    ['of four minutes ago', () => ({ timestamp: now() - 240 })],
    ['of four minutes ahead', () => ({ timestamp: now() + 240 })],
  ])('%s is accepted', async (_name, options) => {
    expect((await deliver(application, unsupportedEvent(), options())).status).toBe(200);
  });

  it.each([
    ['of another secret', () => ({ secret: 'whsec_Somebody3lse0Kj5Hg2Fd' })],
    ['of six minutes ago', () => ({ timestamp: now() - 360 })],
    ['of six minutes ahead', () => ({ timestamp: now() + 360 })],
    ['of the year 1970', () => ({ timestamp: 0 })],
  ])('%s is refused, and nothing is stored', async (_name, options) => {
    const answer = await deliver(application, unsupportedEvent(), options());
    expect([answer.status, answer.body.code]).toEqual([400, 'signature_invalid']);
    expect(await allEvents(application)).toEqual([]);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['rubbish', 't=,v1=,,=;'],
    ['a bare digest', createHmac('sha256', NEW_SECRET).update('{}').digest('hex')],
  ])('%s is refused', async (_name, signature) => {
    const headers: Record<string, string> = signature === undefined ? {} : { 'stripe-signature': signature };
    const answer = await application.call('POST', WEBHOOK_PATH, { body: unsupportedEvent(), headers });
    expect([answer.status, answer.body.code]).toEqual([400, 'signature_invalid']);
    expect(await allEvents(application)).toEqual([]);
  });

  it('of other bytes is refused', async () => {
    const signature = signatureOf(application, Buffer.from(JSON.stringify(unsupportedEvent())));
    const answer = await application.call('POST', WEBHOOK_PATH, {
      body: unsupportedEvent(),
      headers: { 'stripe-signature': signature },
    });
    expect(answer.status).toBe(400);
  });

  it('without a body is refused', async () => {
    const answer = await application.call('POST', WEBHOOK_PATH, { headers: { 'stripe-signature': 't=1,v1=00' } });
    expect([answer.status, answer.body.code]).toEqual([400, 'signature_invalid']);
  });
});

const json = (fields: string): string => `{"id":"${newEventId()}","object":"event","livemode":false,${fields}}`;

describe('a hostile event that is signed', () => {
  const base = '"type":"product.created","created":1767225600';

  it.each([
    ['of an unknown type', json('"type":"no.such.thing","created":1767225600,"data":{}'), 'completed'],
    ['with __proto__', json(`${base},"__proto__":{"admin":true},"data":{"object":{"__proto__":null}}`), 'completed'],
    ['with NUL', json(`${base},"data":{"object":{"name":"\\u0000"}}`), 'completed'],
    ['with unpaired surrogates', json(`${base},"data":{"object":{"name":"\\ud800"}}`), 'completed'],
    ['of 900 kB', json(`${base},"data":{"object":{"name":"${'x'.repeat(900_000)}"}}`), 'completed'],
    ['nested 100 000 deep', json(`${base},"data":${'['.repeat(100_000)}${']'.repeat(100_000)}`), undefined],
    ['with a type that no column holds', json('"type":"a\\u0000b","created":1767225600'), undefined],
    ['with a huge type', json(`"type":"${'t'.repeat(5_000)}","created":1767225600`), undefined],
    ['with a time beyond time', json('"type":"product.created","created":1e300'), undefined],
    ['with an id that is no text', '{"id":{},"object":"event","livemode":false,"type":"product.created"}', undefined],
    ['with a huge id', `{"id":"${'e'.repeat(5_000)}","object":"event","livemode":false,"type":"x"}`, undefined],
    ['that is null', 'null', 'failed'],
    ['that is not JSON', 'id=evt_1&type=x', 'failed'],
    ['that is not text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'failed'],
  ])('%s is stored as it came, settled, and delays nobody', async (_name, payload, status) => {
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
    const other = unsupportedEvent();
    for (const event of [body, body, other]) expect((await deliver(application, event)).status).toBe(200);
    await drain(application);
    const [hostile, innocent] = await allEvents(application);
    expect(hostile?.payload.equals(body)).toBe(true);
    expect(['completed', 'failed']).toContain(hostile?.status);
    expect(hostile?.status).toBe(status ?? hostile?.status);
    // Quarantined: said why, and not tried again by itself.
    const { status: actual, outcome, error } = hostile as EventRow;
    expect(actual === 'completed' || (outcome === 'quarantined' && error !== null)).toBe(true);
    expect(hostile).toMatchObject({ next_attempt_at: null, attempts: 1 });
    expect(innocent).toMatchObject({ provider_event_id: other.id, status: 'completed', outcome: 'unsupported' });
  });
});

describe('an event of the other mode', () => {
  it('is stored, answered with 200 and settled without effect', async () => {
    const event = unsupportedEvent({ livemode: true });
    expect((await deliver(application, event)).status).toBe(200);
    await drain(application);
    expect(await eventOf(application, event.id as string)).toMatchObject({
      status: 'completed',
      outcome: 'livemode_mismatch',
    });
  });
});

describe('a body over the limit', () => {
  it('is answered with 413 without being held in memory', async () => {
    const twentyMegabytes = Buffer.alloc(20 * 1024 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let round = 0; round < 5; round++) {
      const answer = await application.app
        .getHttpAdapter()
        .getInstance()
        .inject({
          method: 'POST',
          url: WEBHOOK_PATH,
          payload: twentyMegabytes,
          headers: { 'content-type': 'application/json' },
        });
      expect([answer.statusCode, answer.json().code]).toEqual([413, 'payload_too_large']);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(most).toBeLessThan(3 * twentyMegabytes.length);
    expect(await allEvents(application)).toEqual([]);
  });
});
