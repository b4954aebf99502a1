import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PRORATION_MODES } from '../../../src/billing-providers/index.js';
import { errorOf, expectStatus, newAttempt } from './money.js';
import { findSwitch, prepareSwitch, preview, productOf, schedule } from './dodo-plans-switches.js';
import { CARDS, GROUP, startPlansWorld, writesOf, type PlansWorld } from './dodo-plans-world.js';

let world: PlansWorld;
beforeEach(async () => {
  world = await startPlansWorld();
});
afterEach(() => world.close());

const secondsOf = (time: string) => Math.floor(Date.parse(time) / 1_000);

describe('switching a plan at once', () => {
  it.each(PRORATION_MODES)('takes what was quoted and begins to bill the new plan: %s', async (mode) => {
    const { command, quote, chargesBefore } = await prepareSwitch(world, {}, { mode });
    const attempt = newAttempt();
    const outcome = await world.provider.changePlan(command, attempt);
    expectStatus(outcome, 'succeeded');
    expect(outcome).toMatchObject({
      amount: quote.amountDue,
      references: { subscriptionId: command.subscriptionId },
    });
    const after = await world.read(command.subscriptionId);
    expect(after).toMatchObject({ product_id: world.products.pro, status: 'active' });
    expect(secondsOf(after.next_billing_date)).toBe(quote.nextBillingAt);
    const taken = world.charges().slice(chargesBefore);
    expect(taken).toEqual(quote.amountDue > 0 ? [{ amount: quote.amountDue, attempt }] : []);
    expect(await findSwitch(world, command, attempt)).toEqual(outcome);
    expect(await findSwitch(world, command, attempt, { references: outcome.references })).toEqual(outcome);
    expect(await findSwitch(world, command, newAttempt())).toBeUndefined();
  });

  it.each(PRORATION_MODES)('downwards puts down what was quoted: %s', async (mode) => {
    const { command, quote, chargesBefore } = await prepareSwitch(
      world,
      { product: world.products.pro },
      { target: 'starter', mode },
    );
    expect(await world.provider.changePlan(command, newAttempt())).toMatchObject({
      status: 'succeeded',
      amount: quote.amountDue,
    });
    expect(await productOf(world, command.subscriptionId)).toBe(world.products.starter);
    expect(world.charges()).toHaveLength(chargesBefore + (quote.amountDue > 0 ? 1 : 0));
    const credits = world.sandbox.ledger().filter(({ type }) => type === 'credit');
    expect(credits.map(({ amount }) => amount)).toEqual(quote.credit > 0 ? [quote.credit] : []);
  });

  it('keeps quantity, addons and labels', async () => {
    const { id: addonId } = await world.dodo.addons.create({
      name: 'Seat',
      price: 500,
      currency: 'USD',
      tax_category: 'saas',
    });
    const addons = [{ addon_id: addonId, quantity: 3 }];
    const { command, quote } = await prepareSwitch(world, { quantity: 2, addons });
    expect(quote.amountDue).toBe(2 * 5_000);
    await world.provider.changePlan(command, newAttempt());
    expect(await world.read(command.subscriptionId)).toMatchObject({ quantity: 2, addons, metadata: GROUP });
  });

  it('labels the payment for whoever looks for it, and no payment of a renewal', async () => {
    const { command } = await prepareSwitch(world);
    const attempt = newAttempt();
    await world.provider.changePlan(command, attempt);
    await world.sandbox.advance({ to: new Date((await world.read(command.subscriptionId)).next_billing_date) });
    const { items } = await world.dodo.payments.list({ subscription_id: command.subscriptionId });
    const labels = items.map(({ metadata }) => metadata?.uplift_attempt ?? null);
    expect(labels).toEqual([null, attempt, null]);
  });

  it('is found with what it cost although it was renewed and switched since', async () => {
    const { command } = await prepareSwitch(world);
    const attempt = newAttempt();
    const { references } = await world.provider.changePlan(command, attempt);
    const sentAt = world.seconds();
    await world.sandbox.advance({ days: 40 });
    await world.dodo.subscriptions.changePlan(command.subscriptionId, {
      product_id: world.products.starter,
      quantity: 1,
      proration_billing_mode: 'do_not_bill',
    });
    expect(await findSwitch(world, command, attempt, { sentAt })).toMatchObject({
      status: 'succeeded',
      amount: 5_000,
      references,
    });
  });

  it('goes on when it costs less by now, and never when it costs more', async () => {
    const { command } = await prepareSwitch(world, {}, { mode: 'prorated_immediately' });
    const outcomes = [
      await world.provider.changePlan({ ...command, amount: command.amount - 1 }, newAttempt()),
      await world.provider.changePlan({ ...command, currency: 'EUR' }, newAttempt()),
      await world.provider.changePlan({ ...command, fromPriceId: world.products.starter }, newAttempt()),
    ];
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'failed', references: {}, failure: { code: 'amount_changed' } });
    }
    expect(writesOf(world)).toEqual([]);
    expect(await productOf(world, command.subscriptionId)).toBe(command.fromPriceId);
    await world.sandbox.advance({ days: 1 });
    const outcome = await world.provider.changePlan(command, newAttempt());
    expectStatus(outcome, 'succeeded');
    expect(outcome.amount).toBeLessThan(command.amount);
    expect(world.charges().at(-1)?.amount).toBe(outcome.amount);
  });

  it('is told with what was really taken where the price rose after it was asked for', async () => {
    const { command } = await prepareSwitch(world);
    const { price } = await world.dodo.products.retrieve(command.planPriceId);
    world.recorder.before(`POST /dodo/subscriptions/${command.subscriptionId}/change-plan`, () =>
      world.dodo.products.update(command.planPriceId, { price: { ...price, price: 9_000 } as typeof price }),
    );
    const attempt = newAttempt();
    const outcome = await world.provider.changePlan(command, attempt);
    expect(outcome).toMatchObject({ status: 'succeeded', amount: 6_000, currency: 'USD' });
    expect(world.charges().at(-1)).toEqual({ amount: 6_000, attempt });
  });

  it('is not done for a credit that is far from what was promised', async () => {
    const { command } = await prepareSwitch(
      world,
      { product: world.products.pro },
      { target: 'starter', mode: 'prorated_immediately' },
    );
    await world.sandbox.advance({ seconds: 900 });
    expect((await world.provider.changePlan(command, newAttempt())).status).toBe('succeeded');
    const other = await prepareSwitch(
      world,
      { product: world.products.pro },
      { target: 'starter', mode: 'prorated_immediately' },
    );
    await world.sandbox.advance({ days: 3 });
    expect(await world.provider.changePlan(other.command, newAttempt())).toMatchObject({
      status: 'failed',
      failure: { code: 'amount_changed', providerCode: 'credit_differs' },
    });
    expect(await productOf(world, other.command.subscriptionId)).toBe(world.products.pro);
  });

  it('changes nothing when the card is declined, and leaves the change that waits', async () => {
    const { command, chargesBefore } = await prepareSwitch(world, { card: CARDS.declinedLater });
    const { subscriptionId } = command;
    await schedule(world, subscriptionId, 'starter');
    const attempt = newAttempt();
    const outcome = await world.provider.changePlan(command, attempt);
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: { code: 'card_declined', providerCode: 'GENERIC_DECLINE' },
      references: { subscriptionId, paymentId: expect.any(String) },
    });
    expect(await findSwitch(world, command, attempt)).toEqual(outcome);
    expect(await world.read(subscriptionId)).toMatchObject({
      product_id: world.products.basic,
      status: 'active',
      scheduled_change: { product_id: world.products.starter },
    });
    expect(world.charges()).toHaveLength(chargesBefore);
  });

  it('takes the place of the change that waits', async () => {
    const { command } = await prepareSwitch(world);
    const { subscriptionId } = command;
    await schedule(world, subscriptionId, 'starter');
    expect((await world.provider.changePlan(command, newAttempt())).status).toBe('succeeded');
    expect(await world.read(subscriptionId)).toMatchObject({
      product_id: world.products.pro,
      scheduled_change: null,
    });
  });

  it('is pending while the money is on its way, and done with it', async () => {
    const { command } = await prepareSwitch(world, { card: CARDS.slow });
    const attempt = newAttempt();
    expect((await world.provider.changePlan(command, attempt)).status).toBe('pending');
    expect(await findSwitch(world, command, attempt)).toMatchObject({ status: 'pending' });
    expect(await productOf(world, command.subscriptionId)).toBe(world.products.basic);
    expect(
      (await errorOf(preview(world, command.subscriptionId, 'pro', 'full_immediately'))).details.providerCode,
    ).toBe('PENDING_PLAN_CHANGE_EXISTS');
    const sentAt = world.seconds();
    await world.sandbox.advance({ days: 3 });
    expect(await findSwitch(world, command, attempt, { sentAt })).toMatchObject({
      status: 'succeeded',
      amount: 5_000,
    });
    expect(await productOf(world, command.subscriptionId)).toBe(world.products.pro);
  });
});
