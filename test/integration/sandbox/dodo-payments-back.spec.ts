import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import {
  charge,
  control,
  createBuyer,
  createPlan,
  createProduct,
  HOUR,
  payloadsOf,
  startDodoWorld,
  type DodoWorld,
} from './dodo-support.js';

let world: DodoWorld;
let productId: string;
beforeAll(async () => {
  world = await startDodoWorld();
  productId = (await createProduct(world)).product_id;
});
afterAll(() => world.close());

const returned = (payment: string) =>
  world.sandbox
    .ledger()
    .filter(({ payment_intent: id, type }) => id === payment && type !== 'charge')
    .map(({ type, amount, outcome }) => [type, amount, outcome]);

const refusedWith = (code: string) => ({ error: { code } });

describe('refunds', () => {
  test('take back lines in parts, and then the rest, and then nothing more', async () => {
    const { dodo, receiver, sandbox } = world;
    const { paymentId, customer } = await createBuyer(world, '4242424242424242', productId);
    const refund = (items?: DodoPayments.RefundCreateParams['items'], metadata = {}) =>
      dodo.refunds.create({ payment_id: paymentId, metadata, ...(items ? { items } : {}) });
    const { items, currency } = await dodo.payments.retrieveLineItems(paymentId);
    expect({ items, currency }).toEqual({
      currency: 'USD',
      items: [
        { items_id: productId, amount: 4900, refundable_amount: 4900, tax: 0, name: 'Course', description: null },
      ],
    });
    const line = { item_id: productId, tax_inclusive: true };
    const part = await refund([{ ...line, amount: 1000 }], { uplift_attempt: 'refund-1' });
    expect(part).toMatchObject({
      status: 'succeeded',
      amount: 1000,
      is_partial: true,
      customer: { email: customer.email },
    });
    expect(await dodo.payments.retrieve(paymentId)).toMatchObject({
      refund_status: 'partial',
      refunds: [{ refund_id: part.refund_id, amount: 1000 }],
    });
    await expect(refund([{ ...line, amount: 3901 }])).rejects.toMatchObject(
      refusedWith('LINE_ITEM_REFUND_AMOUNT_TOO_HIGH'),
    );
    await expect(refund([{ item_id: 'pdt_other' }])).rejects.toMatchObject(refusedWith('LINE_ITEM_NOT_FOUND'));
    expect(await refund()).toMatchObject({ amount: 3900, is_partial: true });
    expect((await dodo.payments.retrieve(paymentId)).refund_status).toBe('full');
    await expect(refund()).rejects.toMatchObject(refusedWith('PAYMENT_ALREADY_REFUNDED'));
    expect(returned(paymentId)).toEqual([
      ['refund', 1000, 'succeeded'],
      ['refund', 3900, 'succeeded'],
    ]);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['refund.succeeded', 'refund.succeeded']);
    expect(payloadsOf(receiver, 'Refund')).toMatchObject([
      { payload_type: 'Refund', amount: 1000, metadata: { uplift_attempt: 'refund-1' } },
      { amount: 3900, currency: 'USD' },
    ]);
    expect(await dodo.refunds.retrieve(part.refund_id)).toMatchObject({ payment_id: paymentId });
    const listed = await dodo.refunds.list({ customer_id: customer.customer_id, page_number: 0 });
    expect(listed.items.map(({ amount }) => amount)).toEqual([3900, 1000]);
  });

  test('the same call twice is two refunds', async () => {
    const { dodo } = world;
    const { paymentId } = await createBuyer(world, '4242424242424242', productId);
    const call = () =>
      dodo.refunds.create(
        { payment_id: paymentId, items: [{ item_id: productId, amount: 500 }] },
        { idempotencyKey: 'k' },
      );
    expect((await call()).refund_id).not.toBe((await call()).refund_id);
    expect(returned(paymentId)).toHaveLength(2);
  });

  test.each([
    ['4000000000007726', 'succeeded', 'full', 0],
    ['4000000000005126', 'failed', null, 4900],
  ])('of a card ending in %s wait for an hour and have then %s', async (card, status, refundStatus, left) => {
    const { dodo, receiver, sandbox } = world;
    const { paymentId } = await createBuyer(world, card, productId);
    const refund = await dodo.refunds.create({ payment_id: paymentId });
    expect(refund.status).toBe('pending');
    expect((await dodo.payments.retrieveLineItems(paymentId)).items[0]!.refundable_amount).toBe(0);
    await expect(dodo.refunds.create({ payment_id: paymentId })).rejects.toMatchObject(
      refusedWith('PAYMENT_ALREADY_REFUNDED'),
    );
    expect(returned(paymentId)).toEqual([]);
    await sandbox.advance({ seconds: HOUR });
    expect(receiver.takeTypes()).toEqual([`refund.${status}`]);
    expect((await dodo.refunds.retrieve(refund.refund_id)).status).toBe(status);
    expect((await dodo.payments.retrieve(paymentId)).refund_status).toBe(refundStatus);
    expect(returned(paymentId)).toEqual([['refund', 4900, status]]);
    expect((await dodo.payments.retrieveLineItems(paymentId)).items[0]!.refundable_amount).toBe(left);
  });

  test('of what was not paid, or too long ago, are refused; those of a subscription leave it alone', async () => {
    const { dodo, sandbox } = world;
    const decline = await createBuyer(world, '4000000000000341', productId);
    const failed = await charge(world, decline, productId);
    await expect(dodo.refunds.create({ payment_id: failed.payment_id! })).rejects.toMatchObject(
      refusedWith('PAYMENT_NOT_SUCCEEDED'),
    );
    const plan = await createPlan(world, 'Pro', 3000);
    const subscriber = await createBuyer(world, '4242424242424242', plan.product_id);
    expect(await dodo.refunds.create({ payment_id: subscriber.paymentId })).toMatchObject({ amount: 3000 });
    const { subscription_id: id, product_cart: cart } = await dodo.payments.retrieve(subscriber.paymentId);
    expect(cart).toBeNull();
    expect((await dodo.subscriptions.retrieve(id!)).status).toBe('active');
    expect((await dodo.refunds.list({ subscription_id: id! })).items).toHaveLength(1);
    await sandbox.advance({ days: 91 });
    await expect(dodo.refunds.create({ payment_id: decline.paymentId })).rejects.toMatchObject(
      refusedWith('REFUND_WINDOW_EXPIRED'),
    );
  });
});

