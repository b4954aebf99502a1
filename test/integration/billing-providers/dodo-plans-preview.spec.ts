import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from './money.js';
import { prepareSwitch, preview, schedule } from './dodo-plans-switches.js';
import { startPlansWorld, type PlansWorld } from './dodo-plans-world.js';

let world: PlansWorld;
beforeEach(async () => {
  world = await startPlansWorld();
});
afterEach(() => world.close());

describe('what a switch would cost', () => {
  it.each([
    ['prorated_immediately', 2_500, 29],
    ['difference_immediately', 5_000, 29],
    ['full_immediately', 8_000, 29],
    ['do_not_bill', 0, 15.5], // the period goes on
  ] as const)('upwards, %s', async (mode, amountDue, daysToNext) => {
    const { quote } = await prepareSwitch(world, {}, { mode });
    expect(quote).toEqual({
      amountDue,
      credit: 0,
      currency: 'USD',
      nextBillingAt: world.seconds() + daysToNext * 86_400,
      prorationAt: world.seconds(),
      method: { kind: 'card', brand: 'visa', last4: '4242' },
    });
  });

  it.each([
    ['prorated_immediately', 0, 3_000],
    ['difference_immediately', 0, 6_000],
    ['full_immediately', 2_000, 0],
    ['do_not_bill', 0, 0],
  ] as const)('downwards, %s', async (mode, amountDue, credit) => {
    const { quote } = await prepareSwitch(world, { product: world.products.pro }, { target: 'starter', mode });
    expect(quote).toMatchObject({ amountDue, credit });
  });

  it('changes nothing, also where a change waits already', async () => {
    const { subscription, command } = await prepareSwitch(world);
    const { subscriptionId } = command;
    await schedule(world, subscriptionId, 'starter');
    const before = await world.read(subscriptionId);
    expect(await preview(world, subscriptionId, 'pro', 'difference_immediately')).toMatchObject({ amountDue: 5_000 });
    expect(await world.read(subscriptionId)).toEqual(before);
    expect(before.product_id).toBe(subscription.product_id);
  });

  it('is refused for what ends, for what is not there, and for what is no plan', async () => {
    const { command } = await prepareSwitch(world);
    const codes = [
      await errorOf(preview(world, 'sub_none', 'pro', 'do_not_bill')),
      await errorOf(preview(world, command.subscriptionId, 'book', 'do_not_bill')),
    ].map(({ outcome }) => outcome);
    expect(codes).toEqual(['refused', 'refused']);
    await world.provider.cancelAtPeriodEnd({ subscriptionId: command.subscriptionId, requestId: 'end-1' });
    const { details } = await errorOf(preview(world, command.subscriptionId, 'pro', 'do_not_bill'));
    expect(details.providerCode).toBe('PLAN_CHANGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION');
  });
});
