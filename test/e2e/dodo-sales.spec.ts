import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { Sweep } from '../../src/charging/jobs/sweep.js';
import { DODO_SECRETS } from '../support/both-providers.js';
import { dodoClient } from '../support/dodo-client.js';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { MatrixWorld } from './matrix-world.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { done, Visit } from './upsell-shop.js';

let world: MatrixWorld;
let dodo: DodoPayments;

beforeAll(async () => {
  world = await MatrixWorld.start('dodo', 'sales');
  dodo = dodoClient(world.sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY);
  const { shop } = world;
  await shop.funnel('kit', [{ kind: 'one_click', offers: ['course'] }]);
  await shop.planOffer('pro-plan', 'pro');
}, 60_000);
afterAll(() => closeSound(world));

interface SaleRow {
  readonly id: string;
  readonly offer: string;
  readonly source: string;
  readonly amount: string;
  readonly session: string | null;
}

const salesOf = (customer: MatrixCustomer): Promise<SaleRow[]> =>
  world.shop.rows<SaleRow>(
    `SELECT s.uuid AS id, o.code AS offer, s.source, s.amount::text, e.status AS session
       FROM sales s JOIN users u ON u.id = s.user_id JOIN offers o ON o.id = s.offer_id
       LEFT JOIN upsell_sessions e ON e.sale_id = s.id
      WHERE u.external_id = $1 ORDER BY s.id`,
    [customer.id],
  );

/** What is known by jobs that wait for nobody. */
const saleOf = (customer: MatrixCustomer): Promise<SaleRow> => eventually(async () => (await salesOf(customer))[0]);

/** Buys at a checkout of the merchant's own, which says about itself what it is told to. */
async function buyAt(customer: MatrixCustomer, priceId: string, metadata: Record<string, string>): Promise<string> {
  await customer.buy('poster'); // makes them known to the provider
  const { side } = world;
  const { checkoutId, url } = await side.openCheckout({ customerId: customer.customerId, priceId, metadata });
  await customer.pay(url);
  await world.settle();
  return side.paymentOf(checkoutId);
}

const itemsOf = async (visit: Visit) => (await visit.sale()).items;

describe('a purchase that payment.succeeded tells of', () => {
  it('is a sale, gives what was bought, and opens its funnel', async () => {
    const customer = await world.customer();
    await customer.buy('kit');
    expect(await salesOf(customer)).toEqual([
      { id: expect.any(String), offer: 'kit', source: 'payment', amount: '4900', session: 'open' },
    ]);
    expect(await customer.products()).toEqual(['kit granted']);
  });

  it('is known by its product where nothing else says what it is', async () => {
    const customer = await world.customer();
    await buyAt(customer, world.prices.kit, {});
    expect((await salesOf(customer)).map(({ offer }) => offer)).toEqual(['poster', 'kit']);
  });

  it('is one sale, however often it is told and claimed', async () => {
    const customer = await world.customer();
    const paymentId = await customer.buy('kit');
    const [first, second] = [await customer.claim(paymentId), await customer.claim(paymentId)];
    expect(second.sale.id).toBe(first.sale.id);
    expect(await salesOf(customer)).toHaveLength(1);
  });

  it('of a plan is read, once: renewals copy its metadata and are no sales', async () => {
    const customer = await world.customer();
    await buyAt(customer, world.prices.pro, {
      offer_uuid: world.shop.offers['pro-plan'] ?? '',
      group_id: customer.groupId,
    });
    await eventually(async () => (await salesOf(customer)).length === 2);
    expect((await salesOf(customer))[1]).toMatchObject({ offer: 'pro-plan', amount: '8000' });
    await world.advance({ days: 31 });
    await eventually(async () => (await readJobs()) === 0);
    expect(world.charges(customer)).toEqual([900, 8_000, 8_000]);
    expect(await salesOf(customer)).toHaveLength(2);
  });

  it('of a stranger waits until somebody knows them', async () => {
    const stranger = await dodo.customers.create({ email: 'stranger@shop.test', name: 'Stranger' });
    const { url } = await world.side.openCheckout({
      customerId: stranger.customer_id,
      priceId: world.prices.kit,
      metadata: {},
    });
    const customer = await world.customer();
    await customer.pay(url);
    await world.settle();
    expect(await salesOf(customer)).toEqual([]);
    const link = { payment_provider: 'dodo', payment_provider_customer_id: stranger.customer_id };
    const user = { name: 'Buyer', email: `${customer.id}@shop.test`, ...link };
    await done(world.shop.service('PUT', `users/${customer.id}`, user));
    expect(await saleOf(customer)).toMatchObject({ offer: 'kit' });
  });
});

describe('one click', () => {
  it('charges the saved card once, by the offer’s product, under the document’s labels', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const wish = await visit.wish();
    const answers = await Promise.all([1, 2, 3].map(() => visit.post('payment', wish)));
    expect(answers.map(({ status }) => status)).toContain(200);
    await world.settle();
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course paid 1900']);
    const [, upsell] = await itemsOf(visit);
    const payment = await dodo.payments.retrieve(upsell.provider_payment_id);
    expect(payment.product_cart).toEqual([{ product_id: world.prices.course, quantity: 1 }]);
    expect(payment.metadata).toMatchObject({
      upsell_source: 'post_purchase',
      original_order_id: visit.saleId,
      purchase_type: 'upsell',
    });
    expect(await customer.products()).toEqual(['course granted', 'kit granted']);
  });

  it('whose answer is lost is one charge, found without another call', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const wish = await visit.wish();
    world.loseAnswer('/dodo/checkouts');
    expect((await visit.post('payment', wish)).status).toBe(202);
    const another = await visit.post('payment', { ...wish, method: { kind: 'new_card' } });
    expect(another.body).not.toHaveProperty('pending.url');
    await eventually(async () => (await visit.items())[1] === 'upsell course paid 1900', { within: 20_000 });
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
  });

  it('that never reached the provider charges nothing, and is tried no second time by itself', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    world.sandbox.faults.api({ kind: 'dropRequest', method: 'POST', path: '/dodo/checkouts' });
    expect((await visit.accept()).status).not.toBe(200);
    await world.settle();
    expect(world.charges(customer)).toEqual([4_900]);
  });

  it('is not offered what has no product at the provider', async () => {
    const customer = await world.customer();
    await world.shop.offer('unmapped', { amount: 500 });
    await world.shop.funnel('poster', [{ kind: 'one_click', offers: ['unmapped'] }]);
    const claimed = await customer.claim(await customer.buy('poster'));
    expect(claimed.upsell).toBeNull();
  });
});