describe('disputes', () => {
  const openDispute = async (body: object): Promise<{ status: number; id: string }> => {
    const answer = await control(world, 'dodo/disputes', body);
    const { dispute_id: id } = (await answer.json()) as { dispute_id: string };
    return { status: answer.status, id };
  };

  test('take the money until they are won; the amount is a text', async () => {
    const { dodo, receiver, sandbox } = world;
    const { paymentId, customer } = await createBuyer(world, '4242424242424242', productId);
    const { id } = await openDispute({ payment_id: paymentId });
    expect((await dodo.payments.retrieve(paymentId)).disputes).toMatchObject([
      { dispute_id: id, amount: '4900', dispute_status: 'dispute_opened' },
    ]);
    const close = (status: string) => control(world, `dodo/disputes/${id}/close`, { status });
    expect((await close('challenged')).status).toBe(200);
    expect((await close('won')).status).toBe(200);
    expect((await close('lost')).status).toBe(400);
    expect((await close('forgotten')).status).toBe(400);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['dispute.opened', 'dispute.challenged', 'dispute.won']);
    expect(returned(paymentId)).toEqual([
      ['dispute', 4900, 'succeeded'],
      ['dispute_reversal', 4900, 'succeeded'],
    ]);
    expect(await dodo.disputes.retrieve(id)).toMatchObject({ dispute_status: 'dispute_won', amount: '4900' });
    const { items } = await dodo.disputes.list({ customer_id: customer.customer_id });
    expect(items).toMatchObject([{ dispute_id: id }]);
    const listed = await dodo.payments.list({ customer_id: customer.customer_id });
    expect(listed.items[0]!.dispute_status).toBe('dispute_won');
  });

  test('a part that is lost stays lost; of what was not paid there is none', async () => {
    const { paymentId } = await createBuyer(world, '4242424242424242', productId);
    const { id } = await openDispute({ payment_id: paymentId, amount: 900 });
    await control(world, `dodo/disputes/${id}/close`, { status: 'accepted' });
    expect(returned(paymentId)).toEqual([['dispute', 900, 'succeeded']]);
    expect((await openDispute({ payment_id: 'pay_nothing' })).status).toBe(400);
    expect((await openDispute({ payment_id: paymentId, amount: '900' })).status).toBe(400);
  });
});
