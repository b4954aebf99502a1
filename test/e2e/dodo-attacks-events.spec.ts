import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { Webhook } from 'standardwebhooks';
import { Sweep } from '../../src/charging/jobs/sweep.js';
import { DODO_SECRETS } from '../support/both-providers.js';
import { dodoClient } from '../support/dodo-client.js';
import { dodoEvent, dodoPayment, dodoRefund } from '../support/dodo-payloads.js';
import { eventually } from '../support/eventually.js';
import type { Answer } from '../support/http.js';
import { closeSound } from '../support/invariants.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { MatrixWorld } from './matrix-world.js';
import { Visit } from './upsell-shop.js';

let world: MatrixWorld;
let dodo: DodoPayments;
let numbers = 0;

beforeAll(async () => {
  world = await MatrixWorld.start('dodo', 'attacks_events');
  dodo = dodoClient(world.sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY);
}, 60_000);
afterEach(() => world.sandbox.faults.clear());
afterAll(() => closeSound(world));

/** What Dodo's server would say, signed as it signs. */
function tell(type: string, data: object, id = `msg_attack_${(numbers += 1)}`): Promise<Answer> {
  const body = JSON.stringify(dodoEvent(type, data));
  const now = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(DODO_SECRETS.DODO_PAYMENTS_WEBHOOK_KEY).sign(id, now, body),
  };
  return world.application.call('POST', '/webhooks/dodo', { body, headers });
}

/** Buys at a page that says of itself what its address told it to. */
async function buyAs(customer: MatrixCustomer, priceId: string, metadata: Record<string, string>): Promise<string> {
  await customer.becomeKnown();
  const { side } = world;
  const { checkoutId, url } = await side.openCheckout({ customerId: customer.customerId, priceId, metadata });
  await customer.pay(url);
  await world.settle();
  return side.paymentOf(checkoutId);
}

const salesOf = async (customer: MatrixCustomer): Promise<string[]> =>
  (
    await world.shop.rows<{ code: string }>(
      `SELECT o.code FROM sales s JOIN users u ON u.id = s.user_id JOIN offers o ON o.id = s.offer_id
        WHERE u.external_id = $1 ORDER BY s.id`,
      [customer.id],
    )
  ).map(({ code }) => code);

/** What became of the events about a payment. */
const errorsAbout = async (paymentId: string): Promise<(string | null)[]> =>
  (
    await world.shop.rows<{ error: string | null }>(
      `SELECT error FROM webhook_events
        WHERE event_type = 'payment.succeeded' AND convert_from(payload, 'UTF8') LIKE '%' || $1 || '%'`,
      [paymentId],
    )
  ).map(({ error }) => error);

describe('a buyer who writes the metadata of a payment link', () => {
  it('gets what was paid for, not what was named', async () => {
    const customer = await world.customer();
    await buyAs(customer, world.prices.poster, { offer_uuid: world.shop.offers.kit ?? '' });
    expect(await customer.products()).toEqual(['poster granted']);
    expect(await salesOf(customer)).toEqual(['poster']);
  });

  it('gets nothing for what is none of our products, and it is seen', async () => {
    const customer = await world.customer();
    const cheap = await world.side.sell({ code: 'sticker', amount: 100, currency: 'USD' });
    const paymentId = await buyAs(customer, cheap, { offer_uuid: world.shop.offers.kit ?? '' });
    expect(await customer.products()).toEqual([]);
    expect(await errorsAbout(paymentId)).toEqual([expect.stringContaining('has not bought')]);
  });

  it('nor where the merchant’s server claims the payment', async () => {
    const customer = await world.customer();
    const paymentId = await buyAs(customer, world.prices.poster, { offer_uuid: world.shop.offers.kit ?? '' });
    await customer.claim(paymentId);
    expect(await customer.products()).toEqual(['poster granted']);
  });
});

describe('a buyer who names the page that they are to pay', () => {
  it('and pays something cheaper has paid nothing there', async () => {
    await world.shop.funnel('kit', [{ kind: 'one_click', offers: ['course'] }]);
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    await visit.accept({ method: { kind: 'new_card' } });
    const [attempt] = await world.shop.rows<{ uuid: string }>(
      'SELECT uuid FROM charge_attempts ORDER BY id DESC LIMIT 1',
    );
    const paymentId = await buyAs(customer, world.prices.poster, { uplift_attempt: attempt?.uuid ?? '' });
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course pending 1900']);
    expect(await errorsAbout(paymentId)).toEqual([expect.stringContaining('of another product')]);
    await world.advance({ seconds: 36 * 60 });
    await world.application.app.get(Sweep, { strict: false }).run();
    await eventually(async () => (await visit.items())[1] === 'upsell course expired 1900');
    expect(await customer.products()).toEqual(['kit granted']);
  });
});