describe('a page that cannot be closed', () => {
  /** A visit whose customer was sent to pay with another card. */
  async function sentToPay(customer: MatrixCustomer): Promise<{ visit: Visit; step: string; url: string }> {
    const visit = await customer.arrive('kit');
    const { step } = await visit.view();
    const answer = await visit.accept({ method: { kind: 'new_card' } });
    expect(answer).toMatchObject({ status: 202, body: { pending: { kind: 'checkout' } } });
    return { visit, step: step.id, url: answer.body.pending.url };
  }

  it('stays the page to pay at: no other way is opened beside it', async () => {
    const customer = await world.customer();
    const { visit, step, url } = await sentToPay(customer);
    const canceled = await visit.post('cancel-payment', { step });
    expect(canceled).toMatchObject({ status: 409, body: { code: 'upsell_payment_pending' } });
    expect((await visit.view()).pending).toMatchObject({ kind: 'checkout', url });
    await customer.pay(url);
    await world.settle();
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course paid 1900']);
  });

  it('keeps nobody: who says no goes on, and who pays there after all gets what they paid for, once', async () => {
    const customer = await world.customer();
    const { visit, step, url } = await sentToPay(customer);
    expect((await visit.post('decline', { step })).status).toBe(200);
    expect(await visit.sale()).toMatchObject({ status: 'finalized' });
    await customer.pay(url);
    await world.settle();
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course paid 1900']);
    expect(await visit.sale()).toMatchObject({ status: 'extended' });
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
    expect(await customer.products()).toEqual(['course granted', 'kit granted']);
  });

  it('is waited for no longer than half an hour and a bit', async () => {
    const customer = await world.customer();
    const { visit } = await sentToPay(customer);
    await world.advance({ seconds: 36 * 60 });
    await world.application.app.get(Sweep, { strict: false }).run();
    await eventually(async () => (await visit.items())[1] === 'upsell course expired 1900');
    expect((await visit.view()).pending).toBeNull();
  });
});

describe('money that goes back', () => {
  it('in parts from the dashboard is added up; all of it takes what was bought back', async () => {
    const customer = await world.customer();
    const paymentId = await customer.buy('kit');
    const visit = Visit.follow(world.shop, await customer.claim(paymentId));
    const { items } = await dodo.payments.retrieveLineItems(paymentId);
    const part = { item_id: items[0]?.items_id ?? '', amount: 1_000, tax_inclusive: true };
    await dodo.refunds.create({ payment_id: paymentId, items: [part] });
    await eventually(async () => (await itemsOf(visit))[0].refunded_amount === 1_000);
    await dodo.refunds.create({ payment_id: paymentId, items: [{ ...part, amount: 500 }] });
    await eventually(async () => (await itemsOf(visit))[0].refunded_amount === 1_500);
    expect(await customer.products()).toEqual(['kit granted']);
    await dodo.refunds.create({ payment_id: paymentId, items: [{ ...part, amount: 3_400 }] });
    await eventually(async () => (await itemsOf(visit))[0].status === 'refunded');
    expect(await customer.products()).toEqual(['kit revoked']);
  });

  it('by an administrator is given back once', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const [item] = await itemsOf(visit);
    const answers = await Promise.all([1, 2].map(() => world.shop.refund(item.id)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await world.settle();
    await eventually(async () => (await itemsOf(visit))[0].status === 'refunded');
    expect(world.refunds(customer)).toEqual([4_900]);
  });

  it('is fought over: access is suspended, and comes back when the dispute is won', async () => {
    const customer = await world.customer();
    const paymentId = await customer.buy('kit');
    const { dispute_id: id } = await control('disputes', { payment_id: paymentId });
    await world.settle();
    expect(await customer.products()).toEqual(['kit suspended']);
    await control(`disputes/${id}/close`, { status: 'won' });
    await world.settle();
    expect(await customer.products()).toEqual(['kit granted']);
  });

  it('by a lost dispute is gone for good', async () => {
    const customer = await world.customer();
    const { dispute_id: id } = await control('disputes', { payment_id: await customer.buy('kit') });
    await control(`disputes/${id}/close`, { status: 'lost' });
    await world.settle();
    expect(await customer.products()).toEqual(['kit revoked']);
  });
});

/** What banks do, outside of the provider's API. */
async function control(path: string, body: object): Promise<{ dispute_id: string }> {
  const response = await fetch(`${world.sandbox.url}/sandbox/dodo/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json() as Promise<{ dispute_id: string }>;
}

async function readJobs(): Promise<number> {
  const [row] = await world.shop.rows<{ open: number }>(
    "SELECT count(*)::int AS open FROM graphile_worker.jobs WHERE task_identifier = 'upsell.read-checkout'",
  );
  return row?.open ?? 0;
}
