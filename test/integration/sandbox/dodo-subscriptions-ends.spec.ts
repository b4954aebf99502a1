import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_KEY, startDodoWorld, submit, WEBHOOK_SECRET, type DodoWorld } from './dodo-support.js';
import {
  breakCard,
  changeTo,
  CYCLE_START,
  dayOf,
  MID_CYCLE,
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

const ENDED = ['subscription.cancelled', 'subscription.updated'];

describe('cancelling', () => {
  test('at the end of the period is one update now and the end then; it can be taken back until then', async () => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await subscribe(world, plans.pro);
    const setEnd = (ends: boolean) => dodo.subscriptions.update(subscriber.id, { cancel_at_next_billing_date: ends });
    expect(await setEnd(true)).toMatchObject({ status: 'active', cancel_at_next_billing_date: true });
    await expect(dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.basic))).rejects.toMatchObject({
      status: 422,
      error: { code: 'PLAN_CHANGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION' },
    });
    await setEnd(false);
    await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.pro, 'do_not_bill'));
    await setEnd(true);
    await sandbox.idle();
    receiver.takeTypes();
    await sandbox.advance({ days: 30 });
    expect(receiver.takeTypes()).toEqual(ENDED);
    expect(await read(world, subscriber)).toMatchObject({
      status: 'cancelled',
      cancelled_at: '2026-05-01T00:00:00.000417Z',
    });
    await sandbox.advance({ days: 60 });
    expect(movementsOf(world, subscriber)).toEqual([['charge', 8000]]);
  });

  test('at once ends it, and nothing reopens it', async () => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await subscribe(world, plans.pro);
    await dodo.subscriptions.update(subscriber.id, {
      status: 'cancelled',
      cancel_reason: 'cancelled_by_customer',
      cancellation_feedback: 'too_expensive',
    });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(ENDED);
    expect(await read(world, subscriber)).toMatchObject({ cancellation_feedback: 'too_expensive' });
    const inactive = { status: 422, error: { code: 'SUBSCRIPTION_INACTIVE' } };
    await expect(dodo.subscriptions.update(subscriber.id, { status: 'active' })).rejects.toMatchObject(inactive);
    await expect(
      dodo.subscriptions.updatePaymentMethod(subscriber.id, { payment_method: { type: 'new' } }),
    ).rejects.toMatchObject(inactive);
  });

  test('wins over a scheduled change', async () => {
    const { dodo, sandbox } = world;
    const subscriber = await subscribe(world, plans.pro);
    const scheduled = changeTo(plans.basic, 'full_immediately', { effective_at: 'next_billing_date' });
    await dodo.subscriptions.changePlan(subscriber.id, scheduled);
    await dodo.subscriptions.update(subscriber.id, { cancel_at_next_billing_date: true });
    await sandbox.advance({ days: 30 });
    expect(await read(world, subscriber)).toMatchObject({ status: 'cancelled', product_id: plans.pro });
  });
});

test('a pause bills nothing and makes the period longer by as much', async () => {
  const { dodo, sandbox, receiver } = world;
  const subscriber = await subscribe(world, plans.pro);
  await sandbox.advance(MID_CYCLE);
  await dodo.subscriptions.update(subscriber.id, { status: 'paused' });
  await sandbox.advance({ days: 40 });
  await expect(dodo.subscriptions.update(subscriber.id, { status: 'active', metadata: {} })).rejects.toMatchObject({
    error: { code: 'INVALID_REQUEST_PARAMETERS' },
  });
  const active = await dodo.subscriptions.update(subscriber.id, { status: 'active' });
  expect([active.status, dayOf(active.next_billing_date), active.paused_at]).toEqual(['active', '2026-06-10', null]);
  await sandbox.idle();
  expect(receiver.takeTypes()).toEqual([
    'subscription.paused',
    'subscription.updated',
    'subscription.unpaused',
    'subscription.updated',
  ]);
  expect(movementsOf(world, subscriber)).toHaveLength(1);
});

test('another card on a page that charges nothing is a payment of nothing', async () => {
  const { dodo, sandbox, receiver } = world;
  const subscriber = await subscribe(world, plans.pro);
  const page = await dodo.subscriptions.updatePaymentMethod(subscriber.id, { payment_method: { type: 'new' } });
  expect((await submit(page.payment_link!, { card: '4000000000000002' })).status).toBe(402);
  expect((await submit(page.payment_link!, { card: '5555555555554444', expiry: '01/20' })).status).toBe(402);
  expect((await submit(page.payment_link!, { card: '5555555555554444' })).status).toBe(200);
  await sandbox.idle();
  expect(receiver.takeTypes()).toEqual([
    'payment.succeeded',
    'subscription.update_payment_method',
    'subscription.updated',
  ]);
  expect(await dodo.payments.retrieve(page.payment_id!)).toMatchObject({
    is_update_payment_method: true,
    total_amount: 0,
    card_last_four: '4444',
  });
  expect(movementsOf(world, subscriber)).toEqual([['charge', 8000]]);
  const unused = await dodo.subscriptions.updatePaymentMethod(subscriber.id, { payment_method: { type: 'new' } });
  await sandbox.advance({ days: 1 });
  expect((await fetch(unused.payment_link!)).status).toBe(410);
  expect((await dodo.payments.retrieve(unused.payment_id!)).status).toBe('cancelled');
});