describe('events that come otherwise than they happened', () => {
  it('each told again under an id of its own, in any order, are one sale and one upsell', async () => {
    await world.shop.funnel('kit', [{ kind: 'one_click', offers: ['course'] }]);
    const customer = await world.customer();
    world.sandbox.faults.delivery({ kind: 'duplicateAsNewEvent' });
    world.sandbox.faults.delivery({ kind: 'reorder', seed: 7 });
    const visit = await customer.arrive('kit');
    expect((await visit.accept()).status).toBe(200);
    await world.settle();
    expect(await salesOf(customer)).toEqual(['kit']);
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course paid 1900']);
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
  });

  it('of a page’s first card, which was declined, do not end what the second card pays', async () => {
    await world.shop.funnel('kit', [{ kind: 'one_click', offers: ['course'] }]);
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const { url } = (await visit.accept({ method: { kind: 'new_card' } })).body.pending;
    await expect(customer.pay(url, '4000000000000002')).rejects.toThrow('402');
    await world.settle();
    expect((await visit.view()).pending).toMatchObject({ kind: 'checkout', url });
    await customer.pay(url);
    await world.settle();
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course paid 1900']);
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
  });

  it('and before the provider’s own books show them, are read again', async () => {
    const customer = await world.customer();
    await customer.becomeKnown();
    const payment = dodoPayment({
      payment_id: 'pay_not_listed_yet',
      subscription_id: 'sub_not_listed_yet',
      product_cart: null,
      metadata: {},
    });
    const owner = { ...payment.customer, customer_id: customer.customerId };
    expect((await tell('payment.succeeded', { ...payment, customer: owner })).status).toBe(200);
    await eventually(async () => (await failingJobs('upsell.read-checkout')) === 1);
  });

  it('of a refund that its payment does not list yet are read again, not taken for an older one', async () => {
    const customer = await world.customer();
    const paymentId = await customer.buy('kit');
    const visit = Visit.follow(world.shop, await customer.claim(paymentId));
    const { items } = await dodo.payments.retrieveLineItems(paymentId);
    const part = { item_id: items[0]?.items_id ?? '', amount: 3_000, tax_inclusive: true };
    await dodo.refunds.create({ payment_id: paymentId, items: [part] });
    await eventually(async () => (await visit.sale()).items[0].refunded_amount === 3_000);
    const next = dodoRefund({ payment_id: paymentId, refund_id: 'ref_not_listed_yet', amount: 1_900, currency: 'USD' });
    await tell('refund.succeeded', next);
    expect(await eventually(async () => (await failingJobs('upsell.read-returned')) === 1)).toBe(true);
  });
});

describe('a forged event', () => {
  const body = JSON.stringify(dodoEvent('payment.succeeded', dodoPayment()));

  it('signed as the other provider signs is refused', async () => {
    const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${Date.now()},v1=${'0'.repeat(64)}` };
    const answer = await world.application.call('POST', '/webhooks/dodo', { body, headers });
    expect(answer).toMatchObject({ status: 400, body: { code: 'signature_invalid' } });
  });

  it('that is larger than any event is refused before it is read', async () => {
    const huge = JSON.stringify(dodoEvent('payment.succeeded', { filling: 'x'.repeat(2 * 1024 * 1024) }));
    const headers = { 'content-type': 'application/json', 'webhook-id': 'msg_huge' };
    expect((await world.application.call('POST', '/webhooks/dodo', { body: huge, headers })).status).toBe(413);
  });
});

/** Jobs that failed, and will be tried again. */
async function failingJobs(task: string): Promise<number> {
  const [row] = await world.shop.rows<{ open: number }>(
    `SELECT count(*)::int AS open FROM graphile_worker.jobs
      WHERE task_identifier = $1 AND attempts > 0 AND last_error IS NOT NULL`,
    [task],
  );
  return row?.open ?? 0;
}
