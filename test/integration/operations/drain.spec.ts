import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Stripe } from 'stripe';
import { eventually } from '../../support/eventually.js';
import { callerOf, type Answer } from '../../support/http.js';
import { MainProcess } from '../../support/main-process.js';
import { stripeOf } from '../../support/settings.js';
import * as payloads from '../../support/stripe-payloads.js';
import { Shop, type Buyer, type Visit } from '../../e2e/upsell-shop.js';
import { startReceiver, type Receiver } from '../notification/receiver.js';

const SUBSCRIPTIONS = 40;
const SENDERS = 3;
const MONTH = payloads.PERIOD_END - payloads.PERIOD_START;

let shop: Shop;
let receiver: Receiver;
let buyer: Buyer;
let other: Buyer;
let processes: MainProcess[] = [];
/** Aborted: senders stop. */
let load = new AbortController();

beforeAll(async () => {
  // This one takes the merchant's part; what is told to stop are processes of their own.
  shop = await Shop.open({ name: 'drain', environment: { PROCESS_ROLE: 'api' }, deliver: false });
  receiver = await startReceiver();
  await shop.admin('POST', 'webhook-endpoints', { url: receiver.url });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
  buyer = await shop.buyer('buyer', ['group']);
  other = await shop.buyer('other', ['others']);
});
afterEach(async () => {
  load.abort();
  shop.world.sandbox.faults.clear();
  for (const process of processes) process.kill('SIGTERM');
  await Promise.all(processes.map((process) => process.ended));
  processes = [];
});
afterAll(async () => {
  await shop.close();
  await receiver.close();
});

async function start(environment: NodeJS.ProcessEnv): Promise<{ main: MainProcess; url: string }> {
  const { database, config } = shop.world.application;
  const { apiUrl } = stripeOf(config);
  const main = new MainProcess(database.url, {
    STRIPE_API_URL: apiUrl,
    CLOCK_URL: `${apiUrl}/sandbox/clock`,
    ...environment,
  });
  processes.push(main);
  return { main, url: await main.listening() };
}

/** A period of one of the subscriptions, as its event. */
function toEvent(number: number): payloads.Json {
  const period = Math.floor(number / SUBSCRIPTIONS);
  const id = `sub_${number % SUBSCRIPTIONS}`;
  const created = payloads.PERIOD_START + period * MONTH;
  const item = payloads.item({
    price: { id: shop.world.plans.basic.priceId },
    current_period_start: created,
    current_period_end: created + MONTH,
  });
  const object = payloads.subscription({
    id,
    customer: buyer.customerId,
    latest_invoice: `in_${id}_${period}`,
    items: payloads.list(item),
  });
  const type = period === 0 ? 'customer.subscription.created' : 'customer.subscription.updated';
  return payloads.event(type, object, { id: `evt_${number}`, created });
}

function postEvent(url: string, event: payloads.Json): Promise<Answer> {
  const secret = stripeOf(shop.world.application.config).webhookSecrets[0] ?? '';
  const payload = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  return callerOf(url)('POST', '/api/v1/admin/stripe/webhook', {
    body: payload,
    headers: { 'stripe-signature': signature },
  });
}

const isReady = async (url: string) => (await callerOf(url)('GET', '/health/ready')).status === 200;
const payment = (url: string, visit: Visit, wish: object): Promise<Answer> =>
  callerOf(url)('POST', `/upsell-native/${visit.offerUuid}/payment`, {
    token: visit.token,
    body: wish,
    headers: { 'accept-language': 'en' },
  });
const attempt = async () => (await shop.rows('SELECT status FROM charge_attempts ORDER BY id DESC LIMIT 1'))[0];
const paidBy = ({ customerId }: Buyer) => shop.charges(customerId).map(({ amount }) => amount);

/** What only its own lease or timeout would give back. */
const leftBehind = () =>
  shop.rows(`
    SELECT 'event' AS what FROM webhook_events WHERE status = 'processing'
    UNION ALL SELECT 'job' FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL
    UNION ALL SELECT 'delivery' FROM merchant_webhook_deliveries WHERE leased_until > now()`);

const isReading = async () =>
  (
    await shop.rows(
      `SELECT FROM graphile_worker.jobs WHERE task_identifier = 'subscription.read-from-provider' AND locked_by IS NOT NULL`,
    )
  ).length > 0;

