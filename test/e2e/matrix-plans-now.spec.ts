import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS, type PlanCode } from './matrix-world.js';
import { done } from './upsell-shop.js';

/** The Dodo document's figures, in cents, at half of the period: what is charged at once, and what is put down as credit. */
const FIGURES = [
  ['basic', 'pro', 'prorated_immediately', 2_500, 0],
  ['basic', 'pro', 'difference_immediately', 5_000, 0],
  ['basic', 'pro', 'full_immediately', 8_000, 0],
  ['basic', 'pro', 'do_not_bill', 0, 0],
  ['pro', 'starter', 'prorated_immediately', 0, 3_000],
  ['pro', 'starter', 'difference_immediately', 0, 6_000],
  ['pro', 'starter', 'full_immediately', 2_000, 0],
  ['pro', 'starter', 'do_not_bill', 0, 0],
] as const;

describe.each(PROVIDERS)('a change of plan at once, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'plans_now');
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  /** A subscriber in the very middle of the first period. */
  async function atMidCycle(plan: PlanCode, card?: string): Promise<MatrixCustomer> {
    const customer = await world.customer();
    await customer.subscribe(plan, card);
    const { deadline_at: end } = await customer.subscription();
    const now = world.sandbox.now().getTime();
    await world.advance({ to: new Date(now + (Date.parse(end) - now) / 2) });
    return customer;
  }

  it.each(FIGURES)('from %s to %s by %s charges %i and credits %i, as it was previewed', async (...row) => {
    const [from, to, mode, charge, credit] = row;
    const customer = await atMidCycle(from);
    const before = world.charges(customer);
    const quote = await done(customer.preview(to, mode));
    expect(quote).toMatchObject({
      mode,
      charge_now: { amount: charge, currency: 'USD' },
      credit: { amount: credit, currency: 'USD' },
      current_plan: { code: from },
      plan: { code: to },
    });
    expect(world.charges(customer)).toEqual(before); // a preview moves nothing
    expect((await customer.subscription()).plan.code).toBe(from);
    const answer = await customer.execute(quote.quote_id);
    await world.settle();
    expect(answer.status).toBe(200);
    const after = await customer.subscription();
    expect(after).toMatchObject({ status: 'active', plan: { code: to } });
    expect(world.charges(customer)).toEqual(charge > 0 ? [...before, charge] : before);
    const real = await world.side.readSubscription(await customer.subscriptionId());
    expect(real.priceId).toBe(world.prices[to]);
    // The date that was promised is the one at which the provider bills next, and the one that is shown.
    expect([quote.next_billing_at, after.deadline_at]).toEqual([
      real.renewsAt.toISOString(),
      real.renewsAt.toISOString(),
    ]);
    expect(await customer.entitledPlan()).toBe(to);
    expect((await customer.history()).at(-1)).toMatch(new RegExp(`^change ${from}->${to} active (paid|N/A)$`));
  });

  it('downwards pays the next renewals from the credit', async () => {
    const customer = await atMidCycle('pro');
    expect((await customer.change('starter', 'difference_immediately')).status).toBe(200);
    const before = world.charges(customer);
    for (let renewal = 0; renewal < 3; renewal++) await world.renew(customer);
    expect(world.charges(customer)).toEqual(before); // 60 dollars of credit are three renewals at 20
    await world.renew(customer);
    expect(world.charges(customer)).toEqual([...before, 2_000]);
    expect(await customer.subscription()).toMatchObject({ status: 'active', plan: { code: 'starter' } });
  });

  it('whose card is declined changes nothing, and says so', async () => {
    const customer = await atMidCycle('basic');
    await customer.enterCard(CARDS.declinesLater);
    const before = world.charges(customer);
    const answer = await customer.change('pro');
    expect(answer).toMatchObject({ status: 402, body: { code: 'payment_declined', failure: expect.anything() } });
    expect(await customer.subscription()).toMatchObject({ plan: { code: 'basic' }, status: 'active' });
    expect(world.charges(customer)).toEqual(before);
    expect((await world.side.readSubscription(await customer.subscriptionId())).priceId).toBe(world.prices.basic);
    await customer.enterCard(CARDS.good);
    expect((await customer.change('pro')).status).toBe(200);
    expect(world.charges(customer)).toEqual([...before, 5_000]);
  });

  it('is made once, however often it is confirmed', async () => {
    const customer = await atMidCycle('basic');
    const { quote_id: id } = await done(customer.preview('pro'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => customer.execute(id)));
    await world.settle();
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(world.charges(customer)).toEqual([3_000, 5_000]);
    expect((await customer.subscription()).plan.code).toBe('pro');
  });

  it('whose answer is lost is found, and is charged once', async () => {
    const customer = await atMidCycle('basic');
    const { quote_id: id } = await done(customer.preview('pro'));
    world.loseAnswer(world.side.calls.changePlan);
    expect([200, 202]).toContain((await customer.execute(id)).status);
    await world.settle();
    await eventually(async () => (await customer.subscription()).plan.code === 'pro', { within: 30_000 });
    expect(world.charges(customer)).toEqual([3_000, 5_000]);
  });

  it('takes the place of a change that was planned, and says so before', async () => {
    const customer = await atMidCycle('basic');
    await done(customer.schedule('starter'));
    await world.settle();
    const quote = await done(customer.preview('pro'));
    expect(quote.replaces_scheduled_change).toBe(true);
    expect((await customer.execute(quote.quote_id)).status).toBe(200);
    await world.settle();
    expect(await customer.subscription()).toMatchObject({ plan: { code: 'pro' }, scheduled_plan: null });
    await world.renew(customer);
    expect(await customer.subscription()).toMatchObject({ plan: { code: 'pro' }, status: 'active' });
  });

  it('to a plan that allows less than is used is refused, with the reasons', async () => {
    const customer = await atMidCycle('pro');
    await done(world.shop.service('PUT', `groups/${customer.groupId}/usage`, { usage: { seats: 9 } }));
    const quote = await done(customer.preview('starter'));
    expect(quote.downgrade).toMatchObject({
      allowed: false,
      decision: 'block',
      reasons: [{ limit: 'seats', used: 9, allowed: 5 }],
    });
    expect(await customer.execute(quote.quote_id)).toMatchObject({
      status: 409,
      body: { code: 'plan_limits_exceeded' },
    });
    expect(await customer.schedule('starter')).toMatchObject({ status: 409, body: { code: 'plan_limits_exceeded' } });
    expect((await customer.subscription()).plan.code).toBe('pro');
  });
});
