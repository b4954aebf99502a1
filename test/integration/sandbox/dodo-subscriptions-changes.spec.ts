import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { payloadsOf, submit, type DodoWorld } from './dodo-support.js';
import {
  breakCard,
  changeTo,
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

const CHANGED = ['subscription.plan_changed', 'subscription.updated'];
const refusedWith = (status: number, code: string) => ({ status, error: { code, message: expect.any(String) } });
const change = ({ id }: Subscriber, ...body: Parameters<typeof changeTo>) =>
  world.dodo.subscriptions.changePlan(id, changeTo(...body));

async function startOn(product: string, card?: string): Promise<Subscriber> {
  const subscriber = await subscribe(world, product, card);
  await world.sandbox.advance(MID_CYCLE);
  return subscriber;
}

describe('a change whose charge fails', () => {
  test('with prevent_change leaves everything as it was, and the next try is free to happen', async () => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await startOn(plans.basic);
    await breakCard(world, subscriber);
    const before = await read(world, subscriber);
    for (let tries = 0; tries < 2; tries += 1) {
      const { payment_id: paymentId } = await change(subscriber, plans.pro);
      expect((await dodo.payments.retrieve(paymentId!)).status).toBe('failed');
      await sandbox.idle();
      expect(receiver.takeTypes()).toEqual(['payment.failed']);
    }
    expect(await read(world, subscriber)).toEqual(before);
    await dodo.subscriptions.updatePaymentMethod(subscriber.id, {
      payment_method: { type: 'existing', payment_method_id: subscriber.methodId },
    });
    await change(subscriber, plans.pro);
    expect((await read(world, subscriber)).product_id).toBe(plans.pro);
    expect(movementsOf(world, subscriber)).toEqual([
      ['charge', 3000],
      ['charge', -5000],
      ['charge', -5000],
      ['charge', 5000],
    ]);
  });

  test('with apply_change changes the plan and holds the subscription until the charge is paid', async () => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await startOn(plans.basic);
    await breakCard(world, subscriber);
    await change(subscriber, plans.pro, 'difference_immediately', { on_payment_failure: 'apply_change' });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual([
      'payment.failed',
      ...CHANGED,
      'subscription.on_hold',
      'subscription.updated',
    ]);
    expect(await read(world, subscriber)).toMatchObject({ status: 'on_hold', product_id: plans.pro });
    await dodo.subscriptions.updatePaymentMethod(subscriber.id, {
      payment_method: { type: 'existing', payment_method_id: subscriber.methodId },
    });
    const active = await read(world, subscriber);
    expect([active.status, dayOf(active.next_billing_date)]).toEqual(['active', '2026-05-16']);
    expect(movementsOf(world, subscriber).at(-1)).toEqual(['charge', 5000]);
    await sandbox.advance({ days: 30 });
    expect(movementsOf(world, subscriber).at(-1)).toEqual(['charge', 8000]);
  });
});

describe('a change whose charge takes its time', () => {
  test('is pending: the plan stays, no other change is taken, and the money makes it', async () => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await startOn(plans.basic, '4000000000000077');
    const { payment_id: paymentId } = await change(subscriber, plans.pro);
    expect((await dodo.payments.retrieve(paymentId!)).status).toBe('processing');
    expect((await read(world, subscriber)).product_id).toBe(plans.basic);
    await expect(change(subscriber, plans.pro)).rejects.toMatchObject(refusedWith(409, 'PENDING_PLAN_CHANGE_EXISTS'));
    await expect(
      dodo.subscriptions.previewChangePlan(
        subscriber.id,
        changeTo(plans.starter, 'full_immediately', { cancel_scheduled_change_plan: true }),
      ),
    ).rejects.toMatchObject(refusedWith(409, 'PENDING_PLAN_CHANGE_EXISTS'));
    await sandbox.advance({ days: 2 });
    expect(receiver.takeTypes()).toEqual(['payment.processing', 'payment.succeeded', ...CHANGED]);
    const changed = await read(world, subscriber);
    expect([changed.product_id, dayOf(changed.previous_billing_date)]).toEqual([plans.pro, '2026-04-18']);
  });

  test('across the end of the period leaves the renewal to the plan that results', async () => {
    const { sandbox } = world;
    const subscriber = await subscribe(world, plans.basic, '4000000000000077');
    await sandbox.advance({ days: 29 });
    await change(subscriber, plans.pro, 'full_immediately');
    await sandbox.advance({ days: 2 });
    expect(movementsOf(world, subscriber)).toEqual([
      ['charge', 3000],
      ['charge', 8000],
    ]);
    const changed = await read(world, subscriber);
    expect([dayOf(changed.previous_billing_date), dayOf(changed.next_billing_date)]).toEqual([
      '2026-05-02',
      '2026-06-02',
    ]);
  });

  test.each([
    ['authenticate', 'basic', 'pro', ['payment.succeeded', ...CHANGED]],
    ['fail', 'basic', 'basic', ['payment.failed']],
  ] as const)('waits for the owner of the card at their bank: %s', async (outcome, from, to, types) => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await startOn(plans[from], '4000002760003184');
    const changed = await change(subscriber, plans.pro);
    expect((await dodo.payments.retrieve(changed.payment_id!)).status).toBe('requires_customer_action');
    await submit(changed.payment_link!, { outcome });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(types);
    expect((await read(world, subscriber)).product_id).toBe(plans[to]);
    // Either way it is not pending any more.
    await dodo.subscriptions.previewChangePlan(subscriber.id, changeTo(plans.starter));
  });
});