describe('SIGTERM', () => {
  it('lets everybody in during the delay, also where nothing is under way', async () => {
    const DELAY_SECONDS = 2;
    const { main, url } = await start({ PROCESS_ROLE: 'api', SHUTDOWN_DELAY_SECONDS: String(DELAY_SECONDS) });
    const answers = new Set<number>();
    const begin = performance.now();
    main.kill('SIGTERM');
    await eventually(async () => !(await isReady(url)));
    for (;;) {
      const answer = await callerOf(url)('GET', '/health/live').catch(() => undefined);
      if (!answer) break;
      answers.add(answer.status);
    }
    // A timer of Node.js may come a millisecond early.
    expect(performance.now() - begin).toBeGreaterThan(DELAY_SECONDS * 1_000 - 5);
    expect([...answers]).toEqual([200]);
    expect(await main.ended).toBe(0);
  });

  it('loses no acknowledged event and breaks no request, while a charge is under way and a receiver hangs', async () => {
    const leaving = await start({ PROCESS_ROLE: 'all', SHUTDOWN_DELAY_SECONDS: '1' });
    const staying = await start({ PROCESS_ROLE: 'api' });
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    const before = paidBy(buyer);

    // As a load balancer does: to all that are ready, over connections that are kept open.
    const ready = new Set([leaving.url, staying.url]);
    load = new AbortController();
    const { signal } = load;
    let sent = 0;
    const acknowledged = new Set<string>();
    const problems: string[] = [];
    const watch = async () => {
      while (!signal.aborted)
        await isReady(leaving.url).then(
          (yes) => yes || ready.delete(leaving.url),
          () => ready.delete(leaving.url),
        );
    };
    const send = async () => {
      while (!signal.aborted) {
        const number = sent++;
        const url = [...ready][number % ready.size] ?? '';
        await postEvent(url, toEvent(number)).then(
          ({ status }) => (status === 200 ? acknowledged.add(`evt_${number}`) : problems.push(`answered ${status}`)),
          (error: Error) => problems.push(`${error.message}: ${String((error.cause as Error)?.message)}`),
        );
      }
    };
    const senders = Promise.all([watch(), ...Array.from({ length: SENDERS }, send)]);
    await eventually(() => acknowledged.size > 100 && receiver.received.length > 0, { within: 60_000 });
    receiver.answer(() => undefined); // hangs from now on
    shop.world.sandbox.faults.api({ kind: 'slow', milliseconds: 2_500, method: 'POST', path: '/v1/payment_intents' });
    const charging = payment(leaving.url, visit, wish);
    await eventually(async () => (await attempt())?.status === 'sent');

    leaving.main.kill('SIGTERM');
    await eventually(async () => !(await isReady(leaving.url)));
    // Not ready, and still there for whoever has not noticed.
    const late = await postEvent(leaving.url, toEvent(0));
    expect([late.status, late.headers.get('connection')]).toEqual([200, 'close']);
    expect(await charging).toMatchObject({ status: 200, body: { session: { status: 'completed' } } });
    expect(await leaving.main.ended).toBe(0);
    expect(await leftBehind()).toEqual([]);
    expect(paidBy(buyer)).toEqual([...before, 1_900]);
    const atStop = acknowledged.size;
    await eventually(() => acknowledged.size > atStop + 20);
    load.abort();
    await senders;
    expect(problems).toEqual([]);

    receiver.answer(() => ({ status: 204 }));
    await start({ PROCESS_ROLE: 'worker' });
    await eventually(
      async () => {
        const rows = await shop.rows<{ id: string }>(
          `SELECT provider_event_id AS id FROM webhook_events WHERE status = 'completed'`,
        );
        const done = new Set(rows.map(({ id }) => id));
        expect([...acknowledged].filter((id) => !done.has(id))).toEqual([]);
        return true;
      },
      { within: 60_000 },
    );
    const [histories] = await shop.rows('SELECT count(*)::int AS count FROM subscription_histories');
    expect(histories).toEqual({ count: sent });
    // Every message has reached the merchant: those that were cut off, again under the same id.
    await eventually(
      async () => (await shop.rows(`SELECT FROM merchant_webhook_deliveries WHERE status <> 'delivered'`)).length === 0,
      { within: 60_000 },
    );
  }, 240_000);

  it('waits for nobody for ever: what a silent provider was asked is recorded as unknown, and found out by others', async () => {
    const worker = await start({ PROCESS_ROLE: 'worker', SHUTDOWN_DRAIN_SECONDS: '1' });
    const leaving = await start({ PROCESS_ROLE: 'api', SHUTDOWN_DRAIN_SECONDS: '1' });
    const visit = await other.arrive('course');
    const wish = await visit.wish();
    const before = paidBy(other);
    const { sandbox, stripe, plans } = shop.world;
    const subscription = await stripe.subscriptions.create({
      customer: other.customerId,
      items: [{ price: plans.free.priceId }],
    });
    sandbox.faults.api({ kind: 'hang', method: 'POST', path: '/v1/payment_intents', times: -1 });
    sandbox.faults.api({ kind: 'hang', method: 'GET', path: '/v1/subscriptions/*', times: -1 });
    const charging = payment(leaving.url, visit, wish);
    await shop.rows(`SELECT graphile_worker.add_job('subscription.read-from-provider', $1::json)`, [
      JSON.stringify({
        provider: 'stripe',
        subscriptionId: subscription.id,
        customerId: other.customerId,
        why: 'silent',
        isNeeded: true,
      }),
    ]);
    await eventually(async () => (await attempt())?.status === 'sent' && (await isReading()), {
      within: 60_000,
    });

    const begin = performance.now();
    worker.main.kill('SIGTERM');
    leaving.main.kill('SIGTERM');
    expect(await charging).toMatchObject({ status: 202, body: { pending: { kind: 'processing' } } });
    expect(await Promise.all([leaving.main.ended, worker.main.ended])).toEqual([0, 0]);
    expect(performance.now() - begin).toBeLessThan(9_000);
    expect(await attempt()).toEqual({ status: 'unknown' });
    expect(await leftBehind()).toEqual([]);

    sandbox.faults.clear();
    await start({ PROCESS_ROLE: 'worker' });
    await eventually(async () => (await attempt())?.status === 'succeeded', { within: 60_000 });
    expect(paidBy(other)).toEqual([...before, 1_900]);
    expect(await visit.view()).toMatchObject({ session: { status: 'completed' }, pending: null });
    await eventually(
      async () => {
        const rows = await shop.rows('SELECT FROM subscriptions WHERE payment_provider_subscription_id = $1', [
          subscription.id,
        ]);
        return rows.length === 1;
      },
      { within: 60_000 },
    );
  }, 240_000);
});
