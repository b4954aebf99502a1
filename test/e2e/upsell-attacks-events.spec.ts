import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { submit } from './portal.js';
import { Shop, VISA, type Buyer, type Visit } from './upsell-shop.js';

let shop: Shop;
let buyers = 0;
const nextBuyer = () => shop.buyer(`buyer-${++buyers}`);
const amountsOf = ({ customerId }: Buyer) => shop.charges(customerId).map(({ amount }) => amount);

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_attacks_events' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterEach(async () => {
  shop.world.sandbox.faults.clear();
  shop.world.sandbox.setWebhook(webhook());
  await shop.world.settle();
});
afterAll(() => closeSound(shop.world));

const webhook = () => `${shop.world.application.url}/api/v1/admin/stripe/webhook`;
const statusOf = async (type: string) =>
  (
    await shop.rows<{ status: string; outcome: string | null }>(
      'SELECT status, outcome FROM webhook_events WHERE event_type = $1 ORDER BY id DESC LIMIT 1',
      [type],
    )
  )[0];

/** An event as the provider signs it, whatever a merchant's mistake has written on the payment. */
async function tell(type: string, object: object): Promise<void> {
  const created = Math.floor(shop.world.sandbox.now().getTime() / 1_000);
  const [known] = (await shop.world.stripe.events.list({ limit: 1 })).data;
  await shop.postEvent(JSON.stringify({ ...known, id: `evt_${randomUUID()}`, type, created, data: { object } }));
  await shop.world.settle();
}

interface Waiting {
  readonly buyer: Buyer;
  readonly visit: Visit;
  readonly attemptUuid: string;
  readonly url: string;
}

/** A customer on the provider's page: an attempt that waits for a payment. */
async function waiting(): Promise<Waiting> {
  const buyer = await nextBuyer();
  const visit = await buyer.arrive('course');
  const started = await visit.accept({ method: { kind: 'new_card' } });
  const [row] = await shop.rows<{ uuid: string }>('SELECT uuid FROM charge_attempts ORDER BY id DESC LIMIT 1');
  return { buyer, visit, attemptUuid: row?.uuid ?? '', url: started.body.pending.url };
}

/** Somebody pays for something with another's attempt in the metadata. */
async function payWith(buyer: Buyer, attemptUuid: string, amount = 100): Promise<object> {
  const { stripe } = shop.world;
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: buyer.customerId });
  return stripe.paymentIntents.create({
    amount,
    currency: 'usd',
    customer: buyer.customerId,
    payment_method: card.id,
    allowed_payment_method_types: ['card'],
    confirm: true,
    metadata: { uplift_attempt: attemptUuid },
  });
}

describe('a payment with the attempt of another customer on it', () => {
  it('pays nothing for them', async () => {
    const { visit, attemptUuid, url, buyer } = await waiting();
    await payWith(await nextBuyer(), attemptUuid, 1_900);
    await shop.world.settle();
    expect(await visit.items()).toEqual(['main course paid 4900', 'upsell presets pending 1900']);
    expect(await visit.view()).toMatchObject({ session: { status: 'charging' } });
    expect(await statusOf('payment_intent.succeeded')).toMatchObject({ status: 'failed' });
    await submit(url, new URLSearchParams({ card: VISA, email: 'buyer@shop.test' }));
    await shop.world.settle();
    expect(await visit.items()).toContain('upsell presets paid 1900');
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
  });

  it('of a guest pays nothing for them', async () => {
    const { visit, attemptUuid } = await waiting();
    const { stripe } = shop.world;
    await stripe.paymentIntents.create({
      amount: 1_900,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      allowed_payment_method_types: ['card'],
      confirm: true,
      metadata: { uplift_attempt: attemptUuid },
    });
    await shop.world.settle();
    expect(await visit.items()).toContain('upsell presets pending 1900');
  });

  it('that failed, or was called off, ends nothing for them', async () => {
    const buyer = await nextBuyer();
    const card = await shop.world.stripe.paymentMethods.attach('pm_card_authenticationRequired', {
      customer: buyer.customerId,
    });
    const visit = await buyer.arrive('course');
    const method = { kind: 'saved_card', card_id: card.id };
    expect(await visit.accept({ method })).toMatchObject({ status: 202 });
    const [row] = await shop.rows<{ uuid: string }>('SELECT uuid FROM charge_attempts ORDER BY id DESC LIMIT 1');
    const other = await payWith(await nextBuyer(), row?.uuid ?? '');
    await tell('payment_intent.payment_failed', { ...other, status: 'requires_payment_method' });
    await tell('payment_intent.canceled', { ...other, status: 'canceled' });
    expect(await visit.view()).toMatchObject({ session: { status: 'charging' }, pending: { kind: 'authenticate' } });
  });

  it('is no sale either', async () => {
    const { attemptUuid } = await waiting();
    const buyer = await nextBuyer();
    const paid = (await payWith(buyer, attemptUuid)) as { id: string };
    await shop.world.settle();
    const claimed = await buyer.claim({ paymentId: paid.id }, { offer_uuid: shop.offers.presets });
    expect(claimed).toMatchObject({ status: 409, body: { code: 'payment_not_a_sale' } });
  });

  it.each(['', 'x', `' OR 1=1 --`, '00000000-0000-4000-8000-000000000000'])('that is %j breaks nothing', async (id) => {
    const buyer = await nextBuyer();
    await payWith(buyer, id);
    await shop.world.settle();
    expect(['completed', 'failed']).toContain((await statusOf('payment_intent.succeeded'))?.status);
    expect((await (await buyer.arrive('course')).accept()).status).toBe(200);
  });
});

