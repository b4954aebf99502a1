import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, periodEndOf, startWorld, writesOf, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const commandFor = (subscriptionId: string, requestId = 'request-2') => ({ subscriptionId, requestId });
const schedule = (subscriptionId: string, targetPriceId: string) =>
  world.provider.schedulePlanChange({ subscriptionId, targetPriceId, requestId: 'request-1' });
const releaseOf = (scheduleId: string): string => `POST /v1/subscription_schedules/${scheduleId}/release`;
const updateOf = (subscriptionId: string): string => `POST /v1/subscriptions/${subscriptionId}`;

describe('taking a scheduled change back', () => {
  it('releases the schedule, so that the subscription goes on as it is', async () => {
    const subscription = await world.subscribe();
    const { scheduleId } = await schedule(subscription.id, world.prices.basic);
    world.recorder.take();

    await world.provider.cancelScheduledChange(commandFor(subscription.id));

    expect(writesOf(world.recorder)).toEqual([releaseOf(scheduleId)]);
    await world.sandbox.advance({ to: new Date(periodEndOf(subscription) * 1_000) });
    const renewed = await world.read(subscription.id);
    expect(renewed).toMatchObject({ status: 'active', schedule: null, cancel_at: null });
    expect(renewed.items.data[0]?.price.id).toBe(world.prices.pro);
  });

  it('is done when there is nothing to take back, also the second time', async () => {
    const subscription = await world.subscribe();
    await world.provider.cancelScheduledChange(commandFor(subscription.id));
    await schedule(subscription.id, world.prices.basic);
    await world.provider.cancelScheduledChange(commandFor(subscription.id));
    world.recorder.take();
    await world.provider.cancelScheduledChange(commandFor(subscription.id));
    expect(writesOf(world.recorder)).toEqual([]);
  });

  it('is done when somebody else was faster', async () => {
    const subscription = await world.subscribe();
    const { scheduleId } = await schedule(subscription.id, world.prices.basic);
    world.recorder.before(releaseOf(scheduleId), () => world.stripe.subscriptionSchedules.release(scheduleId));
    await expect(world.provider.cancelScheduledChange(commandFor(subscription.id))).resolves.toBeUndefined();
  });

  it('is refused when the schedule is still there after a refusal', async () => {
    const subscription = await world.subscribe();
    await schedule(subscription.id, world.prices.basic);
    world.sandbox.faults.api({ kind: 'status', status: 400, method: 'POST', path: '*/release' });
    await expect(world.provider.cancelScheduledChange(commandFor(subscription.id))).rejects.toMatchObject({
      outcome: 'refused',
    });
  });
});

describe('ending with the period', () => {
  it('sets the end', async () => {
    const subscription = await world.subscribe();
    await world.provider.cancelAtPeriodEnd(commandFor(subscription.id));
    expect(await world.read(subscription.id)).toMatchObject({ status: 'active', cancel_at: periodEndOf(subscription) });
    world.recorder.take();
    await world.provider.cancelAtPeriodEnd(commandFor(subscription.id));
    expect(writesOf(world.recorder)).toEqual([]);
  });

  it('takes a pending change back first, because Stripe refuses it otherwise', async () => {
    const subscription = await world.subscribe();
    const { scheduleId } = await schedule(subscription.id, world.prices.ultra);
    world.recorder.take();

    await world.provider.cancelAtPeriodEnd(commandFor(subscription.id));

    expect(writesOf(world.recorder)).toEqual([releaseOf(scheduleId), updateOf(subscription.id)]);
    await world.sandbox.advance({ to: new Date(periodEndOf(subscription) * 1_000) });
    expect((await world.read(subscription.id)).status).toBe('canceled');
    expect(world.sandbox.ledger()).toHaveLength(1);
  });

  it('brings a later end forward', async () => {
    const subscription = await world.subscribe();
    const later = periodEndOf(subscription) + 90 * 24 * HOUR;
    await world.stripe.subscriptions.update(subscription.id, { cancel_at: later });
    await world.provider.cancelAtPeriodEnd(commandFor(subscription.id));
    expect((await world.read(subscription.id)).cancel_at).toBe(periodEndOf(subscription));
  });

  it('is unknown when it stopped half way, and goes on from there', async () => {
    const subscription = await world.subscribe();
    await schedule(subscription.id, world.prices.basic);
    world.sandbox.faults.api({ kind: 'status', status: 429, method: 'POST', path: updateOf(subscription.id).slice(5) });
    await expect(world.provider.cancelAtPeriodEnd(commandFor(subscription.id))).rejects.toMatchObject({
      outcome: 'unknown',
      details: { providerCode: 'rate_limit' },
    });
    expect(await world.read(subscription.id)).toMatchObject({ schedule: null, cancel_at: null });
    await world.provider.cancelAtPeriodEnd(commandFor(subscription.id));
    expect((await world.read(subscription.id)).cancel_at).toBe(periodEndOf(subscription));
  });

  it('is refused for a subscription that has ended', async () => {
    const subscription = await world.subscribe();
    await world.stripe.subscriptions.cancel(subscription.id);
    await expect(world.provider.cancelAtPeriodEnd(commandFor(subscription.id))).rejects.toMatchObject({
      outcome: 'refused',
    });
  });
});

describe('resuming', () => {
  it.each([
    ['our own end', () => ({ cancel_at_period_end: true })],
    ['an end by date, as the portal sets it', (end: number) => ({ cancel_at: end })],
  ])('takes back %s', async (_name, toChange) => {
    const subscription = await world.subscribe();
    await world.stripe.subscriptions.update(subscription.id, toChange(periodEndOf(subscription)));
    await world.provider.resume(commandFor(subscription.id));
    expect(await world.read(subscription.id)).toMatchObject({ cancel_at: null, cancel_at_period_end: false });
    await world.sandbox.advance({ to: new Date(periodEndOf(subscription) * 1_000) });
    expect((await world.read(subscription.id)).status).toBe('active');
  });

  it('writes nothing when the subscription goes on anyway, and leaves its pending change alone', async () => {
    const subscription = await world.subscribe();
    await schedule(subscription.id, world.prices.basic);
    world.recorder.take();
    await world.provider.resume(commandFor(subscription.id));
    expect(writesOf(world.recorder)).toEqual([]);
  });

  it('releases a schedule that would end the subscription', async () => {
    const subscription = await world.subscribe({ cancel_at_period_end: true } as never);
    await world.stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    expect((await world.read(subscription.id)).schedule).toMatchObject({ end_behavior: 'cancel' });
    await world.provider.resume(commandFor(subscription.id));
    expect(await world.read(subscription.id)).toMatchObject({ schedule: null, cancel_at: null });
  });
});
