import { beforeEach, afterEach, describe, expect, test } from 'vitest';
import type { DodoWorld } from './dodo-support.js';
import {
  breakCard,
  changeTo,
  dayOf,
  movementsOf,
  read,
  startPlansWorld,
  subscribe,
  type Plans,
  type Subscriber,
} from './dodo-subscriptions-support.js';

let world: DodoWorld;
let plans: Plans;
beforeEach(async () => {
  ({ world, plans } = await startPlansWorld());
});
afterEach(() => world.close());

const HELD = ['payment.failed', 'subscription.on_hold', 'subscription.updated'];

describe('on hold', () => {
  let subscriber: Subscriber;
  let held: string[];
  beforeEach(async () => {
    subscriber = await subscribe(world, plans.pro);
    await breakCard(world, subscriber);
    await world.sandbox.advance({ days: 33 });
    held = world.receiver.takeTypes();
  });

  test('nothing is billed, and a saved card that is good pays what is due from that day on', async () => {
    const { dodo, sandbox, receiver } = world;
    expect(held).toEqual(HELD);
    expect(await read(world, subscriber)).toMatchObject({
      status: 'on_hold',
      previous_billing_date: '2026-04-01T00:00:00.000417Z',
      next_billing_date: '2026-05-01T00:00:00.000417Z',
    });
    await sandbox.advance({ days: 40 });
    expect(receiver.takeTypes()).toEqual([]);
    const { payment_id: paymentId } = await dodo.subscriptions.updatePaymentMethod(subscriber.id, {
      payment_method: { type: 'existing', payment_method_id: subscriber.methodId },
    });
    await sandbox.idle();
    expect((await dodo.payments.retrieve(paymentId!)).status).toBe('succeeded');
    expect(receiver.takeTypes()).toEqual([
      'payment.succeeded',
      'subscription.update_payment_method',
      'subscription.updated',
      'subscription.active',
      'subscription.updated',
    ]);
    const active = await read(world, subscriber);
    expect([active.status, dayOf(active.previous_billing_date), dayOf(active.next_billing_date)]).toEqual([
      'active',
      '2026-06-13',
      '2026-07-13',
    ]);
    expect(movementsOf(world, subscriber)).toEqual([
      ['charge', 8000],
      ['charge', -8000],
      ['charge', 8000],
    ]);
  });

  test('a card that fails again leaves it there', async () => {
    const { dodo } = world;
    const broken = (await read(world, subscriber)).payment_method_id!;
    const { payment_id: paymentId } = await dodo.subscriptions.updatePaymentMethod(subscriber.id, {
      payment_method: { type: 'existing', payment_method_id: broken },
    });
    expect((await dodo.payments.retrieve(paymentId!)).status).toBe('failed');
    expect((await read(world, subscriber)).status).toBe('on_hold');
  });

  test('the page for another card charges once, after a refusal too, and only while something is due', async () => {
    const { dodo, sandbox, receiver } = world;
    const page = await dodo.subscriptions.updatePaymentMethod(subscriber.id, {
      payment_method: { type: 'new', return_url: 'http://shop.example/account' },
    });
    expect(page).toMatchObject({ payment_id: expect.stringMatching(/^pay_/), expires_on: expect.any(String) });
    expect(await (await fetch(page.payment_link!)).text()).toContain('$80.00 is due now.');
    const press = (card: string) =>
      fetch(page.payment_link!, { method: 'POST', body: new URLSearchParams({ card }), redirect: 'manual' });
    expect((await press('4000000000000002')).status).toBe(402);
    const paid = await press('5555555555554444');
    expect([paid.status, paid.headers.get('location')]).toEqual([
      303,
      expect.stringContaining('http://shop.example/account?'),
    ]);
    expect((await press('5555555555554444')).status).toBe(410);
    await sandbox.idle();
    expect(receiver.takeTypes()).toContain('subscription.active');
    expect(movementsOf(world, subscriber).filter(([, amount]) => amount > 0)).toHaveLength(2);
    expect((await read(world, subscriber)).payment_method_id).not.toBe(subscriber.methodId);
  });

  test('plans cannot change, and a cancellation at the billing date that is past is one now', async () => {
    const { dodo, sandbox, receiver } = world;
    await expect(
      dodo.subscriptions.changePlan(subscriber.id, {
        product_id: plans.basic,
        quantity: 1,
        proration_billing_mode: 'full_immediately',
      }),
    ).rejects.toMatchObject({ status: 422, error: { code: 'INACTIVE_SUBSCRIPTION_PLAN_CHANGE_NOT_SUPPORTED' } });
    await dodo.subscriptions.update(subscriber.id, { cancel_at_next_billing_date: true });
    await sandbox.advance({ seconds: 1 });
    expect(receiver.takeTypes()).toEqual(['subscription.updated', 'subscription.cancelled', 'subscription.updated']);
  });
});

test('without a method a renewal makes no payment, and no change can charge', async () => {
  const { dodo, sandbox, receiver } = world;
  const subscriber = await subscribe(world, plans.basic);
  await dodo.customers.deletePaymentMethod(subscriber.methodId, { customer_id: subscriber.customer.customer_id });
  await expect(
    dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.pro, 'full_immediately', { on_payment_failure: null })),
  ).rejects.toMatchObject({ status: 422, error: { code: 'NO_ELIGIBLE_PAYMENT_METHODS' } });
  expect((await read(world, subscriber)).product_id).toBe(plans.basic);
  await sandbox.advance({ days: 30 });
  expect(receiver.takeTypes()).toEqual(['subscription.on_hold', 'subscription.updated']);
  expect(movementsOf(world, subscriber)).toEqual([['charge', 3000]]);
});
