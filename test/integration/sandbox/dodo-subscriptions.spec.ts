import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlan, payloadsOf, type DodoWorld } from './dodo-support.js';
import { dayOf, movementsOf, read, startPlansWorld, subscribe, type Plans } from './dodo-subscriptions-support.js';

let world: DodoWorld;
let plans: Plans;
beforeEach(async () => {
  ({ world, plans } = await startPlansWorld());
});
afterEach(() => world.close());

const PAID_PERIOD = ['payment.succeeded', 'subscription.renewed', 'subscription.updated'];

describe('a new subscription', () => {
  test('is active once it is paid; four events of one moment say so, and its payment names it', async () => {
    const { sandbox, dodo, receiver } = world;
    const subscriber = await subscribe(world, plans.pro);
    expect(receiver.received.map(({ event }) => event.type)).toEqual([
      'payment.succeeded',
      'subscription.active',
      'subscription.renewed',
      'subscription.updated',
    ]);
    expect(new Set(receiver.received.map(({ event }) => event.timestamp)).size).toBe(1);
    expect(await read(world, subscriber)).toMatchObject({
      status: 'active',
      product_id: plans.pro,
      recurring_pre_tax_amount: 8000,
      payment_method_id: subscriber.methodId,
      has_payment_method: true,
      previous_billing_date: '2026-04-01T00:00:00.000417Z',
      next_billing_date: '2026-05-01T00:00:00.000417Z',
      expires_at: '2036-04-01T00:00:00.000417Z',
    });
    expect(await dodo.payments.retrieve(subscriber.paymentId)).toMatchObject({
      subscription_id: subscriber.id,
      product_cart: null,
      total_amount: 8000,
    });
    expect(sandbox.ledger()).toMatchObject([{ type: 'charge', amount: 8000, outcome: 'succeeded' }]);
  });

  test('whose card is refused has failed, and no money has moved', async () => {
    const { dodo, receiver, sandbox } = world;
    const { customer, methodId } = await subscribe(world, plans.pro, '4000000000000341');
    const session = await dodo.checkoutSessions.create({
      product_cart: [{ product_id: plans.basic, quantity: 1 }],
      customer: { customer_id: customer.customer_id },
      payment_method_id: methodId,
      confirm: true,
      billing_address: { country: 'US', zipcode: '94102' },
      minimal_address: true,
    });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['payment.failed', 'subscription.failed']);
    const payment = await dodo.payments.retrieve(session.payment_id!);
    expect(payment).toMatchObject({ status: 'failed', error_code: 'GENERIC_DECLINE' });
    expect((await dodo.subscriptions.retrieve(payment.subscription_id!)).status).toBe('failed');
    await sandbox.advance({ days: 60 });
    expect((await dodo.subscriptions.retrieve(payment.subscription_id!)).status).toBe('failed');
  });

  test('by one click on a slow card is pending until the money arrives, and its period begins then', async () => {
    const { dodo, receiver, sandbox } = world;
    const { customer, methodId } = await subscribe(world, plans.pro, '4000000000000077');
    const session = await dodo.checkoutSessions.create({
      product_cart: [{ product_id: plans.basic, quantity: 1 }],
      customer: { customer_id: customer.customer_id },
      payment_method_id: methodId,
      confirm: true,
      billing_address: { country: 'US', zipcode: '94102' },
      minimal_address: true,
      metadata: { group_id: 'team-7' },
    });
    const id = (await dodo.payments.retrieve(session.payment_id!)).subscription_id!;
    expect((await dodo.subscriptions.retrieve(id)).status).toBe('pending');
    await sandbox.advance({ days: 2 });
    expect(receiver.takeTypes()).toEqual([
      'payment.processing',
      'payment.succeeded',
      'subscription.active',
      'subscription.renewed',
      'subscription.updated',
    ]);
    const active = await dodo.subscriptions.retrieve(id);
    expect([active.status, dayOf(active.previous_billing_date), active.metadata]).toEqual([
      'active',
      '2026-04-03',
      { group_id: 'team-7' },
    ]);
  });

  test('is listed with filters, newest first', async () => {
    const { dodo, sandbox } = world;
    const first = await subscribe(world, plans.pro);
    await sandbox.advance({ days: 1 });
    const second = await subscribe(world, plans.basic);
    const idsOf = async (query: Parameters<typeof dodo.subscriptions.list>[0]) =>
      (await dodo.subscriptions.list(query)).items.map(({ subscription_id: id }) => id);
    expect(await idsOf({})).toEqual([second.id, first.id]);
    expect(await idsOf({ customer_id: first.customer.customer_id })).toEqual([first.id]);
    expect(await idsOf({ product_id: plans.basic, status: 'active' })).toEqual([second.id]);
    expect(await idsOf({ status: 'on_hold' })).toEqual([]);
    expect(await idsOf({ created_at_gte: '2026-04-02T00:00:00Z' })).toEqual([second.id]);
    expect(await idsOf({ page_size: 1, page_number: 1 })).toEqual([first.id]);
  });
});

