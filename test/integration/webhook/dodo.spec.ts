import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { DODO_SECRETS } from '../../support/both-providers.js';
import { dodoEvent, dodoPayment } from '../../support/dodo-payloads.js';
import { eventually } from '../../support/eventually.js';
import { dodoOf } from '../../support/settings.js';

const PATH = '/webhooks/dodo';
const ROTATED = 'whsec_Qw8Er2Ty6Ui0Op4AsZx7Cv3Bn9Ml1Kj5';

let application: StartedApplication;
let numbers = 0;
const newId = () => `msg_${(numbers += 1)}`;

beforeAll(async () => {
  const secrets = `${DODO_SECRETS.DODO_PAYMENTS_WEBHOOK_KEY},${ROTATED}`;
  application = await startApplication({
    name: 'webhook_dodo',
    environment: { ...DODO_SECRETS, DODO_PAYMENTS_WEBHOOK_KEY: secrets, DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:9' },
  });
});
afterAll(() => application.close());

const BODY = JSON.stringify(dodoEvent('payment.succeeded', dodoPayment({ metadata: {} })));

function signed(id: string, body = BODY, secret = dodoOf(application.config).webhookSecrets[0] ?? '', at = new Date()) {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

const post = (headers: Record<string, string>, body = BODY) => application.call('POST', PATH, { body, headers });

const rowsOf = (id: string) =>
  application.database.query<{ provider: string; type: string; payload: Buffer; status: string; outcome: string }>(
    'SELECT provider, event_type AS type, payload, status, outcome FROM webhook_events WHERE provider_event_id = $1',
    [id],
  );

describe('POST /webhooks/dodo', () => {
  it('stores a signed event once, to the byte, however often it comes', async () => {
    const id = newId();
    for (let times = 0; times < 3; times++) {
      const answer = await post(signed(id));
      expect([answer.status, answer.body]).toEqual([200, { received: true }]);
    }
    const rows = await rowsOf(id);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ provider: 'dodo', type: 'payment.succeeded' });
    expect(rows[0]?.payload.toString()).toBe(BODY);
  });

  it('hands it on: a payment of nobody’s is settled', async () => {
    const id = newId();
    await post(signed(id));
    await eventually(async () => (await rowsOf(id))[0]?.status === 'completed');
    expect((await rowsOf(id))[0]).toMatchObject({ outcome: 'ignored:no_offer' });
  });

  it('takes every secret while one is rotated, and several signatures', async () => {
    const id = newId();
    const headers = signed(id, BODY, ROTATED);
    const foreign = 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=';
    const both = { ...headers, 'webhook-signature': `${foreign} ${headers['webhook-signature']}` };
    expect((await post(both)).status).toBe(200);
  });

  it.each<[string, () => [Record<string, string>, string?]]>([
    ['no signature', () => [{ 'content-type': 'application/json' }]],
    ['the signature of another body', () => [signed(newId()), BODY.replace('payment', 'Payment')]],
    ['the signature of another id', () => [{ ...signed(newId()), 'webhook-id': 'msg_other' }]],
    ['another secret', () => [signed(newId(), BODY, `whsec_${Buffer.alloc(24, 7).toString('base64')}`)]],
    ['a signature that is too old', () => [signed(newId(), BODY, undefined, new Date(Date.now() - 301_000))]],
    ['a signature of the future', () => [signed(newId(), BODY, undefined, new Date(Date.now() + 301_000))]],
  ])('refuses %s, and stores nothing', async (_what, make) => {
    const [headers, body] = make();
    const answer = await post(headers, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'signature_invalid']);
    expect(await rowsOf(headers['webhook-id'] ?? '')).toEqual([]);
  });

  it('stores a signed event that makes no sense, for people to look at', async () => {
    const id = newId();
    expect((await post(signed(id, '{"type":"payment.succeeded"}'), '{"type":"payment.succeeded"}')).status).toBe(200);
    await eventually(async () => (await rowsOf(id))[0]?.outcome === 'quarantined');
  });
});

it('says so where Dodo is not configured', async () => {
  const stripeAlone = await startApplication({ name: 'webhook_no_dodo' });
  try {
    const answer = await stripeAlone.call('POST', PATH, { body: BODY, headers: signed(newId()) });
    expect([answer.status, answer.body.code]).toEqual([503, 'provider_not_configured']);
  } finally {
    await stripeAlone.close();
  }
});
