import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from './money.js';
import { startPlansWorld, writesOf, type PlansWorld } from './dodo-plans-world.js';

let world: PlansWorld;
beforeEach(async () => {
  world = await startPlansWorld();
});
afterEach(() => world.close());

const schedule = (subscriptionId: string, targetPriceId = world.products.pro, requestId: string = randomUUID()) =>
  world.provider.schedulePlanChange({ subscriptionId, targetPriceId, requestId });
const undo = (subscriptionId: string) => world.provider.cancelScheduledChange({ subscriptionId, requestId: 'undo-1' });
const end = (subscriptionId: string) => world.provider.cancelAtPeriodEnd({ subscriptionId, requestId: 'end-1' });
const resume = (subscriptionId: string) => world.provider.resume({ subscriptionId, requestId: 'resume-1' });
const waitingOf = async (id: string) => (await world.read(id)).scheduled_change?.product_id ?? null;
const secondsOf = (time: string) => Math.floor(Date.parse(time) / 1_000);

const createAddon = async (price: number): Promise<string> =>
  (await world.dodo.addons.create({ name: 'Seat', price, currency: 'USD', tax_category: 'saas' })).id;

describe('scheduling a change for the next billing date', () => {
  it('changes and charges nothing until then; then the new price is paid for the new period', async () => {
    const { subscription_id: id, next_billing_date: next } = await world.subscribe();
    const result = await schedule(id);
    expect(result).toMatchObject({ scheduleId: expect.any(String), effectiveAt: secondsOf(next) });
    expect(await world.read(id)).toMatchObject({
      product_id: world.products.basic,
      scheduled_change: { id: result.scheduleId, product_id: world.products.pro, quantity: 1 },
    });
    expect(world.charges()).toHaveLength(1);
    await world.sandbox.advance({ to: new Date(next) });
    expect(await world.read(id)).toMatchObject({ product_id: world.products.pro, scheduled_change: null });
    expect(world.charges().map(({ amount }) => amount)).toEqual([3_000, 8_000]);
  });

  it('keeps quantity and addons', async () => {
    const addons = [{ addon_id: await createAddon(500), quantity: 3 }];
    const { subscription_id: id, next_billing_date: next } = await world.subscribe({ quantity: 2, addons });
    await schedule(id);
    await world.sandbox.advance({ to: new Date(next) });
    expect(await world.read(id)).toMatchObject({ product_id: world.products.pro, quantity: 2, addons });
    expect(world.charges().at(-1)?.amount).toBe(2 * 8_000 + 3 * 500);
  });

  it('is done once, however often it is asked for', async () => {
    const { subscription_id: id } = await world.subscribe();
    const first = await schedule(id, world.products.pro, 'request-1');
    world.recorder.take();
    expect(await schedule(id, world.products.pro, 'request-1')).toEqual(first);
    expect(await schedule(id, world.products.pro, 'request-2')).toEqual(first);
    expect(writesOf(world)).toEqual([]);
  });

  it('replaces the change that waits in one call', async () => {
    const { subscription_id: id } = await world.subscribe();
    await schedule(id, world.products.starter);
    world.recorder.take();
    await schedule(id, world.products.pro);
    expect(writesOf(world)).toEqual([`POST /subscriptions/${id}/change-plan`]);
    expect(await waitingOf(id)).toBe(world.products.pro);
  });

  it('is scheduled anew when the addons are others by now', async () => {
    const addon = await createAddon(500);
    const { subscription_id: id } = await world.subscribe({ addons: [{ addon_id: addon, quantity: 1 }] });
    await world.dodo.subscriptions.changePlan(id, {
      product_id: world.products.pro,
      quantity: 1,
      proration_billing_mode: 'full_immediately',
      effective_at: 'next_billing_date',
    });
    expect((await world.read(id)).scheduled_change?.addons).toEqual([]);
    await schedule(id, world.products.pro);
    expect((await world.read(id)).scheduled_change?.addons).toMatchObject([{ addon_id: addon, quantity: 1 }]);
  });

  it('replaces also a change that was scheduled while it read', async () => {
    const { subscription_id: id } = await world.subscribe();
    world.recorder.before(`POST /dodo/subscriptions/${id}/change-plan`, () =>
      world.dodo.subscriptions.changePlan(id, {
        product_id: world.products.starter,
        quantity: 1,
        proration_billing_mode: 'full_immediately',
        effective_at: 'next_billing_date',
      }),
    );
    await schedule(id, world.products.pro);
    expect(await waitingOf(id)).toBe(world.products.pro);
  });

  it('ends in the same change when its answer is lost and it is asked for again', async () => {
    const { subscription_id: id } = await world.subscribe();
    world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: `/dodo/subscriptions/${id}/change-plan` });
    expect((await errorOf(schedule(id))).outcome).toBe('unknown');
    expect(await waitingOf(id)).toBe(world.products.pro);
    world.recorder.take();
    await schedule(id);
    expect(writesOf(world)).toEqual([]);
  });

  it('is not done when Dodo cannot be asked', async () => {
    const { subscription_id: id } = await world.subscribe();
    world.sandbox.faults.api({ kind: 'status', status: 429, method: 'POST' });
    expect((await errorOf(schedule(id))).outcome).toBe('unavailable');
    expect(await waitingOf(id)).toBeNull();
  });

  it('is unknown when what was done cannot be read', async () => {
    const { subscription_id: id } = await world.subscribe();
    world.recorder.before(`POST /dodo/subscriptions/${id}/change-plan`, async () =>
      world.sandbox.faults.api({ kind: 'status', status: 429, method: 'GET' }),
    );
    expect((await errorOf(schedule(id))).outcome).toBe('unknown');
    expect(await waitingOf(id)).toBe(world.products.pro);
  });

  it('is refused for what ends, what is over, what is no plan, and what is not there', async () => {
    const ending = await world.subscribe();
    await end(ending.subscription_id);
    const over = await world.subscribe();
    await world.dodo.subscriptions.update(over.subscription_id, { status: 'cancelled' });
    const living = await world.subscribe();
    const codes = [
      await errorOf(schedule(ending.subscription_id)),
      await errorOf(schedule(over.subscription_id)),
      await errorOf(schedule(living.subscription_id, world.products.book)),
      await errorOf(schedule('sub_of_nobody')),
    ].map(({ outcome, details }) => [outcome, details.providerCode]);
    expect(codes).toEqual([
      ['refused', 'subscription_is_ending'],
      ['refused', 'INACTIVE_SUBSCRIPTION_PLAN_CHANGE_NOT_SUPPORTED'],
      ['refused', expect.any(String)],
      ['refused', 'NOT_FOUND'],
    ]);
    expect(await waitingOf(living.subscription_id)).toBeNull();
  });

  it('is refused when it was taken back before it could be read', async () => {
    const { subscription_id: id } = await world.subscribe();
    const takeBack = async () => {
      world.recorder.before(`GET /dodo/subscriptions/${id}`, () => world.dodo.subscriptions.cancelChangePlan(id));
    };
    world.recorder.before(`POST /dodo/subscriptions/${id}/change-plan`, takeBack);
    expect((await errorOf(schedule(id))).details.providerCode).toBe('schedule_released');
  });
});

