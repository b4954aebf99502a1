import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { MatrixWorld, PROVIDERS, type PlanCode } from './matrix-world.js';
import { done } from './upsell-shop.js';

const MODES = ['difference_immediately', 'prorated_immediately', 'full_immediately', 'do_not_bill'];

/** Invoices of renewals are final an hour after the period has begun. */
const AFTER_RENEWAL_SECONDS = 2 * 3_600;

/** A switch that made no invoice has nothing to pay. */
const paymentStatusOf = (mode: string): string => (mode === 'do_not_bill' ? 'N/A' : 'paid');

describe.each(PROVIDERS)('a switch at once over %s', (provider) => {
  let world: MatrixWorld;

  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'immediate');
    await done(world.shop.admin('PUT', 'packages/suite', { name: 'Suite', proration_modes: MODES }));
  });
  afterAll(() => closeSound(world));

  /** Somebody who has paid for the plan, at the middle of its period. */
  async function atMidCycle(plan: PlanCode): Promise<{ customer: MatrixCustomer; renewsAt: Date; paid: number }> {
    const customer = await world.customer();
    await customer.subscribe(plan);
    const renewsAt = await renewalOf(customer);
    const now = world.sandbox.now().getTime();
    await world.advance({ to: new Date(now + (renewsAt.getTime() - now) / 2) });
    return { customer, renewsAt, paid: world.charges(customer).length };
  }

  async function subscriptionIdOf(customer: MatrixCustomer): Promise<string> {
    const [row] = await world.shop.rows<{ id: string }>(
      `SELECT payment_provider_subscription_id AS id FROM subscriptions s JOIN groups g ON g.id = s.group_id
        WHERE g.external_id = $1`,
      [customer.groupId],
    );
    return row!.id;
  }

  const renewalOf = async (customer: MatrixCustomer): Promise<Date> =>
    (await world.side.readSubscription(await subscriptionIdOf(customer))).renewsAt;

  const chargedSince = (customer: MatrixCustomer, paid: number) => world.charges(customer).slice(paid);

  it.each([
    ['difference_immediately', 5_000],
    ['prorated_immediately', 2_500],
    ['full_immediately', 8_000],
    ['do_not_bill', 0],
  ])('upwards in the middle of a period, %s: charges %d cents, as it was quoted', async (mode, amount) => {
    const { customer, paid } = await atMidCycle('basic');
    const { body: quote } = await customer.preview('pro', mode);
    expect(quote).toEqual({
      quote_id: expect.any(String),
      mode,
      charge_now: { amount, currency: 'USD' },
      credit: { amount: 0, currency: 'USD' },
      effective_at: expect.any(String),
      next_billing_at: expect.any(String),
      plan: { id: world.plans.pro, code: 'pro', name: 'pro' },
      current_plan: { id: world.plans.basic, code: 'basic', name: 'basic' },
      method: quote.method,
      replaces_scheduled_change: false,
      expires_at: expect.any(String),
      downgrade: { allowed: true, decision: 'allow', reasons: [] },
    });
    expect(chargedSince(customer, paid)).toEqual([]);
    const answer = await customer.execute(quote.quote_id);
    expect([answer.status, answer.body.plan.code]).toEqual([200, 'pro']);
    expect(answer.body.latest_change).toEqual({
      quote_id: quote.quote_id,
      status: 'applied',
      plan: { id: world.plans.pro, code: 'pro', name: 'pro' },
      failure: null,
      authentication_url: null,
    });
    await world.settle();
    expect(chargedSince(customer, paid)).toEqual(amount === 0 ? [] : [amount]);
    expect(await customer.entitledPlan()).toBe('pro');
    expect((await customer.history()).at(-1)).toBe(`change basic->pro active ${paymentStatusOf(mode)}`);
    const renewsAt = await renewalOf(customer);
    expect(Math.abs(renewsAt.getTime() - Date.parse(quote.next_billing_at))).toBeLessThan(2_000);
    expect((await customer.subscription()).deadline_at).toBe(renewsAt.toISOString());
  });

  it.each([
    ['difference_immediately', 0, 6_000, [0, 0, 0, 2_000]],
    ['prorated_immediately', 0, 3_000, [0, 1_000]],
    ['full_immediately', 2_000, 0, [2_000]],
    ['do_not_bill', 0, 0, [2_000]],
  ])('downwards, %s: charges %d, puts %d down, and renewals then cost %j', async (mode, amount, credit, renewals) => {
    const { customer, paid } = await atMidCycle('pro');
    const { body: quote } = await customer.preview('starter', mode);
    expect(quote).toMatchObject({ charge_now: { amount }, credit: { amount: credit, currency: 'USD' } });
    const answer = await customer.execute(quote.quote_id);
    expect([answer.status, answer.body.plan.code]).toEqual([200, 'starter']);
    await world.settle();
    expect((await customer.history()).at(-1)).toBe(`change pro->starter active ${paymentStatusOf(mode)}`);
    expect(await customer.entitledPlan()).toBe('starter');
    expect(chargedSince(customer, paid)).toEqual(amount === 0 ? [] : [amount]);
    const costs: number[] = [];
    while (costs.length < renewals.length) {
      const before = world.charges(customer).length;
      const renewsAt = await renewalOf(customer);
      await world.advance({ to: new Date(renewsAt.getTime() + AFTER_RENEWAL_SECONDS * 1_000) });
      expect((await renewalOf(customer)).getTime()).toBeGreaterThan(renewsAt.getTime());
      costs.push(chargedSince(customer, before).reduce((sum, charged) => sum + charged, 0));
    }
    expect(costs).toEqual(renewals);
    expect(await customer.entitledPlan()).toBe('starter');
  });

  it('takes the place of a change that is scheduled, and says so', async () => {
    const { customer } = await atMidCycle('basic');
    expect((await customer.schedule('starter')).status).toBe(202);
    await world.settle();
    const { body: quote } = await customer.preview('pro');
    expect(quote).toMatchObject({ mode: 'difference_immediately', replaces_scheduled_change: true });
    expect((await customer.execute(quote.quote_id)).status).toBe(200);
    await world.settle();
    expect(await customer.subscription()).toMatchObject({ plan: { code: 'pro' }, scheduled_plan: null });
    expect((await customer.preview('starter')).body).toMatchObject({ replaces_scheduled_change: false });
  });

  it('is billed only in a way that the merchant offers', async () => {
    const { customer } = await atMidCycle('basic');
    await done(world.shop.admin('PUT', 'packages/suite', { name: 'Suite' }));
    expect((await customer.preview('pro', 'do_not_bill')).body).toMatchObject({
      code: 'proration_mode_not_available',
      detail: expect.stringContaining('full_immediately'),
    });
    await done(world.shop.admin('PUT', 'packages/suite', { name: 'Suite', proration_modes: ['full_immediately'] }));
    const { body: quote } = await customer.preview('pro');
    expect(quote.mode).toBe('full_immediately');
    await done(world.shop.admin('PUT', 'packages/suite', { name: 'Suite', proration_modes: [] }));
    expect((await customer.execute(quote.quote_id)).body.code).toBe('proration_mode_not_available');
    await done(world.shop.admin('PUT', 'packages/suite', { name: 'Suite', proration_modes: MODES }));
  });

  it('is told to the merchant', async () => {
    const endpoint = { url: 'http://127.0.0.1:9/hook', event_types: ['subscription.plan_changed'] };
    await done(world.shop.admin('POST', 'webhook-endpoints', endpoint));
    const { customer } = await atMidCycle('basic');
    const { body: quote } = await customer.preview('pro', 'difference_immediately');
    await done(customer.execute(quote.quote_id));
    const told = await eventually(async () => {
      const rows = await world.shop.rows<{ payload: string }>(
        'SELECT payload FROM merchant_webhook_deliveries WHERE message_id = $1',
        [`subscription.plan_changed:${quote.quote_id}`],
      );
      return rows[0];
    });
    expect(JSON.parse(told.payload)).toMatchObject({
      type: 'subscription.plan_changed',
      data: {
        user_id: customer.id,
        group_id: customer.groupId,
        quote_id: quote.quote_id,
        mode: 'difference_immediately',
        plan_code: 'pro',
        old_plan_code: 'basic',
        amount: 5_000,
        credit: 0,
        currency: 'USD',
        next_billing_at: quote.next_billing_at,
      },
    });
  });
});
