import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { callerOf, type Call } from '../support/http.js';
import { MainProcess } from '../support/main-process.js';
import { submit } from './portal.js';
import { Shop, VISA, type Buyer, type Visit } from './upsell-shop.js';
import { stripeOf } from '../support/settings.js';
import { closeSound } from '../support/invariants.js';

let shop: Shop;
let main: MainProcess;
let call: Call;
let buyers = 0;
/** What no line may tell. */
const secrets = new Set<string>();
const lines: string[] = [];

beforeAll(async () => {
  // This process does nothing in the background: what has to be done after a death, another process does.
  shop = await Shop.open({ name: 'upsell_attacks_killed', environment: { PROCESS_ROLE: 'api' }, deliver: false });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
  await shop.offer('curso', { amount: 4_900, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.offer('efeitos', { amount: 1_990, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.funnel('curso', [
    { kind: 'pix_or_card', offers: ['efeitos'], next_on_accept: null, next_on_decline: null },
  ]);
  await start();
});
afterEach(() => shop.world.sandbox.faults.clear());
afterAll(async () => {
  await main.stop();
  await closeSound(shop.world);
});

async function start(): Promise<void> {
  const { database, config } = shop.world.application;
  const { apiUrl } = stripeOf(config);
  main = new MainProcess(database.url, {
    STRIPE_API_URL: apiUrl,
    CLOCK_URL: `${apiUrl}/sandbox/clock`,
    LOG_LEVEL: 'info',
  });
  call = callerOf(await main.listening());
}

async function restart(): Promise<void> {
  main.kill('SIGKILL');
  expect(await main.ended).toBe('SIGKILL');
  lines.push(...main.lines);
  await start();
}

async function arrive(
  offer: string,
  currency = 'USD',
): Promise<{ buyer: Buyer; visit: Visit; wish: Record<string, unknown> }> {
  const buyer = await shop.buyer(`buyer-${++buyers}`);
  const visit = await buyer.arrive(offer, { currency });
  for (const secret of [visit.token, `${buyer.id}@shop.test`, `Buyer ${buyer.id}`]) secrets.add(secret);
  return { buyer, visit, wish: await visit.wish() };
}

/** To the process that is going to die. */
const post = (visit: Visit, action: string, body: object, headers = {}) =>
  call('POST', `/upsell-native/${visit.offerUuid}/${action}`, {
    token: visit.token,
    body,
    headers: { 'accept-language': 'en', ...headers },
  });
const attempt = async () =>
  (
    await shop.rows<{ uuid: string; status: string }>(
      'SELECT uuid, status FROM charge_attempts ORDER BY id DESC LIMIT 1',
    )
  )[0];
const becomes = (status: string) => eventually(async () => (await attempt())?.status === status, { within: 20_000 });

/** As long after it as nobody has to wait for: the attempt and the jobs that look after it. */
async function later(seconds: number): Promise<void> {
  const { uuid } = (await attempt())!;
  await shop.rows(
    `UPDATE charge_attempts SET created_at = created_at - $2::int * interval '1 second',
       sent_at = sent_at - $2::int * interval '1 second', absent_at = absent_at - $2::int * interval '1 second'
     WHERE uuid = $1`,
    [uuid, seconds],
  );
  await shop.rows(
    `SELECT graphile_worker.add_job('charging.resolve', json_build_object('uuid', $1::text), job_key => 'charging.resolve:' || $1::text)`,
    [uuid],
  );
}

/** The provider's clock stands still: it made the payment when it was sent. */
const asSentByTheProvidersClock = async () =>
  shop.rows('UPDATE charge_attempts SET sent_at = $2 WHERE uuid = $1', [
    (await attempt())?.uuid,
    shop.world.sandbox.now(),
  ]);

const amountsOf = ({ customerId }: Buyer) => shop.charges(customerId).map(({ amount }) => amount);

describe('a process that is killed', () => {
  it('between the claim and the call has charged nothing; the offer is there again', async () => {
    const { buyer, visit, wish } = await arrive('course');
    await shop.rows(`CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_advisory_xact_lock(4712); RETURN NEW; END'`);
    await shop.rows(`CREATE TRIGGER hold BEFORE UPDATE ON charge_attempts FOR EACH ROW
      WHEN (NEW.status = 'sent') EXECUTE FUNCTION hold()`);
    const holding = shop.rows('SELECT pg_advisory_lock(4712), pg_sleep(600)').catch(() => undefined);
    const holder = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4712 AND granted`;
    const pid = await eventually(async () => (await shop.rows<{ pid: number }>(holder))[0]?.pid);
    const accepting = post(visit, 'payment', wish, { 'idempotency-key': 'click' }).catch(() => undefined);
    await eventually(async () => {
      const waiting = await shop.rows(
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4712 AND NOT granted`,
      );
      return waiting.length > 0;
    });
    await restart();
    expect(await accepting).toBeUndefined();
    await shop.rows('SELECT pg_terminate_backend($1)', [pid]);
    await holding;
    await shop.rows('DROP TRIGGER hold ON charge_attempts');
    expect(await attempt()).toMatchObject({ status: 'claimed' });
    expect(await visit.view()).toMatchObject({ session: { status: 'charging' }, pending: { kind: 'processing' } });
    await later(121);
    await becomes('failed');
    expect(await visit.items()).toEqual(['main course paid 4900', 'upsell presets failed 1900']);
    expect(amountsOf(buyer)).toEqual([4_900]);
    expect((await post(visit, 'payment', wish)).status).toBe(200);
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
  });

  it('between the call and its answer has charged once, and the customer learns of it', async () => {
    const { buyer, visit, wish } = await arrive('course');
    shop.world.sandbox.faults.api({ kind: 'slow', milliseconds: 400, method: 'POST', path: '/v1/payment_intents' });
    const accepting = post(visit, 'payment', wish, { 'idempotency-key': 'click' }).catch(() => undefined);
    await eventually(
      async () => (await attempt())?.status === 'sent' && shop.world.sandbox.faults.list().api.length === 0,
    );
    await restart();
    expect(await accepting).toBeUndefined();
    await eventually(() => amountsOf(buyer).length === 2);
    expect(await attempt()).toMatchObject({ status: 'sent' });
    const again = await post(visit, 'payment', { ...wish, method: { kind: 'new_card' } });
    expect(again).toMatchObject({ status: 202, body: { pending: { kind: 'processing' } } });
    await asSentByTheProvidersClock();
    await later(0);
    await becomes('succeeded');
    expect(await visit.view()).toMatchObject({ session: { status: 'completed' }, pending: null });
    expect(await visit.items()).toEqual(['main course paid 4900', 'upsell presets paid 1900']);
    expect(await visit.sale()).toMatchObject({ status: 'extended', is_closed: true });
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
  });

  it('before the provider heard of the call has charged nothing, and nobody is left waiting', async () => {
    const { buyer, visit, wish } = await arrive('course');
    shop.world.sandbox.faults.api({ kind: 'hang', method: 'POST', path: '/v1/payment_intents', times: -1 });
    const accepting = post(visit, 'payment', wish).catch(() => undefined);
    await eventually(async () => (await attempt())?.status === 'sent');
    await restart();
    await accepting;
    shop.world.sandbox.faults.clear();
    await asSentByTheProvidersClock();
    await later(0);
    await becomes('unknown');
    await later(0);
    await eventually(async () => (await shop.rows('SELECT FROM charge_attempts WHERE absent_at IS NOT NULL')).length);
    await later(301);
    await becomes('failed');
    expect(amountsOf(buyer)).toEqual([4_900]);
    expect(await visit.view()).toMatchObject({
      session: { status: 'open' },
      pending: null,
      last_failure: { code: 'provider_unavailable' },
    });
  });
});

describe('what is logged', () => {
  it('tells no token, code, address or person', async () => {
    const card = await arrive('course');
    const checkout = await post(card.visit, 'payment', { ...card.wish, method: { kind: 'new_card' } });
    secrets.add(checkout.body.pending.url);
    await submit(checkout.body.pending.url, new URLSearchParams({ card: VISA, email: 'payer@shop.test' }));
    await post(card.visit, 'payment', card.wish);
    await post(card.visit, 'payment', { ...card.wish, amount: 1 });
    const pix = await arrive('curso', 'BRL');
    const started = await post(pix.visit, 'payment', { ...pix.wish, method: { kind: 'pix', tax_id: '12345678909' } });
    secrets.add(started.body.pending.pix.code).add('12345678909').add('payer@shop.test').add(VISA);
    await call('GET', `/upsell-native/${pix.visit.offerUuid}?token=${pix.visit.token}`, { token: 'broken' });
    await call('POST', '/api/v1/service/sales', {
      apiKey: shop.apiKey,
      body: { provider: 'stripe', user_id: 'buyer-1@shop.test' },
    });
    await post(pix.visit, 'cancel-payment', { step: pix.wish.step });
    await main.stop();
    lines.push(...main.lines);
    const text = lines.join('\n');
    expect(text).toContain('an upsell was accepted');
    expect(text).toContain('an upsell payment is pending');
    const { STRIPE_SECRET_KEY, UPSELL_TOKEN_SECRET, JWT_SECRET, ADMIN_API_KEY } = main.environment;
    for (const secret of [STRIPE_SECRET_KEY, UPSELL_TOKEN_SECRET, JWT_SECRET, ADMIN_API_KEY]) secrets.add(secret ?? '');
    expect([...secrets].filter((secret) => secret === '' || text.includes(secret))).toEqual([]);
    expect(text).not.toMatch(/eyJ[\w-]{10,}\./);
    expect(text).not.toMatch(/@shop\.test|000201|\b4242\d{12}\b|cs_test_\w+#|\/c\/pay/);
  });
});
