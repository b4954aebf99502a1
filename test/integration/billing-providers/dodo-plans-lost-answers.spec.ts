import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, newAttempt } from './money.js';
import { findSwitch, prepareSwitch, productOf } from './dodo-plans-switches.js';
import { startPlansWorld, writesOf, type PlansWorld } from './dodo-plans-world.js';

let world: PlansWorld;
beforeEach(async () => {
  world = await startPlansWorld();
});
afterEach(() => world.close());

const changePath = (id: string) => `/dodo/subscriptions/${id}/change-plan`;

describe('a switch whose answer is lost', () => {
  it.each([
    ['that is charged', {}, { target: 'pro', mode: 'difference_immediately' }, 5_000],
    ['that costs nothing', {}, { target: 'pro', mode: 'do_not_bill' }, 0],
    ['that puts credit down', { product: 'pro' }, { target: 'starter', mode: 'prorated_immediately' }, 0],
  ] as const)('is found, and never sent again: one %s', async (_what, from, to, amount) => {
    const product = 'product' in from ? world.products[from.product] : world.products.basic;
    const { command, chargesBefore } = await prepareSwitch(world, { product }, to);
    const attempt = newAttempt();
    world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: changePath(command.subscriptionId) });
    expect((await errorOf(world.provider.changePlan(command, attempt))).outcome).toBe('unknown');
    world.recorder.take();
    expect(await findSwitch(world, command, attempt)).toMatchObject({ status: 'succeeded', amount });
    expect(await world.provider.changePlan(command, attempt)).toMatchObject({ status: 'succeeded', amount });
    expect(writesOf(world)).toEqual([]);
    expect(world.charges()).toHaveLength(chargesBefore + (amount > 0 ? 1 : 0));
  });

  it('may still come when nothing of it is to be seen: it stays unknown, and is not sent again', async () => {
    const { command, chargesBefore } = await prepareSwitch(world);
    const attempt = newAttempt();
    world.sandbox.faults.api({ kind: 'dropRequest', method: 'POST', path: changePath(command.subscriptionId) });
    expect((await errorOf(world.provider.changePlan(command, attempt))).outcome).toBe('unknown');
    expect(await findSwitch(world, command, attempt)).toBeUndefined();
    expect(await errorOf(world.provider.changePlan(command, attempt))).toMatchObject({
      outcome: 'unknown',
      details: { providerCode: 'sent_before' },
    });
    expect(world.charges()).toHaveLength(chargesBefore);
    expect(await productOf(world, command.subscriptionId)).toBe(world.products.basic);
    // Another attempt is another matter.
    expect((await world.provider.changePlan(command, newAttempt())).status).toBe('succeeded');
  });

  it('is one charge, however many of the same attempt are sent at once', async () => {
    const { command, chargesBefore } = await prepareSwitch(world);
    const attempt = newAttempt();
    await world.provider.changePlan(command, attempt);
    const again = await Promise.all([1, 2, 3].map(() => world.provider.changePlan(command, attempt)));
    expect(again.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(world.charges()).toHaveLength(chargesBefore + 1);
  });

  it('is unknown, not failed, when the money was asked for and nothing can be read', async () => {
    const { command, chargesBefore } = await prepareSwitch(world);
    world.recorder.before(`POST ${changePath(command.subscriptionId)}`, async () =>
      world.sandbox.faults.api({ kind: 'status', status: 404, method: 'GET', path: '/dodo/payments/*' }),
    );
    const attempt = newAttempt();
    expect((await errorOf(world.provider.changePlan(command, attempt))).outcome).toBe('unknown');
    expect(await findSwitch(world, command, attempt)).toMatchObject({ status: 'succeeded', amount: 5_000 });
    expect(world.charges()).toHaveLength(chargesBefore + 1);
  });

  it.each([
    ['read', 'GET', '/dodo/subscriptions/*', 500],
    ['previewed', 'POST', '/dodo/subscriptions/*/preview', 500],
    ['marked', 'PATCH', '/dodo/subscriptions/*', 500],
    ['let in', 'POST', '/dodo/subscriptions/*/change-plan', 429],
  ] as const)('was not sent when it could not even be %s', async (_what, method, path, status) => {
    const { command, chargesBefore } = await prepareSwitch(world);
    world.sandbox.faults.api({ kind: 'status', status, method, path, times: 2 });
    expect((await errorOf(world.provider.changePlan(command, newAttempt()))).outcome).toBe('unavailable');
    expect(world.charges()).toHaveLength(chargesBefore);
    expect(await productOf(world, command.subscriptionId).catch(() => command.fromPriceId)).toBe(command.fromPriceId);
  });
});
