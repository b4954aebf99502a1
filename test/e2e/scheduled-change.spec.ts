import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeSound } from '../support/invariants.js';
import { Customer } from './customer.js';
import { DAY, HOUR, startWorld, type World } from './world.js';

let world: World;
let customer: Customer;
let customers = 0;

beforeAll(async () => {
  world = await startWorld({ name: 'scheduled-change' });
});
afterAll(() => closeSound(world));

beforeEach(async () => {
  customer = await Customer.register(world, `walker-${++customers}`);
});

/** Moves to just after the end of the customer's period: the provider has switched, the invoice is still a draft. */
async function renew(): Promise<void> {
  const { subscription } = await customer.rows();
  await world.advance({ to: new Date(subscription.deadline) });
}

describe('scenario 1: a change is scheduled', () => {
  it('by our own endpoint, also upwards, which the portal cannot', async () => {
    await customer.subscribe('basic');
    const before = await customer.rows();
    expect(before).toMatchObject({
      subscription: { status: 'active', plan: 'basic', scheduled: null, scheduled_at: null, canceled: false },
      history: ['new basic active paid'],
    });

    const answer = await customer.schedule('pro');
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      plan: { code: 'basic' },
      scheduled_plan: { code: 'pro' },
      latest_request: { kind: 'schedule', status: 'scheduled' },
    });
    await world.settle();
    expect(await customer.rows()).toEqual({
      subscription: { ...before.subscription, scheduled: 'pro', scheduled_at: before.subscription.deadline },
      history: ['new basic active paid', 'change basic->pro pending pending'],
    });
  });

  it('by the billing portal, downwards', async () => {
    await customer.subscribe('pro');
    await customer.inPortal((portal) => portal.choose(world.plans.basic.priceId));
    const { subscription, history } = await customer.rows();
    expect(subscription).toMatchObject({ plan: 'pro', scheduled: 'basic', scheduled_at: subscription.deadline });
    expect(history).toEqual(['new pro active paid', 'change pro->basic pending pending']);
  });
});

describe('scenario 2: the renewal switches to a paid plan', () => {
  it.each([
    ['basic', 'pro'],
    ['pro', 'basic'],
  ] as const)('from %s to %s: first the switch, an hour later the payment', async (from, to) => {
    await customer.subscribe(from);
    await customer.schedule(to);
    await world.settle();
    const { subscription: before } = await customer.rows();

    await renew();
    const switched = await customer.rows();
    expect(switched.subscription).toMatchObject({ status: 'active', plan: to, scheduled: null, scheduled_at: null });
    expect(new Date(switched.subscription.deadline).getTime()).toBeGreaterThan(new Date(before.deadline).getTime());
    expect(switched.history).toEqual([`new ${from} active paid`, `change ${from}->${to} active pending`]);

    await world.advance({ seconds: HOUR + 60 });
    expect((await customer.rows()).history).toEqual([`new ${from} active paid`, `change ${from}->${to} active paid`]);
  });

  it('grants the dearer plan only once it is paid', async () => {
    await customer.subscribe('basic');
    await customer.schedule('pro');
    await world.settle();
    await renew();
    expect(await customer.entitledPlan()).toBe('basic');
    await world.advance({ seconds: HOUR + 60 });
    expect(await customer.entitledPlan()).toBe('pro');
  });

  it('and then renews plainly', async () => {
    await customer.subscribe('basic');
    await customer.schedule('pro');
    await world.settle();
    await renew();
    await world.advance({ seconds: HOUR + 60 });
    await renew();
    await world.advance({ seconds: HOUR + 60 });
    expect((await customer.rows()).history).toEqual([
      'new basic active paid',
      'change basic->pro active paid',
      'renewal pro active paid',
    ]);
  });
});

describe('scenario 3: the renewal switches to the free plan', () => {
  it('has nothing to pay, and the zero invoice changes nothing', async () => {
    await customer.subscribe('basic');
    await customer.inPortal((portal) => portal.choose(world.plans.free.priceId));
    await renew();
    const switched = await customer.rows();
    expect(switched.subscription).toMatchObject({ status: 'active', plan: 'free', scheduled: null });
    expect(switched.history).toEqual(['new basic active paid', 'change basic->free active N/A']);
    expect(await customer.entitledPlan()).toBe('free');

    await world.advance({ seconds: HOUR + 60 });
    expect(await customer.rows()).toEqual(switched);
  });
});

describe('scenario 4: the payment fails', () => {
  beforeEach(async () => {
    await customer.subscribe('basic');
    await customer.schedule('pro');
    await world.settle();
    await customer.useCard('pm_card_chargeCustomerFail');
    await renew();
    await world.advance({ seconds: HOUR + 60 });
  });

  it('is past due, without the plan that was not paid', async () => {
    const { subscription, history } = await customer.rows();
    expect(subscription).toMatchObject({ status: 'past_due', plan: 'pro', scheduled: null });
    expect(history).toEqual(['new basic active paid', 'change basic->pro active failed']);
    expect(await customer.entitledPlan()).toBe('basic');
  });

  it('recovers when a later try succeeds', async () => {
    await customer.useCard('pm_card_visa');
    await world.advance({ days: 4 });
    const { subscription, history } = await customer.rows();
    expect(subscription.status).toBe('active');
    expect(history).toEqual(['new basic active paid', 'change basic->pro active paid']);
    expect(await customer.entitledPlan()).toBe('pro');
  });

  it('ends when all tries failed', async () => {
    await world.advance({ days: 20 });
    const { subscription, history } = await customer.rows();
    expect(subscription).toMatchObject({ status: 'canceled', canceled: true, scheduled: null });
    expect(history).toEqual(['new basic active paid', 'change basic->pro active failed']);
    expect(await customer.entitledPlan()).toBeUndefined();
  });
});

