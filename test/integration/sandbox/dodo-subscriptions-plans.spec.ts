import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DodoWorld } from './dodo-support.js';
import {
  changeTo,
  dayOf,
  MID_CYCLE,
  movementsOf,
  read,
  startPlansWorld,
  subscribe,
  type Plans,
} from './dodo-subscriptions-support.js';

let world: DodoWorld;
let plans: Plans;
beforeEach(async () => {
  ({ world, plans } = await startPlansWorld());
});
afterEach(() => world.close());

const CHANGED = ['subscription.plan_changed', 'subscription.updated'];
/** Who changes in the middle of April begins a month on the 16th, unless nothing is billed. */
const ANEW = ['2026-04-16', '2026-05-16'];
const UNCHANGED = ['2026-04-01', '2026-05-01'];

describe('a change at once in the middle of the cycle', () => {
  test.each([
    ['prorated_immediately', 'basic', 'pro', 2500, 0, ANEW],
    ['difference_immediately', 'basic', 'pro', 5000, 0, ANEW],
    ['full_immediately', 'basic', 'pro', 8000, 0, ANEW],
    ['do_not_bill', 'basic', 'pro', 0, 0, UNCHANGED],
    ['prorated_immediately', 'pro', 'starter', 0, 3000, ANEW],
    ['difference_immediately', 'pro', 'starter', 0, 6000, ANEW],
    ['full_immediately', 'pro', 'starter', 2000, 0, ANEW],
    ['do_not_bill', 'pro', 'starter', 0, 0, UNCHANGED],
  ] as const)('%s from %s to %s charges %i and gives a credit of %i', async (mode, from, to, charge, credit, dates) => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await subscribe(world, plans[from]);
    await sandbox.advance(MID_CYCLE);
    const before = await read(world, subscriber);
    const preview = await dodo.subscriptions.previewChangePlan(subscriber.id, changeTo(plans[to], mode));
    expect(preview.immediate_charge.summary).toMatchObject({
      currency: 'USD',
      total_amount: charge,
      settlement_amount: charge,
      customer_credits: credit,
    });
    expect(await read(world, subscriber)).toEqual(before);
    expect(receiver.takeTypes()).toEqual([]);

    const changed = await dodo.subscriptions.changePlan(
      subscriber.id,
      changeTo(plans[to], mode, { metadata: { uplift_attempt: 'attempt-1' } }),
    );
    const after = await read(world, subscriber);
    expect(after).toEqual(preview.new_plan);
    expect(after.product_id).toBe(plans[to]);
    expect([dayOf(after.previous_billing_date), dayOf(after.next_billing_date)]).toEqual(dates);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(charge > 0 ? ['payment.succeeded', ...CHANGED] : CHANGED);
    expect(movementsOf(world, subscriber).slice(1)).toEqual([
      ...(charge > 0 ? [['charge', charge]] : []),
      ...(credit > 0 ? [['credit', credit]] : []),
    ]);
    const payment = changed.payment_id === null ? null : await dodo.payments.retrieve(changed.payment_id!);
    const expected = expect.objectContaining({
      status: 'succeeded',
      total_amount: charge,
      metadata: { uplift_attempt: 'attempt-1' },
      subscription_id: subscriber.id,
      product_cart: null,
    });
    expect(payment).toEqual(charge > 0 ? expected : null);
  });

  test.each([
    ['prorated_immediately', [0, 1000, 2000]],
    ['difference_immediately', [0, 0, 0, 2000]],
  ] as const)('%s downwards: the credit pays the renewals', async (mode, renewals) => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await subscribe(world, plans.pro);
    await sandbox.advance(MID_CYCLE);
    await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.starter, mode));
    await sandbox.idle();
    receiver.takeTypes();
    for (const amount of renewals) {
      const count = movementsOf(world, subscriber).length;
      await sandbox.advance({ to: new Date((await read(world, subscriber)).next_billing_date) });
      await sandbox.advance({ seconds: 1 });
      expect(movementsOf(world, subscriber).slice(count)).toEqual(amount > 0 ? [['charge', amount]] : []);
      expect(receiver.takeTypes()).toEqual([
        ...(amount > 0 ? ['payment.succeeded'] : []),
        'subscription.renewed',
        'subscription.updated',
      ]);
    }
  });

  test('uses credit before the card, and the preview says so', async () => {
    const { dodo, sandbox } = world;
    const subscriber = await subscribe(world, plans.pro);
    await sandbox.advance(MID_CYCLE);
    await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.basic, 'prorated_immediately'));
    const preview = await dodo.subscriptions.previewChangePlan(subscriber.id, changeTo(plans.pro));
    expect(preview.immediate_charge.summary).toMatchObject({ total_amount: 2500, customer_credits: -2500 });
    await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.pro));
    expect(movementsOf(world, subscriber)).toEqual([
      ['charge', 8000],
      ['credit', 2500],
      ['charge', 2500],
    ]);
    const next = await dodo.subscriptions.previewChangePlan(subscriber.id, changeTo(plans.pro, 'full_immediately'));
    expect(next.immediate_charge.summary.customer_credits).toBe(0);
  });

  test('a payment that credit paid a part of is refunded whole, and gives back what the card gave', async () => {
    const { dodo, sandbox } = world;
    const subscriber = await subscribe(world, plans.pro);
    await sandbox.advance(MID_CYCLE);
    await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.basic, 'prorated_immediately'));
    const { payment_id: paymentId } = await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.pro));
    const { items } = await dodo.payments.retrieveLineItems(paymentId!);
    expect(items.map(({ name, amount, refundable_amount: left }) => [name, amount, left])).toEqual([
      ['Pro', 8000, 0],
      ['Basic', -3000, 0],
      ['Credits', -2500, 0],
    ]);
    await expect(
      dodo.refunds.create({ payment_id: paymentId!, items: [{ item_id: plans.pro, amount: 100 }] }),
    ).rejects.toMatchObject({ status: 422, error: { code: 'LINE_ITEM_PRORATED' } });
    expect(await dodo.refunds.create({ payment_id: paymentId! })).toMatchObject({ amount: 2500, is_partial: false });
  });

  test('for less than the gateway moves charges its minimum, and the rest is credit', async () => {
    const { dodo, sandbox } = world;
    const subscriber = await subscribe(world, plans.starter);
    await sandbox.advance({ days: 29, seconds: 20 * 3600 });
    const preview = await dodo.subscriptions.previewChangePlan(
      subscriber.id,
      changeTo(plans.basic, 'prorated_immediately'),
    );
    // 4 of 720 hours are left: 17 cents of 30.00, less 11 of 20.00.
    expect(preview.immediate_charge.summary).toMatchObject({ total_amount: 50, customer_credits: 44 });
  });

  test('shows the old plan as a line that gives back, and an add-on as a line of its own', async () => {
    const { dodo, sandbox } = world;
    const seat = await dodo.addons.create({ name: 'Seat', price: 1000, currency: 'USD', tax_category: 'saas' });
    const subscriber = await subscribe(world, plans.basic);
    await sandbox.advance(MID_CYCLE);
    const withSeats = { addons: [{ addon_id: seat.id, quantity: 3 }] };
    const { immediate_charge: charge } = await dodo.subscriptions.previewChangePlan(
      subscriber.id,
      changeTo(plans.pro, 'prorated_immediately', withSeats),
    );
    expect(charge.summary.total_amount).toBe(4000);
    expect(charge.line_items).toMatchObject([
      { type: 'subscription', product_id: plans.pro, proration_factor: 0.5, unit_price: 8000, name: 'Pro' },
      { type: 'addon', name: 'Seat', quantity: 3, proration_factor: 0.5, unit_price: 1000 },
      { type: 'subscription', product_id: plans.basic, proration_factor: -0.5, unit_price: 3000, name: 'Basic' },
    ]);
    await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.pro, 'prorated_immediately', withSeats));
    expect(await read(world, subscriber)).toMatchObject({ ...withSeats, recurring_pre_tax_amount: 11_000 });
    // Whoever does not name them takes them away.
    await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.pro, 'do_not_bill'));
    expect(await read(world, subscriber)).toMatchObject({ addons: [], recurring_pre_tax_amount: 8000 });
  });

  test('made twice is billed twice: nothing recognises a repeated call', async () => {
    const { dodo } = world;
    const subscriber = await subscribe(world, plans.basic);
    const change = changeTo(plans.pro, 'full_immediately', { metadata: { uplift_attempt: 'attempt-1' } });
    await dodo.subscriptions.changePlan(subscriber.id, change);
    await dodo.subscriptions.changePlan(subscriber.id, change);
    expect(movementsOf(world, subscriber)).toEqual([
      ['charge', 3000],
      ['charge', 8000],
      ['charge', 8000],
    ]);
  });

  test('in a trial ends it and bills the new plan whole', async () => {
    const { dodo, sandbox } = world;
    const { product_id: productId } = await dodo.products.create({
      name: 'With a trial',
      tax_category: 'saas',
      price: {
        type: 'recurring_price',
        price: 3000,
        currency: 'USD',
        payment_frequency_count: 1,
        payment_frequency_interval: 'Month',
        subscription_period_count: 10,
        subscription_period_interval: 'Year',
        trial_period_days: 14,
      },
    });
    const subscriber = await subscribe(world, productId);
    await sandbox.advance({ days: 7 });
    await dodo.subscriptions.changePlan(subscriber.id, changeTo(plans.pro, 'prorated_immediately'));
    expect(movementsOf(world, subscriber)).toEqual([['charge', 8000]]);
    expect(dayOf((await read(world, subscriber)).next_billing_date)).toBe('2026-05-08');
  });
});