describe('a scheduled change', () => {
  const scheduled = { effective_at: 'next_billing_date' } as const;

  test('waits for the renewal, which charges the new plan whole', async () => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await startOn(plans.pro);
    const preview = await dodo.subscriptions.previewChangePlan(
      subscriber.id,
      changeTo(plans.basic, 'full_immediately', scheduled),
    );
    expect(preview.immediate_charge).toMatchObject({
      effective_at: '2026-05-01T00:00:00.000417Z',
      line_items: [],
      summary: { total_amount: 0, customer_credits: 0 },
    });
    expect(await change(subscriber, plans.basic, 'full_immediately', scheduled)).toMatchObject({ payment_id: null });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['subscription.updated']);
    expect(await read(world, subscriber)).toMatchObject({
      product_id: plans.pro,
      scheduled_change: {
        id: expect.stringMatching(/^spc_/),
        product_id: plans.basic,
        product_name: 'Basic',
        quantity: 1,
        effective_at: '2026-05-01T00:00:00.000417Z',
        created_at: '2026-04-16T00:00:00.000417Z',
      },
    });
    await sandbox.advance(MID_CYCLE);
    expect(receiver.takeTypes()).toEqual([
      'payment.succeeded',
      'subscription.plan_changed',
      'subscription.renewed',
      'subscription.updated',
    ]);
    expect(await read(world, subscriber)).toMatchObject({
      product_id: plans.basic,
      recurring_pre_tax_amount: 3000,
      scheduled_change: null,
      next_billing_date: '2026-06-01T00:00:00.000417Z',
    });
    expect(movementsOf(world, subscriber).at(-1)).toEqual(['charge', 3000]);
  });

  test('is taken back, once', async () => {
    const { dodo, sandbox, receiver } = world;
    const subscriber = await startOn(plans.pro);
    await change(subscriber, plans.basic, 'full_immediately', scheduled);
    await dodo.subscriptions.cancelChangePlan(subscriber.id);
    expect((await read(world, subscriber)).scheduled_change).toBeNull();
    await expect(dodo.subscriptions.cancelChangePlan(subscriber.id)).rejects.toMatchObject(
      refusedWith(404, 'SCHEDULED_PLAN_CHANGE_NOT_FOUND'),
    );
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['subscription.updated', 'subscription.updated']);
    await sandbox.advance(MID_CYCLE);
    expect(movementsOf(world, subscriber).at(-1)).toEqual(['charge', 8000]);
  });

  test('stands in the way of another, which may replace it; one that is not applied leaves it', async () => {
    const { dodo } = world;
    const subscriber = await startOn(plans.pro);
    await change(subscriber, plans.basic, 'full_immediately', scheduled);
    const exists = refusedWith(409, 'SCHEDULED_PLAN_CHANGE_EXISTS');
    await expect(change(subscriber, plans.starter, 'full_immediately', scheduled)).rejects.toMatchObject(exists);
    await expect(change(subscriber, plans.starter)).rejects.toMatchObject(exists);
    await expect(dodo.subscriptions.previewChangePlan(subscriber.id, changeTo(plans.starter))).rejects.toMatchObject(
      exists,
    );
    const replaces = { cancel_scheduled_change_plan: true };
    const first = (await read(world, subscriber)).scheduled_change!;
    await change(subscriber, plans.starter, 'full_immediately', { ...scheduled, ...replaces });
    const second = (await read(world, subscriber)).scheduled_change!;
    expect([second.product_id, second.id === first.id]).toEqual([plans.starter, false]);
    await breakCard(world, subscriber);
    await change(subscriber, plans.pro, 'full_immediately', replaces);
    expect((await read(world, subscriber)).scheduled_change).toEqual(second);
    await change(subscriber, plans.basic, 'difference_immediately', replaces);
    expect(await read(world, subscriber)).toMatchObject({ product_id: plans.basic, scheduled_change: null });
  });

  test.each([
    ['prevent_change', 'pro'],
    ['apply_change', 'basic'],
  ] as const)('whose renewal fails, with %s: %s until it is paid', async (policy, meanwhile) => {
    const { dodo, sandbox } = world;
    const subscriber = await startOn(plans.pro);
    await change(subscriber, plans.basic, 'full_immediately', { ...scheduled, on_payment_failure: policy });
    await breakCard(world, subscriber);
    await sandbox.advance(MID_CYCLE);
    expect(await read(world, subscriber)).toMatchObject({ status: 'on_hold', product_id: plans[meanwhile] });
    await dodo.subscriptions.updatePaymentMethod(subscriber.id, {
      payment_method: { type: 'existing', payment_method_id: subscriber.methodId },
    });
    expect(await read(world, subscriber)).toMatchObject({
      status: 'active',
      product_id: plans.basic,
      scheduled_change: null,
    });
    expect(movementsOf(world, subscriber).slice(1)).toEqual([
      ['charge', -3000],
      ['charge', 3000],
    ]);
  });

  test('moves with the billing date', async () => {
    const { dodo, receiver, sandbox } = world;
    const subscriber = await startOn(plans.pro);
    await change(subscriber, plans.basic, 'full_immediately', scheduled);
    await dodo.subscriptions.update(subscriber.id, { next_billing_date: '2026-05-09T00:00:00Z' });
    await sandbox.idle();
    expect(payloadsOf(receiver, 'Subscription').at(-1)!.scheduled_change!.effective_at).toBe(
      '2026-05-09T00:00:00.000417Z',
    );
  });
});
