import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stripe } from 'stripe';
import { startSandbox } from '../../../src/sandbox/index.js';
import {
  clientOf,
  createCatalogue,
  HOUR,
  SECRET_KEY,
  startWorld,
  subscribe,
  WEBHOOK_SECRET,
  type World,
} from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** Waits for a condition that real time brings about; the test's own time limit is the only deadline. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const createCustomers = async (count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push((await world.stripe.customers.create({})).id);
  await world.sandbox.idle();
  return ids;
};
const subjects = (): unknown[] => world.receiver.received.map(({ event }) => (event.data.object as { id: string }).id);

describe('webhooks', () => {
  test('are signed anew at every try and repeated until they are accepted', async () => {
    const { receiver, sandbox } = world;
    receiver.answers.push(500, 301);
    await createCustomers(1);
    await until(() => receiver.received.length === 3);
    await until(() => sandbox.deliveries()[0]!.state === 'delivered');
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1);
    expect(sandbox.deliveries()[0]!.tries.map(({ status }) => status)).toEqual([500, 301, 200]);
    const { body, signature } = receiver.received[0]!;
    expect(() => Stripe.webhooks.constructEvent(body, signature, 'whsec_other')).toThrow('signature');
  });

  test('give up after the last try', async () => {
    const { receiver, sandbox } = world;
    receiver.answers.push(500, 500, 500, 500, 500);
    await createCustomers(1);
    await until(() => sandbox.deliveries()[0]!.state === 'given_up');
    expect(receiver.received).toHaveLength(4);
  });

  test('carry the object as it was', async () => {
    const { stripe, receiver } = world;
    const [id] = await createCustomers(1);
    await stripe.customers.update(id!, { name: 'Later' });
    await world.sandbox.idle();
    expect(receiver.received.map(({ event }) => (event.data.object as Stripe.Customer).name)).toEqual([null, 'Later']);
    expect(receiver.received[1]!.event.data.previous_attributes).toEqual({ name: null });
    expect(receiver.received[1]!.event.request!.id).toMatch(/^req_/);
  });
});

describe('faults', () => {
  test('duplicate, duplicateAsNewEvent, drop', async () => {
    const { receiver, sandbox } = world;
    sandbox.faults.delivery({ kind: 'duplicate', types: ['customer.*'] });
    await createCustomers(1);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1);
    expect(receiver.received).toHaveLength(2);
    sandbox.faults.delivery({ kind: 'duplicateAsNewEvent' });
    const [twin] = await createCustomers(1);
    expect(subjects().slice(2)).toEqual([twin, twin]);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(3);
    sandbox.faults.delivery({ kind: 'drop' });
    await createCustomers(1);
    expect(receiver.received).toHaveLength(4);
    expect(sandbox.faults.list()).toEqual({ deliveries: [], api: [] });
  });

  test('reorder shuffles a whole step by seed, the same way each time', async () => {
    const order = async (): Promise<string[]> => {
      const catalogue = await createCatalogue(world.stripe);
      const subscription = await subscribe(world, catalogue.pro);
      world.sandbox.faults.delivery({ kind: 'reorder', seed: 7, span: 'advance' });
      await world.sandbox.advance({ to: new Date((subscription.items.data[0]!.current_period_end + HOUR) * 1000) });
      return world.receiver.takeTypes();
    };
    const first = await order();
    await world.close();
    world = await startWorld();
    const second = await order();
    expect(second.toSorted()).toEqual(first.toSorted());
    expect(first.indexOf('invoice.created')).not.toBe(1);
  });

  test('of the API: 429, lost request, hanging call, armed over HTTP', async () => {
    const { stripe, sandbox } = world;
    const arm = (fault: object) =>
      fetch(`${sandbox.url}/sandbox/faults`, {
        method: 'POST',
        body: JSON.stringify(fault),
        headers: { 'content-type': 'application/json' },
      });
    expect((await arm({ kind: 'nonsense' })).status).toBe(400);
    await arm({ kind: 'status', status: 429, path: '/v1/customers*' });
    await expect(stripe.customers.list()).rejects.toMatchObject({ type: 'StripeRateLimitError', statusCode: 429 });
    // The client repeats a call once whose connection was reset, even when it is told not to retry.
    await arm({ kind: 'hang', milliseconds: 20, times: 2 });
    await expect(stripe.products.list()).rejects.toMatchObject({ type: 'StripeConnectionError' });
    await arm({ kind: 'status', status: 503, times: -1 });
    await expect(stripe.customers.list()).rejects.toMatchObject({ statusCode: 503 });
    await fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' });
    await expect(stripe.customers.list()).resolves.toMatchObject({ object: 'list' });
  });
});