describe('a renewal', () => {
  test('is paid first; the payment moves the dates and carries the metadata of the subscription', async () => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await subscribe(world, plans.pro);
    await dodo.subscriptions.update(subscriber.id, { metadata: { group_id: 'team-7' } });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['subscription.updated']);
    await sandbox.advance({ days: 30 });
    expect(receiver.takeTypes()).toEqual(PAID_PERIOD);
    const renewed = await read(world, subscriber);
    expect([dayOf(renewed.previous_billing_date), dayOf(renewed.next_billing_date)]).toEqual([
      '2026-05-01',
      '2026-06-01',
    ]);
    expect(payloadsOf(receiver, 'Payment').at(-1)).toMatchObject({
      subscription_id: subscriber.id,
      metadata: { group_id: 'team-7' },
      checkout_session_id: null,
      product_cart: null,
    });
    await sandbox.advance({ days: 31 });
    expect(movementsOf(world, subscriber)).toEqual([
      ['charge', 8000],
      ['charge', 8000],
      ['charge', 8000],
    ]);
  });

  test('of a subscription that has lasted as long as its product says does not happen: it expires', async () => {
    const { dodo, sandbox, receiver } = world;
    const { product_id: productId } = await dodo.products.create({
      name: 'One month',
      tax_category: 'saas',
      price: {
        type: 'recurring_price',
        price: 3000,
        currency: 'USD',
        payment_frequency_count: 1,
        payment_frequency_interval: 'Month',
        subscription_period_count: 1,
        subscription_period_interval: 'Month',
      },
    });
    const subscriber = await subscribe(world, productId);
    await sandbox.advance({ days: 30 });
    expect(receiver.takeTypes()).toEqual(['subscription.expired', 'subscription.updated']);
    expect((await read(world, subscriber)).status).toBe('expired');
    await expect(dodo.subscriptions.update(subscriber.id, { metadata: {} })).rejects.toMatchObject({
      status: 422,
      error: { code: 'SUBSCRIPTION_INACTIVE' },
    });
    expect(movementsOf(world, subscriber)).toHaveLength(1);
  });

  test('whose date was moved happens on that date, and the ones after it too', async () => {
    const { dodo, sandbox } = world;
    const subscriber = await subscribe(world, plans.pro);
    await dodo.subscriptions.update(subscriber.id, { next_billing_date: '2026-04-11T00:00:00Z' });
    await sandbox.advance({ days: 10 });
    expect(dayOf((await read(world, subscriber)).next_billing_date)).toBe('2026-05-11');
    await expect(
      dodo.subscriptions.update(subscriber.id, { next_billing_date: '2026-04-01T00:00:00Z' }),
    ).rejects.toMatchObject({ status: 422, error: { code: 'INVALID_REQUEST_PARAMETERS' } });
  });

  test('that takes two days leaves the dates until the money is there', async () => {
    const { sandbox, receiver } = world;
    const subscriber = await subscribe(world, plans.pro, '4000000000000077');
    await sandbox.advance({ days: 30 });
    expect(receiver.takeTypes()).toEqual(['payment.processing']);
    expect(dayOf((await read(world, subscriber)).next_billing_date)).toBe('2026-05-01');
    await sandbox.advance({ days: 2 });
    expect(receiver.takeTypes()).toEqual(PAID_PERIOD);
    expect(dayOf((await read(world, subscriber)).next_billing_date)).toBe('2026-06-01');
  });

  test('with a card whose bank asks for its owner, who does not come, puts the subscription on hold', async () => {
    const { sandbox, receiver } = world;
    const subscriber = await subscribe(world, plans.pro, '4000002500003155');
    await sandbox.advance({ days: 31 });
    expect(receiver.takeTypes()).toEqual(['payment.cancelled', 'subscription.on_hold', 'subscription.updated']);
    expect((await read(world, subscriber)).status).toBe('on_hold');
  });
});

test('a subscription with a trial charges nothing until it ends', async () => {
  const { dodo, sandbox, receiver } = world;
  const { product_id: productId } = await createPlan(world, 'Trial', 3000);
  await dodo.products.update(productId, {
    price: {
      type: 'recurring_price',
      price: 3000,
      currency: 'USD',
      payment_frequency_count: 1,
      payment_frequency_interval: 'Month',
      subscription_period_count: 10,
      subscription_period_interval: 'Year',
      trial_period_days: 7,
    },
  });
  const subscriber = await subscribe(world, productId);
  expect(movementsOf(world, subscriber)).toEqual([]);
  expect(dayOf((await read(world, subscriber)).next_billing_date)).toBe('2026-04-08');
  await sandbox.advance({ days: 7 });
  expect(receiver.takeTypes()).toEqual(PAID_PERIOD);
  expect(dayOf((await read(world, subscriber)).next_billing_date)).toBe('2026-05-08');
  expect(movementsOf(world, subscriber)).toEqual([['charge', 3000]]);
});