describe('scenario 5: a pending change is replaced or undone', () => {
  it('is replaced any number of times; the last one wins', async () => {
    await customer.subscribe('basic');
    for (const plan of ['pro', 'enterprise', 'free', 'enterprise'] as const) {
      expect((await customer.schedule(plan)).status).toBe(202);
      await world.advance({ seconds: 60 });
    }
    expect((await customer.rows()).history).toEqual([
      'new basic active paid',
      'change basic->pro inactive pending',
      'change basic->enterprise inactive pending',
      'change basic->free inactive pending',
      'change basic->enterprise pending pending',
    ]);
    expect(await customer.requestStatuses()).toEqual(['replaced', 'replaced', 'replaced', 'scheduled']);

    await renew();
    await world.advance({ seconds: HOUR + 60 });
    expect((await customer.rows()).history).toEqual([
      'new basic active paid',
      'change basic->pro inactive pending',
      'change basic->enterprise inactive pending',
      'change basic->free inactive pending',
      'change basic->enterprise active paid',
    ]);
    expect(await customer.requestStatuses()).toEqual(['replaced', 'replaced', 'replaced', 'applied']);
  });

  it('is replaced when it was made in the portal', async () => {
    await customer.subscribe('pro');
    await customer.inPortal((portal) => portal.choose(world.plans.basic.priceId));
    await world.advance({ seconds: 60 });
    const warned = await customer.call('GET', '/subscription', undefined, { 'accept-language': 'vi' });
    expect(warned.body.warning.message).toBe(
      'Bạn đã có thay đổi gói đã lên lịch sang basic. Thay đổi mới sẽ thay thế thay đổi cũ. Tiếp tục?',
    );
    await customer.schedule('enterprise');
    await world.settle();
    expect((await customer.rows()).history).toEqual([
      'new pro active paid',
      'change pro->basic inactive pending',
      'change pro->enterprise pending pending',
    ]);
  });

  it.each([
    ['our endpoint', () => customer.undo()],
    ['the portal', () => customer.inPortal((portal) => portal.keepPlan())],
  ])('is undone by %s', async (_way, undo) => {
    await customer.subscribe('pro');
    await customer.schedule('basic');
    await world.advance({ seconds: 60 });
    await undo();
    await world.settle();
    const undone = await customer.rows();
    expect(undone.subscription).toMatchObject({ plan: 'pro', scheduled: null, scheduled_at: null });
    expect(undone.history).toEqual(['new pro active paid', 'change pro->basic inactive pending']);

    await renew();
    await world.advance({ seconds: HOUR + 60 });
    expect((await customer.rows()).history).toEqual([
      'new pro active paid',
      'change pro->basic inactive pending',
      'renewal pro active paid',
    ]);
  });
});

describe('scenario 6: an immediate change', () => {
  it('chosen in the portal waits for the invoice that it made', async () => {
    await customer.subscribe('basic');
    await world.advance({ days: 10 });
    await customer.inPortal((portal) => portal.choose(world.plans.pro.priceId));
    const { subscription, history } = await customer.rows();
    expect(subscription).toMatchObject({ plan: 'pro', scheduled: null, status: 'active' });
    expect(history).toEqual(['new basic active paid', 'change basic->pro active paid']);
  });

  it('without an invoice has nothing to pay', async () => {
    await customer.subscribe('basic');
    await world.advance({ days: 10 });
    await customer.changePrice('pro', { proration_behavior: 'none' });
    expect((await customer.rows()).history).toEqual(['new basic active paid', 'change basic->pro active N/A']);
  });

  it('whose payment is given up never begins', async () => {
    await customer.subscribe('basic');
    await world.advance({ days: 10 });
    await customer.useCard('pm_card_chargeCustomerFail');
    await customer.changePrice('pro', {
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    expect((await customer.rows()).history).toEqual(['new basic active paid']);
    await world.advance({ seconds: DAY });
    const { subscription, history } = await customer.rows();
    expect(subscription).toMatchObject({ plan: 'basic', status: 'active' });
    expect(history).toEqual(['new basic active paid', 'change basic->pro inactive failed']);
  });
});

describe('scenario 7: beginnings, renewals, endings', () => {
  it('writes a renewal for each period', async () => {
    await customer.subscribe('basic');
    for (let period = 0; period < 2; period++) {
      await renew();
      await world.advance({ seconds: HOUR + 60 });
    }
    expect((await customer.rows()).history).toEqual([
      'new basic active paid',
      'renewal basic active paid',
      'renewal basic active paid',
    ]);
  });

  it('cancels at the end of the period, pending change included, and resumes', async () => {
    await customer.subscribe('basic');
    await customer.schedule('pro');
    await world.advance({ seconds: 60 });
    const canceled = await customer.call('POST', '/subscription/cancel', {});
    expect(canceled.status).toBe(202);
    await world.settle();
    expect((await customer.call('GET', '/subscription')).body).toMatchObject({ scheduled_plan: null });
    expect((await customer.call('GET', '/subscription')).body.cancel_at).not.toBeNull();
    expect((await customer.schedule('pro')).body.code).toBe('subscription_canceling');

    expect((await customer.call('POST', '/subscription/resume', {})).status).toBe(202);
    await world.settle();
    expect((await customer.call('GET', '/subscription')).body.cancel_at).toBeNull();

    await customer.call('POST', '/subscription/cancel', {});
    await world.settle();
    await renew();
    const { subscription, history } = await customer.rows();
    expect(subscription).toMatchObject({ status: 'canceled', canceled: true });
    expect(history).toEqual(['new basic active paid', 'change basic->pro inactive pending']);
  });
});
