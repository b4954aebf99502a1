import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { Shop, type Buyer } from './upsell-shop.js';
import { closeSound } from '../support/invariants.js';

let shop: Shop;
let buyers = 0;
const nextBuyer = () => shop.buyer(`buyer-${++buyers}`);

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_attacks_refunds' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(() => closeSound(shop.world));

describe('refunds', () => {
  const paidItem = async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    await visit.accept();
    await shop.world.settle();
    const [, item] = (await visit.sale()).items;
    return { buyer, visit, id: item.id as string, paymentId: item.provider_payment_id as string };
  };
  const refund = (id: string, body: object, key?: string) => shop.refund(id, body, key);
  const refundsOf = ({ customerId }: Buyer) =>
    shop.world.sandbox
      .ledger()
      .filter(({ type, customer }) => type === 'refund' && customer === customerId)
      .map(({ amount }) => amount);

  it.each([
    ['of all, with one key', {}, () => 'same', [1_900]],
    ['of all, with keys of their own', {}, (index: number) => `refund-${index}`, [1_900]],
  ])('twenty at once %s are one', async (_how, body, keyOf, expected) => {
    const { buyer, visit, id } = await paidItem();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => refund(id, body, keyOf(index))));
    await shop.world.settle();
    expect(refundsOf(buyer)).toEqual(expected);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'refunded', refunded_amount: 1_900 });
    expect((await visit.events()).filter((event) => event.startsWith('refund'))).toEqual(['refund 1900']);
  });

  it('in parts at once never give back more than was paid', async () => {
    const { buyer, visit, id } = await paidItem();
    for (let round = 0; round < 4; round++) await Promise.all([1, 2, 3].map(() => refund(id, { amount: 700 })));
    await shop.world.settle();
    const total = refundsOf(buyer).reduce((sum, amount) => sum + amount, 0);
    expect(total).toBe(1_400);
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'paid', refunded_amount: total });
  });

  it('in part, whose process died before it could answer, is not made again by its repetition', async () => {
    const { buyer, visit, id } = await paidItem();
    const first = await refund(id, { amount: 700 }, 'died');
    // What a process that dies right before it answers leaves behind, a minute later.
    await shop.rows(
      `UPDATE idempotent_requests SET response_status = NULL, response_body = NULL, locked_until = now() - interval '1 second'
        WHERE key = 'died'`,
    );
    expect((await refund(id, { amount: 700 }, 'died')).body).toEqual(first.body);
    await shop.world.settle();
    expect(refundsOf(buyer)).toEqual([700]);
    expect((await refund(id, { amount: 700 }, 'another')).status).toBe(200);
    await shop.world.settle();
    expect(refundsOf(buyer)).toEqual([700, 700]);
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'paid', refunded_amount: 1_400 });
  });

  it('that the provider had no time for can be repeated with its key', async () => {
    const { buyer, id } = await paidItem();
    shop.world.sandbox.faults.api({ kind: 'status', status: 429, method: 'POST', path: '/v1/refunds' });
    expect(await refund(id, {}, 'busy')).toMatchObject({ status: 502, body: { code: 'provider_unavailable' } });
    expect((await refund(id, {}, 'busy')).status).toBe(200);
    await shop.world.settle();
    expect(refundsOf(buyer)).toEqual([1_900]);
  });

  it('by hand and in the dashboard at once add up', async () => {
    const { buyer, visit, id, paymentId } = await paidItem();
    const { refunds } = shop.world.stripe;
    await Promise.allSettled([
      refund(id, { amount: 600 }),
      refunds.create({ payment_intent: paymentId, amount: 500 }),
      refund(id, { amount: 600 }),
      refunds.create({ payment_intent: paymentId, amount: 400 }),
    ]);
    await shop.world.settle();
    const total = refundsOf(buyer).reduce((sum, amount) => sum + amount, 0);
    expect(total).toBeLessThanOrEqual(1_900);
    expect((await visit.sale()).items[1].refunded_amount).toBe(total);
    const rest = await refund(id, {});
    expect(rest.status).toBe(total === 1_900 ? 409 : 200);
    await shop.world.settle();
    expect(refundsOf(buyer).reduce((sum, amount) => sum + amount, 0)).toBe(1_900);
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'refunded', refunded_amount: 1_900 });
  });

  it('of amounts that cannot be are refused', async () => {
    const { buyer, id } = await paidItem();
    for (const amount of [1_901, 0, -1, 0.5, '1900', 2 ** 53, null]) {
      expect([amount, (await refund(id, { amount })).status]).toEqual([amount, amount === 1_901 ? 409 : 422]);
    }
    expect(refundsOf(buyer)).toEqual([]);
  });

  it('of what is not paid, or not there, are refused', async () => {
    const visit = await (await nextBuyer()).arrive('course');
    await visit.accept({ method: { kind: 'new_card' } });
    const [, pending] = (await visit.sale()).items;
    expect((await refund(pending.id, {})).body.code).toBe('refund_not_possible');
    expect((await refund(randomUUID(), {})).body.code).toBe('sale_item_not_found');
  });
});