describe('control', () => {
  test('clock, webhook, ledger and reset', async () => {
    const { sandbox, stripe } = world;
    const call = async (path: string, body?: object): Promise<Record<string, unknown>> => {
      const json = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await fetch(`${sandbox.url}/sandbox/${path}`, body ? json : {});
      return { status: response.status, ...((await response.json()) as object) };
    };
    expect(await call('clock/advance', { days: 1, seconds: 30 })).toEqual({
      status: 200,
      now: '2026-01-16T10:00:30.000Z',
    });
    expect((await call('clock/advance', { to: '2020-01-01T00:00:00Z' })).status).toBe(400);
    expect(await call('webhook', {})).toEqual({ status: 200, url: null });
    await stripe.customers.create({});
    expect((await call('deliveries')).data).toEqual([]);
    await call('reset', {});
    expect((await stripe.customers.list()).data).toEqual([]);
    expect((await fetch(sandbox.url)).status).toBe(200);
    expect((await fetch(`${sandbox.url}/sandbox/assets/sandbox.css`)).headers.get('content-type')).toContain(
      'text/css',
    );
  });
});

test('a clock that is not frozen lets due work happen by itself', async () => {
  await world.close();
  world = await startWorld({ frozen: false });
  const catalogue = await createCatalogue(world.stripe);
  const session = await world.stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: catalogue.pro.id }],
    success_url: 'http://shop.example/done',
  });
  await world.sandbox.advance({ to: new Date((session.expires_at - 1) * 1000) });
  expect(world.receiver.received.some(({ event }) => event.type === 'checkout.session.expired')).toBe(false);
  await until(() => world.receiver.received.some(({ event }) => event.type === 'checkout.session.expired'));
  const before = world.sandbox.now().getTime();
  await world.sandbox.advance({ days: 1 });
  expect(world.sandbox.now().getTime() - before).toBeGreaterThanOrEqual(86_400_000);
});

describe('the state file', () => {
  test('brings back objects, clock, due work, money and undelivered events', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
    const stateFile = join(folder, 'state.json');
    await world.close();
    world = await startWorld({ stateFile });
    const catalogue = await createCatalogue(world.stripe);
    const subscription = await subscribe(world, catalogue.pro);
    await world.sandbox.advance({ days: 3 });
    world.receiver.answers.push(500);
    await world.stripe.customers.create({ email: 'unheard@example.com' });
    await world.sandbox.idle();
    const before = { now: world.sandbox.now(), ledger: world.sandbox.ledger() };
    await world.sandbox.close();

    const again = await startSandbox({
      frozen: true,
      startAt: new Date('2026-01-01T00:00:00Z'),
      stateFile,
      delivery: { backoff: [10, 10, 10], timeoutMilliseconds: 2000 },
      stripe: { secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, webhookUrl: world.receiver.url },
    });
    expect({ now: again.now(), ledger: again.ledger() }).toEqual(before);
    const heard = () => world.receiver.received.filter(({ body }) => body.includes('unheard@example.com')).length;
    await until(() => heard() >= 2);
    await again.advance({ to: new Date((subscription.items.data[0]!.current_period_end + HOUR) * 1000) });
    expect(again.ledger()).toHaveLength(2);
    expect((await clientOf(again.url).subscriptions.retrieve(subscription.id)).status).toBe('active');
    // A second sandbox that cannot listen leaves the file alone.
    const port = Number(new URL(again.url).port);
    const options = { stateFile, port, stripe: { secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET } };
    await expect(startSandbox(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await again.close();
    rmSync(folder, { recursive: true });
  });
});
