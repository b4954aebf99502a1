import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { Answer } from '../support/http.js';
import { closeSound } from '../support/invariants.js';
import { Shop, type Buyer, type Visit } from './upsell-shop.js';

let shop: Shop;
let buyers = 0;

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_returned' });
  await shop.listen();
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(() => closeSound(shop.world));

interface Bought {
  readonly buyer: Buyer;
  readonly visit: Visit;
  /** Of the upsell. */
  readonly item: { readonly id: string; readonly provider_payment_id: string };
  readonly main: { readonly id: string; readonly provider_payment_id: string };
}

async function buyBoth(): Promise<Bought> {
  const buyer = await shop.buyer(`buyer-${++buyers}`);
  const visit = await buyer.arrive('course');
  expect((await visit.accept()).status).toBe(200);
  await shop.world.settle();
  const { items } = await visit.sale();
  return { buyer, visit, main: items[0], item: items[1] };
}

const refund = (item: { id: string }, body: object = {}, key?: string): Promise<Answer> =>
  shop.refund(item.id, body, key);

/** `product status reason` of all that the customer was given. */
async function given(buyer: Buyer): Promise<string[]> {
  const { body } = await shop.service('GET', `entitlements/${buyer.id}`);
  return body.products
    .map(({ product_code, status, reason }: Record<string, string>) => [product_code, status, reason].join(' ').trim())
    .toSorted();
}

/** What the merchant is told of money that went back for an item. */
async function refundsTold(item: { readonly id: string }): Promise<unknown[]> {
  const rows = await shop.rows<{ payload: string }>(
    `SELECT payload FROM merchant_webhook_deliveries WHERE message_id LIKE '%.refunded:' || $1 || ':%' ORDER BY id`,
    [item.id],
  );
  return rows.map(({ payload }) => JSON.parse(payload));
}

const refunds = () =>
  shop.world.sandbox.ledger().filter(({ type, outcome }) => type === 'refund' && outcome === 'succeeded');

describe('a refund by an administrator', () => {
  it('of everything takes back what was given', async () => {
    const { buyer, visit, item } = await buyBoth();
    const before = refunds().length;
    const answer = await refund(item);
    expect(answer).toMatchObject({ status: 200, body: { status: 'succeeded', sale: { status: 'extended' } } });
    await shop.world.settle();
    expect(await visit.items()).toEqual(['main course paid 4900', 'upsell presets refunded 1900']);
    expect(await given(buyer)).toEqual(['course granted', 'presets revoked refund']);
    expect(
      refunds()
        .slice(before)
        .map(({ amount }) => amount),
    ).toEqual([1_900]);
    expect(await visit.events()).toEqual(['accept', 'paid 1900', 'refund 1900']);
    expect(await visit.thankYou()).toMatchObject({ totals: [{ amount: 4_900, currency: 'USD' }] });
    expect(await refund(item)).toMatchObject({
      status: 409,
      body: { code: 'refund_not_possible', detail: 'All of this item was refunded before.' },
    });
  });

  it('in parts adds up, and takes back at the end', async () => {
    const { buyer, visit, item } = await buyBoth();
    expect((await refund(item, { amount: 700 })).status).toBe(200);
    await shop.world.settle();
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'paid', refunded_amount: 700 });
    expect(await given(buyer)).toEqual(['course granted', 'presets granted']);
    expect(await refund(item, { amount: 1_201 })).toMatchObject({
      status: 409,
      body: {
        code: 'refund_not_possible',
        detail: 'No more than 1200 of 1900 is left to refund, in minor units of USD.',
      },
    });
    expect((await refund(item, { amount: 1_200, reason: 'duplicate' })).status).toBe(200);
    await shop.world.settle();
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'refunded', refunded_amount: 1_900 });
    expect((await visit.events()).slice(2)).toEqual(['refund 700', 'refund 1200']);
    expect(await given(buyer)).toEqual(['course granted', 'presets revoked refund']);
  });

  it('gives back no more than its answers say, however often it is asked for at the same time', async () => {
    const { item } = await buyBoth();
    const before = refunds().length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => refund(item, { amount: 500 })));
    await shop.world.settle();
    const done = answers.filter(({ status }) => status === 200).length;
    expect(
      refunds()
        .slice(before)
        .reduce((sum, { amount }) => sum + Math.abs(amount), 0),
    ).toBe(done * 500);
    expect(done * 500).toBeLessThanOrEqual(1_900);
    const again = [await refund(item, { amount: 100 }, 'r1'), await refund(item, { amount: 100 }, 'r1')];
    expect(again[1]!.body).toEqual(again[0]!.body);
    expect(again[1]!.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is refused without an Idempotency-Key, and nothing is given back', async () => {
    const { item } = await buyBoth();
    const before = refunds().length;
    const answer = await shop.admin('POST', `sale-items/${item.id}/refund`, { amount: 100 });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body.errors).toEqual([{ field: 'Idempotency-Key', message: expect.stringContaining('is required') }]);
    await shop.world.settle();
    expect(refunds().length).toBe(before);
  });

  it('is refused for what is not there, and for what makes no sense', async () => {
    const { item } = await buyBoth();
    expect(await refund({ id: crypto.randomUUID() })).toMatchObject({
      status: 404,
      body: { code: 'sale_item_not_found' },
    });
    expect(await refund(item, { amount: 0 })).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(await refund(item, { amount: 5_000 })).toMatchObject({ status: 409, body: { code: 'refund_not_possible' } });
  });

  it('of the main sale works the same way, and each part of it is told', async () => {
    const { buyer, visit, main } = await buyBoth();
    expect((await refund(main, { amount: 900 })).status).toBe(200);
    await shop.world.settle();
    expect((await refund(main)).status).toBe(200);
    await shop.world.settle();
    expect(await given(buyer)).toEqual(['course revoked refund', 'presets granted']);
    const told = { type: 'sale.refunded', data: { sale_id: visit.saleId, user_id: buyer.id, item_id: main.id } };
    const item = { kind: 'main', product_code: 'course', amount: 4_900, currency: 'USD' };
    expect(await refundsTold(main)).toMatchObject([
      {
        ...told,
        data: { ...told.data, ...item, status: 'paid', refunded_amount: 900, added_amount: 900, is_full: false },
      },
      {
        ...told,
        data: { ...told.data, ...item, status: 'refunded', refunded_amount: 4_900, added_amount: 4_000, is_full: true },
      },
    ]);
  });
});

