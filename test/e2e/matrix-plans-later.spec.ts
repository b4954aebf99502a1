import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { MatrixWorld, PROVIDERS, type PlanCode } from './matrix-world.js';
import { done } from './upsell-shop.js';
import { RETURN_URL } from './world.js';

describe.each(PROVIDERS)('a change of plan at the renewal, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'plans_later');
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  async function subscriber(plan: PlanCode): Promise<MatrixCustomer> {
    const customer = await world.customer();
    await customer.subscribe(plan);
    return customer;
  }

  const codesOf = async (customer: MatrixCustomer) => {
    const { plan, scheduled_plan: next, status } = await customer.subscription();
    return [status, plan.code, next?.code ?? null];
  };

  it('begins with a subscription that was bought on the provider’s page', async () => {
    const customer = await subscriber('basic');
    expect(await customer.subscription()).toMatchObject({ provider, status: 'active', plan: { code: 'basic' } });
    expect(await customer.history()).toEqual(['new basic active paid']);
    expect(world.charges(customer)).toEqual([3_000]);
    expect(await customer.startCheckout('pro')).toMatchObject({
      status: 409,
      body: { code: 'subscription_already_active' },
    });
  });

  it('renews by itself', async () => {
    const customer = await subscriber('basic');
    await world.renew(customer);
    expect(await customer.history()).toEqual(['new basic active paid', 'renewal basic active paid']);
    expect(world.charges(customer)).toEqual([3_000, 3_000]);
  });

  it.each([
    ['basic', 'pro', 8_000],
    ['pro', 'starter', 2_000],
  ] as const)('from %s to %s costs nothing before, and then %i', async (from, to, price) => {
    const customer = await subscriber(from);
    const [first = 0] = world.charges(customer);
    expect((await customer.schedule(to)).status).toBe(202);
    await world.settle();
    expect(await codesOf(customer)).toEqual(['active', from, to]);
    expect(world.charges(customer)).toEqual([first]);
    await world.renew(customer);
    expect(await codesOf(customer)).toEqual(['active', to, null]);
    expect(world.charges(customer)).toEqual([first, price]);
    expect(await customer.history()).toEqual([`new ${from} active paid`, `change ${from}->${to} active paid`]);
    expect(await customer.entitledPlan()).toBe(to);
  });

  it('warns before it is replaced, and the last one wins', async () => {
    const customer = await subscriber('basic');
    await done(customer.schedule('pro'));
    await world.settle();
    expect((await customer.subscription()).warning).toMatchObject({ code: 'pending_change_will_be_replaced' });
    await world.advance({ seconds: 60 });
    await done(customer.schedule('starter'));
    await world.settle();
    expect(await codesOf(customer)).toEqual(['active', 'basic', 'starter']);
    await world.renew(customer);
    expect(await codesOf(customer)).toEqual(['active', 'starter', null]);
    expect(await customer.history()).toEqual([
      'new basic active paid',
      'change basic->pro inactive pending',
      'change basic->starter active paid',
    ]);
    expect(world.charges(customer)).toEqual([3_000, 2_000]);
  });

  it('can be taken back', async () => {
    const customer = await subscriber('basic');
    await done(customer.schedule('pro'));
    await world.settle();
    await done(customer.call('DELETE', `/subscription/scheduled-change?group_id=${customer.groupId}`));
    await world.settle();
    expect(await codesOf(customer)).toEqual(['active', 'basic', null]);
    await world.renew(customer);
    expect(await codesOf(customer)).toEqual(['active', 'basic', null]);
    expect(world.charges(customer)).toEqual([3_000, 3_000]);
  });

  it('whose answer is lost is made once', async () => {
    const customer = await subscriber('basic');
    world.loseAnswer(world.side.calls.scheduleChange);
    expect((await customer.schedule('pro')).status).toBeLessThan(500);
    await eventually(
      async () => {
        await world.settle();
        return (await codesOf(customer))[2] === 'pro';
      },
      { within: 30_000 },
    );
    await world.renew(customer);
    expect(world.charges(customer)).toEqual([3_000, 8_000]);
  });

  it('can be canceled with the period, resumed, and canceled for good', async () => {
    const customer = await subscriber('basic');
    await done(customer.schedule('pro'));
    await world.settle();
    const group = { group_id: customer.groupId };
    await done(customer.call('POST', '/subscription/cancel', group));
    await world.settle();
    expect(await customer.subscription()).toMatchObject({ status: 'active', cancel_at: expect.any(String) });
    expect(await codesOf(customer)).toEqual(['active', 'basic', null]); // what ends does not change
    await done(customer.call('POST', '/subscription/resume', group));
    await world.settle();
    expect(await customer.subscription()).toMatchObject({ status: 'active', cancel_at: null });
    await done(customer.call('POST', '/subscription/cancel', group));
    await world.settle();
    await world.renew(customer);
    expect(await customer.subscription()).toMatchObject({ status: 'canceled', entitlement: { entitled: false } });
    expect(world.charges(customer)).toEqual([3_000]);
  });

  it('made in the provider’s portal is followed: it ends there too', async () => {
    const customer = await subscriber('basic');
    await customer.inPortal((portal) => portal.cancel());
    expect(await customer.subscription()).toMatchObject({ status: 'active', cancel_at: expect.any(String) });
    await world.renew(customer);
    expect(await customer.subscription()).toMatchObject({ status: 'canceled' });
  });

  it('that is pending can be undone in the provider’s portal', async () => {
    const customer = await subscriber('basic');
    await done(customer.schedule('pro'));
    await world.settle();
    await customer.inPortal((portal) => portal.keepPlan());
    expect(await codesOf(customer)).toEqual(['active', 'basic', null]);
  });

  it('leads to the portal only whoever may manage the subscription, and back to allowed pages only', async () => {
    const customer = await subscriber('basic');
    const stranger = await world.customer();
    const open = (who: MatrixCustomer, url: string) =>
      who.call('POST', '/subscription/billing-portal', { return_url: url, group_id: customer.groupId });
    expect((await open(customer, RETURN_URL)).status).toBeLessThan(300);
    expect((await open(customer, 'https://elsewhere.test/')).status).toBe(422);
    expect((await open(stranger, RETURN_URL)).status).toBeGreaterThanOrEqual(403);
    expect(world.capabilities.billingPortal).toBe(true);
  });
});