describe('taking a change back', () => {
  it('leaves the subscription as it is; nothing to take back is a success', async () => {
    const { subscription_id: id, next_billing_date: next } = await world.subscribe();
    await schedule(id);
    await undo(id);
    expect(await waitingOf(id)).toBeNull();
    world.recorder.take();
    await undo(id);
    expect(writesOf(world)).toEqual([]);
    await world.sandbox.advance({ to: new Date(next) });
    expect(world.charges().map(({ amount }) => amount)).toEqual([3_000, 3_000]);
  });

  it('is a success when somebody else was faster', async () => {
    const { subscription_id: id } = await world.subscribe();
    await schedule(id);
    world.recorder.before(`DELETE /dodo/subscriptions/${id}/change-plan/scheduled`, () =>
      world.dodo.subscriptions.cancelChangePlan(id),
    );
    await undo(id);
    expect(await waitingOf(id)).toBeNull();
  });

  it('is unknown without an answer, and done when it is asked for again', async () => {
    const { subscription_id: id } = await world.subscribe();
    await schedule(id);
    world.sandbox.faults.api({ kind: 'loseResponse', method: 'DELETE' });
    expect((await errorOf(undo(id))).outcome).toBe('unknown');
    await undo(id);
    expect(await waitingOf(id)).toBeNull();
  });
});

describe('ending with the period', () => {
  it('ends then, without another charge; asked again it does nothing', async () => {
    const { subscription_id: id, next_billing_date: next } = await world.subscribe();
    await end(id);
    world.recorder.take();
    await end(id);
    expect(writesOf(world)).toEqual([]);
    expect(await world.read(id)).toMatchObject({ status: 'active', cancel_at_next_billing_date: true });
    await world.sandbox.advance({ to: new Date(next) });
    expect((await world.read(id)).status).toBe('cancelled');
    expect(world.charges()).toHaveLength(1);
    await end(id);
    expect(writesOf(world)).toEqual([]);
  });

  it('takes a change that waits back first, and goes on from there after a crash', async () => {
    const { subscription_id: id } = await world.subscribe();
    await schedule(id);
    world.sandbox.faults.api({ kind: 'status', status: 429, method: 'PATCH' });
    expect((await errorOf(end(id))).outcome).toBe('unknown'); // half of it is done
    expect(await waitingOf(id)).toBeNull();
    world.recorder.take();
    await end(id);
    expect(writesOf(world)).toEqual([`PATCH /subscriptions/${id}`]);
    expect((await world.read(id)).cancel_at_next_billing_date).toBe(true);
  });

  it('is not done when Dodo cannot be asked', async () => {
    const { subscription_id: id } = await world.subscribe();
    world.sandbox.faults.api({ kind: 'status', status: 429, method: 'PATCH' });
    expect((await errorOf(end(id))).outcome).toBe('unavailable');
  });
});

describe('resuming', () => {
  it('takes the end back; asked again it does nothing', async () => {
    const { subscription_id: id, next_billing_date: next } = await world.subscribe();
    await end(id);
    await resume(id);
    world.recorder.take();
    await resume(id);
    expect(writesOf(world)).toEqual([]);
    await world.sandbox.advance({ to: new Date(next) });
    expect(await world.read(id)).toMatchObject({ status: 'active', cancel_at_next_billing_date: false });
    expect(world.charges()).toHaveLength(2);
  });

  it('is refused for one that has ended', async () => {
    const { subscription_id: id, next_billing_date: next } = await world.subscribe();
    await end(id);
    await world.sandbox.advance({ to: new Date(next) });
    expect((await errorOf(resume(id))).outcome).toBe('refused');
  });
});