describe('the customer portal', () => {
  let subscriber: Subscriber;
  let link: string;
  const open = async () => {
    ({ link } = await world.dodo.customers.customerPortal.create(subscriber.customer.customer_id, {
      return_url: 'http://shop.example/account',
    }));
  };
  beforeEach(async () => {
    subscriber = await subscribe(world, plans.pro);
    await open();
  });
  const show = async (address = link): Promise<string> => (await fetch(address)).text();
  const press = (action: string, fields: Record<string, string> = { subscription: subscriber.id }) =>
    submit(`${link}/${action}`, fields);

  test('cancels, takes it back and undoes a scheduled change', async () => {
    const { dodo } = world;
    expect(await show()).toContain('Renews on May 1, 2026.');
    expect((await press('cancel')).headers.get('location')).toContain('notice=cancelled');
    expect(await show()).toContain('Ends on May 1, 2026.');
    await press('keep');
    await dodo.subscriptions.changePlan(
      subscriber.id,
      changeTo(plans.basic, 'full_immediately', { effective_at: 'next_billing_date' }),
    );
    expect(await show()).toContain('Changes to <strong>Basic</strong> on May 1, 2026.');
    expect((await press('undo')).status).toBe(303);
    expect((await press('undo')).status).toBe(409);
    expect(await read(world, subscriber)).toMatchObject({ cancel_at_next_billing_date: false, scheduled_change: null });
  });

  test('takes another card, which pays what is due', async () => {
    await breakCard(world, subscriber);
    await world.sandbox.advance({ days: 31 });
    await open();
    expect(await show()).toContain('On hold');
    expect((await press('card', { card: '4000000000000002' })).status).toBe(409);
    expect((await press('card', { card: '5555555555554444' })).headers.get('location')).toContain('notice=recovered');
    expect((await read(world, subscriber)).status).toBe('active');
    expect(movementsOf(world, subscriber).at(-1)).toEqual(['charge', 8000]);
    const { items } = await world.dodo.customers.retrievePaymentMethods(subscriber.customer.customer_id);
    expect(items.map(({ card }) => card?.last4_digits)).toContain('4444');
  });

  test('takes no press twice, knows only the own subscriptions, and ends', async () => {
    const submission = /name="submission" value="([^"]+-cancel-[^"]+)"/.exec(await show())![1]!;
    await press('cancel', { subscription: subscriber.id, submission });
    await press('keep');
    await press('cancel', { subscription: subscriber.id, submission });
    expect((await read(world, subscriber)).cancel_at_next_billing_date).toBe(false);
    const other = await subscribe(world, plans.basic);
    expect((await press('cancel', { subscription: other.id })).status).toBe(409);
    await world.sandbox.advance({ days: 1 });
    expect((await fetch(link)).status).toBe(410);
  });
});

test('everything survives a restart: what is due, what is scheduled, and the credit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const options = { stateFile: join(folder, 'state.json'), dodo: { apiKey: API_KEY, webhookSecret: WEBHOOK_SECRET } };
  const first = await startDodoWorld({ ...options, startAt: CYCLE_START });
  const product = async (name: string, price: number) =>
    (
      await first.dodo.products.create({
        name,
        tax_category: 'saas',
        price: {
          type: 'recurring_price',
          price,
          currency: 'USD',
          payment_frequency_count: 1,
          payment_frequency_interval: 'Month',
          subscription_period_count: 10,
          subscription_period_interval: 'Year',
        },
      })
    ).product_id;
  const [starter, pro] = [await product('Starter', 2000), await product('Pro', 8000)];
  const subscriber = await subscribe(first, pro);
  await first.sandbox.advance(MID_CYCLE);
  await first.dodo.subscriptions.changePlan(subscriber.id, changeTo(starter, 'prorated_immediately'));
  await first.dodo.subscriptions.changePlan(
    subscriber.id,
    changeTo(pro, 'full_immediately', { effective_at: 'next_billing_date' }),
  );
  await first.close();
  const second = await startDodoWorld(options);
  await second.sandbox.advance({ days: 30 });
  expect(await read(second, subscriber)).toMatchObject({ product_id: pro, scheduled_change: null });
  expect(movementsOf(second, subscriber)).toEqual([
    ['charge', 8000],
    ['credit', 3000],
    ['charge', 5000],
  ]);
  await second.close();
  await rm(folder, { recursive: true });
});