describe('a refund in the provider’s dashboard', () => {
  it('counts, in part and as a whole', async () => {
    const { buyer, visit, item } = await buyBoth();
    const { stripe } = shop.world;
    await stripe.refunds.create({ payment_intent: item.provider_payment_id, amount: 400 });
    await shop.world.settle();
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'paid', refunded_amount: 400 });
    await stripe.refunds.create({ payment_intent: item.provider_payment_id });
    await shop.world.settle();
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'refunded', refunded_amount: 1_900 });
    expect(await given(buyer)).toEqual(['course granted', 'presets revoked refund']);
  });

  it('that is told of before its payment waits for it', async () => {
    const buyer = await shop.buyer(`buyer-${++buyers}`);
    shop.world.sandbox.setWebhook(undefined);
    const purchase = await buyer.buy('course');
    shop.world.sandbox.setWebhook(`${shop.world.application.url}/api/v1/admin/stripe/webhook`);
    await shop.world.stripe.refunds.create({ payment_intent: purchase.paymentId });
    await shop.world.settle();
    const { data } = await shop.world.stripe.events.list({ limit: 100, type: 'payment_intent.succeeded' });
    const late = data.find(({ data: { object } }) => (object as { id?: string }).id === purchase.paymentId);
    await shop.postEvent(JSON.stringify(late));
    await shop.world.settle();
    await eventually(async () => (await given(buyer)).includes('course revoked refund'));
    expect(await buyer.claim(purchase)).toMatchObject({ status: 200, body: { upsell: null } });
  });
});

describe('a dispute', () => {
  it('suspends what was given; won gives it back', async () => {
    const { buyer, item } = await buyBoth();
    const dispute = await shop.bank('disputes', { payment_intent: item.provider_payment_id });
    await shop.world.settle();
    expect(await given(buyer)).toEqual(['course granted', 'presets suspended dispute']);
    await shop.bank(`disputes/${dispute.id}/close`, { status: 'won' });
    await shop.world.settle();
    expect(await given(buyer)).toEqual(['course granted', 'presets granted']);
  });

  it('lost takes it back', async () => {
    const { buyer, item } = await buyBoth();
    const dispute = await shop.bank('disputes', { payment_intent: item.provider_payment_id });
    await shop.bank(`disputes/${dispute.id}/close`, { status: 'lost' });
    await shop.world.settle();
    expect(await given(buyer)).toEqual(['course granted', 'presets revoked dispute']);
  });
});

describe('administrators', () => {
  it('list sales, newest first, page by page', async () => {
    const { buyer, visit } = await buyBoth();
    const own = await shop.admin('GET', `sales?user_id=${buyer.id}&status=extended`);
    expect(own.body).toMatchObject({ items: [{ id: visit.saleId, user_id: buyer.id }], next_cursor: null });
    const first = await shop.admin('GET', 'sales?limit=1');
    expect(first.body.items).toHaveLength(1);
    const second = await shop.admin('GET', `sales?limit=1&cursor=${first.body.next_cursor}`);
    expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
    expect((await shop.admin('GET', 'sales?user_id=nobody')).body).toEqual({ items: [], next_cursor: null });
    expect(await shop.admin('GET', `sales/${crypto.randomUUID()}`)).toMatchObject({ status: 404 });
    expect((await shop.service('GET', `sales/${visit.saleId}`)).body).toEqual(await visit.sale());
  });
});