describe('an amount that is not the attempt’s', () => {
  it('is what the books say, and what can be refunded', async () => {
    const { buyer, visit, attemptUuid } = await waiting();
    const { id } = (await payWith(buyer, attemptUuid, 1_234)) as { id: string };
    await shop.world.settle();
    expect(await visit.items()).toContain('upsell presets paid 1234');
    expect((await visit.sale()).items[1]).toMatchObject({ provider_payment_id: id, amount: 1_234 });
    const [, item] = (await visit.sale()).items;
    expect(await shop.refund(item.id, { amount: 1_900 })).toMatchObject({
      body: { code: 'refund_not_possible' },
    });
    expect((await shop.refund(item.id)).status).toBeLessThan(300);
  });
});

describe('a page that is paid after another payment has paid for it', () => {
  it('is for a person to make good, and grants nothing twice', async () => {
    const { buyer, visit, attemptUuid, url } = await waiting();
    await payWith(buyer, attemptUuid, 1_900);
    await shop.world.settle();
    expect(await visit.items()).toContain('upsell presets paid 1900');
    await submit(url, new URLSearchParams({ card: VISA, email: 'buyer@shop.test' }));
    await shop.world.settle();
    const [failed] = await shop.rows<{ error: string }>(
      `SELECT error FROM webhook_events WHERE event_type = 'payment_intent.succeeded' ORDER BY id DESC LIMIT 1`,
    );
    expect(failed?.error).toContain(`Charge attempt ${attemptUuid} was paid by `);
    expect(await visit.items()).toHaveLength(2);
    expect((await visit.events()).filter((event) => event.startsWith('paid'))).toHaveLength(1);
  });
});

describe('events', () => {
  const told = async (paymentId: string) => {
    const { data } = await shop.world.stripe.events.list({ limit: 100 });
    return data.filter(({ data: { object } }) => JSON.stringify(object).includes(paymentId));
  };

  const SALE_OF_PAYMENT = `
    SELECT count(*)::int AS count, jsonb_agg(jsonb_build_object('status', i.status, 'refunded', i.refunded_amount)) AS items
      FROM sale_items i JOIN sales s ON s.id = i.sale_id WHERE s.provider_payment_id = $1`;

  it('of a charge that come before the answer to it make it once', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    shop.world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: '/v1/payment_intents' });
    shop.world.sandbox.faults.api({ kind: 'slow', milliseconds: 300, method: 'POST', path: '/v1/payment_intents' });
    expect([200, 202]).toContain((await visit.accept()).status);
    await shop.world.settle();
    expect(await visit.view()).toMatchObject({ session: { status: 'completed' } });
    expect((await visit.events()).filter((event) => event.startsWith('paid'))).toHaveLength(1);
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
  });

  it('in reverse, twice, and days late leave the same rows as in order', async () => {
    const buyer = await nextBuyer();
    const inOrder = await nextBuyer();
    const other = await inOrder.arrive('course');
    shop.world.sandbox.setWebhook(undefined);
    const purchase = await buyer.buy('course');
    await shop.world.stripe.refunds.create({ payment_intent: purchase.paymentId, amount: 1_000 });
    await shop.world.stripe.refunds.create({ payment_intent: purchase.paymentId, amount: 500 });
    await shop.world.settle();
    const events = await told(purchase.paymentId);
    await shop.world.sandbox.advance({ days: 5 });
    for (const event of [...events, ...events.toReversed()]) await shop.postEvent(JSON.stringify(event));
    await shop.world.settle();
    const refunded = { count: 1, items: [{ status: 'paid', refunded: 1_500 }] };
    // What came before its payment waits for it.
    await eventually(async () => {
      const [sale] = await shop.rows(SALE_OF_PAYMENT, [purchase.paymentId]);
      expect(sale).toEqual(refunded);
      return true;
    });
    expect(await other.items()).toEqual(['main course paid 4900']);
  });

  it('of a refund and a dispute of an unknown payment change nothing, and wait', async () => {
    const before = await shop.rows('SELECT status, refunded_amount, disputes FROM sale_items ORDER BY id');
    const stranger = await shop.world.stripe.customers.create({ email: 'stranger@shop.test' });
    const buyer = Object.assign(Object.create(Object.getPrototypeOf(await nextBuyer())), {
      shop,
      id: 'stranger',
      customerId: stranger.id,
    }) as Buyer;
    const paid = (await payWith(buyer, '')) as { id: string };
    await shop.bank('disputes', { payment_intent: paid.id });
    await shop.world.settle();
    expect(await statusOf('charge.dispute.created')).toEqual({ status: 'completed', outcome: 'foreign' });
    expect(await shop.rows('SELECT status, refunded_amount, disputes FROM sale_items ORDER BY id')).toEqual(before);
  });
});
