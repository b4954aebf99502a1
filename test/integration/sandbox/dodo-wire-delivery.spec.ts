import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { startSandbox } from '../../../src/sandbox/index.js';
import { dodoClient } from '../../support/dodo-client.js';
import {
  API_KEY,
  charge,
  control,
  createBuyer,
  createPlan,
  createProduct,
  startDodoReceiver,
  startDodoWorld,
  START,
  submit,
  WEBHOOK_SECRET,
  type DodoWorld,
} from './dodo-support.js';

let world: DodoWorld;
let productId: string;
beforeEach(async () => {
  world = await startDodoWorld();
  productId = (await createProduct(world)).product_id;
});
afterEach(() => world.close());

/** Waits for a condition that real time brings about; the test's own time limit is the only deadline. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const OTHER_SECRET = `whsec_${Buffer.from('the secret that comes next').toString('base64')}`;

describe('webhooks', () => {
  test('are signed anew at every try, with one id, and say what is so at that try', async () => {
    await world.close();
    world = await startDodoWorld({ delivery: { backoff: Array<number>(500).fill(10), timeoutMilliseconds: 2000 } });
    productId = (await createProduct(world)).product_id;
    const { dodo, receiver, sandbox } = world;
    const buyer = await createBuyer(world, '4000000000000077');
    receiver.answers.push(...Array<number>(500).fill(500));
    const session = await charge(world, buyer, productId);
    await sandbox.idle();
    await control(world, `dodo/payments/${session.payment_id}/settle`, { status: 'succeeded' });
    await dodo.refunds.create({ payment_id: session.payment_id!, items: [{ item_id: productId, amount: 100 }] });
    const triesOf = (type: string) => receiver.received.filter(({ event }) => event.type === type);
    await until(() => triesOf('payment.processing').at(-1)!.body.includes('"refund_status":"partial"'));
    receiver.answers.length = 0;
    await until(() => sandbox.deliveries().every(({ state }) => state === 'delivered'));
    const tries = triesOf('payment.processing');
    expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
    expect(tries.length).toBeGreaterThan(1);
    expect(tries[0]!.event.data).toMatchObject({ status: 'processing' });
    // The event is still the one that happened; its payload is not what it was.
    expect(tries.at(-1)!.event).toMatchObject({
      type: 'payment.processing',
      timestamp: tries[0]!.event.timestamp,
      data: { status: 'succeeded', refund_status: 'partial', payload_type: 'Payment' },
    });
    const { headers, body } = tries[0]!;
    expect(() => new Webhook(OTHER_SECRET).verify(body, headers)).toThrow('No matching signature');
    expect(dodo.webhooks.unwrap(tries.at(-1)!.body, { headers: tries.at(-1)!.headers, key: WEBHOOK_SECRET })).toEqual(
      tries.at(-1)!.event,
    );
  });

  test('of one purchase have one timestamp, on a clock that ticks', async () => {
    await world.close();
    world = await startDodoWorld({ frozen: false });
    const { receiver, sandbox, dodo } = world;
    const plan = await createPlan(world, 'Pro', 3000);
    const customer = await dodo.customers.create({ email: 'tick@example.com', name: 'Tick' });
    const session = await dodo.checkoutSessions.create({
      product_cart: [{ product_id: plan.product_id, quantity: 1 }],
      customer: { customer_id: customer.customer_id },
    });
    await submit(session.checkout_url!, { card: '4242424242424242' });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual([
      'payment.succeeded',
      'subscription.active',
      'subscription.renewed',
      'subscription.updated',
    ]);
    const timestamps = receiver.received.map(({ event }) => event.timestamp);
    expect(new Set(timestamps).size).toBe(1);
    expect(timestamps[0]).toMatch(/\.\d{6}Z$/);
  });

  test('carry a signature by every secret while one is rotated', async () => {
    const { receiver, sandbox } = world;
    const buyer = await createBuyer(world);
    await control(world, 'webhook', {
      url: receiver.url,
      secret: `${OTHER_SECRET},${WEBHOOK_SECRET}`,
      provider: 'dodo',
    });
    await charge(world, buyer, productId);
    await sandbox.idle();
    const { headers, body, event } = receiver.received.at(-1)!;
    expect(headers['webhook-signature']!.split(' ')).toHaveLength(2);
    expect(new Webhook(OTHER_SECRET).verify(body, headers)).toEqual(event);
  });

  test('are duplicated under the same id or another, reordered, and dropped on demand', async () => {
    const { receiver, sandbox } = world;
    const buyer = await createBuyer(world);
    const ids = () => receiver.received.map(({ id }) => id).slice(1);
    sandbox.faults.delivery({ kind: 'duplicate' });
    await charge(world, buyer, productId);
    await sandbox.idle();
    expect([ids().length, new Set(ids()).size]).toEqual([2, 1]);
    sandbox.faults.delivery({ kind: 'duplicateAsNewEvent', types: ['payment.*'] });
    await charge(world, buyer, productId);
    await sandbox.idle();
    expect([ids().length, new Set(ids()).size]).toEqual([4, 3]);
    sandbox.faults.delivery({ kind: 'drop' });
    await charge(world, buyer, productId);
    await sandbox.idle();
    expect(ids()).toHaveLength(4);
  });

  test('of the two providers go to their own addresses', async () => {
    const { receiver, sandbox } = world;
    const buyer = await createBuyer(world);
    const other = await startDodoReceiver();
    sandbox.setWebhook('http://127.0.0.1:1/webhooks/stripe', 'whsec_stripe');
    sandbox.setWebhook(other.url, undefined, 'dodo');
    await charge(world, buyer, productId);
    await sandbox.idle();
    expect([other.takeTypes(), receiver.takeTypes()]).toEqual([['payment.succeeded'], []]);
    sandbox.setWebhook(undefined, undefined, 'dodo');
    await charge(world, buyer, productId);
    await sandbox.idle();
    expect(other.takeTypes()).toEqual([]);
    expect((await control(world, 'webhook', { provider: 'nobody' })).status).toBe(400);
    await other.close();
  });
});

describe('the state', () => {
  test('survives in its file: objects, due work, money and undelivered events, which then say what is so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-dodo-'));
    const stateFile = join(folder, 'state.json');
    await world.close();
    world = await startDodoWorld({ stateFile });
    const { receiver } = world;
    const { product_id: product } = await createProduct(world);
    const buyer = await createBuyer(world, '4000000000000077', product);
    receiver.answers.push(500);
    const session = await charge(world, buyer, product);
    await world.sandbox.idle();
    const before = { now: world.sandbox.now(), ledger: world.sandbox.ledger() };
    await world.sandbox.close();
    expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({ version: 3 });

    const again = await startSandbox({
      frozen: true,
      startAt: START,
      stateFile,
      delivery: { backoff: [10, 10, 10], timeoutMilliseconds: 2000 },
      dodo: { apiKey: API_KEY, webhookSecret: WEBHOOK_SECRET, webhookUrl: receiver.url },
    });
    expect({ now: again.now(), ledger: again.ledger() }).toEqual(before);
    await until(() => receiver.received.filter(({ event }) => event.type === 'payment.processing').length === 2);
    const dodo = dodoClient(again, API_KEY);
    expect((await dodo.payments.retrieve(session.payment_id!)).status).toBe('processing');
    await again.advance({ days: 2 });
    expect((await dodo.payments.retrieve(session.payment_id!)).status).toBe('succeeded');
    expect(receiver.received.at(-1)!.event.type).toBe('payment.succeeded');
    await again.close();
    rmSync(folder, { recursive: true });
  });

  test('is forgotten on a reset', async () => {
    const buyer = await createBuyer(world);
    await control(world, 'reset', {});
    expect((await world.dodo.customers.list()).items).toEqual([]);
    await expect(charge(world, buyer, productId)).rejects.toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(world.sandbox.ledger()).toEqual([]);
  });
});
