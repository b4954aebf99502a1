import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { InterruptedChange } from './interrupted-change.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS, type PlanCode } from './matrix-world.js';
import { done } from './upsell-shop.js';
import { RETURN_URL } from './world.js';

describe.each(PROVIDERS)('a switch at once that goes wrong over %s', (provider) => {
  let world: MatrixWorld;

  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'immediate_failures');
  });
  afterEach(() => world.sandbox.faults.clear());
  afterAll(() => closeSound(world));

  async function subscriber(plan: PlanCode = 'basic'): Promise<{ customer: MatrixCustomer; paid: number }> {
    const customer = await world.customer();
    await customer.subscribe(plan);
    return { customer, paid: world.charges(customer).length };
  }

  const quoteFor = async (customer: MatrixCustomer, plan: PlanCode = 'pro') => done(customer.preview(plan));

  const chargedSince = (customer: MatrixCustomer, paid: number) => world.charges(customer).slice(paid);

  const changeOf = async (customer: MatrixCustomer) => (await customer.subscription()).latest_change;

  it('does not change the plan when the card is declined, and leads to another card', async () => {
    const { customer, paid } = await subscriber();
    const { body: quote } = await customer.preview('pro');
    await customer.enterCard(CARDS.declinesLater);
    const answer = await customer.execute(quote.quote_id);
    await world.settle();
    expect([answer.status, answer.body.code]).toEqual([402, 'payment_declined']);
    expect(answer.body.failure).toMatch(/^(card_declined|insufficient_funds)$/);
    const page = await customer.call('POST', answer.body.update_page.replace('/api/v1/general', ''), {
      return_url: RETURN_URL,
      group_id: customer.groupId,
    });
    expect([page.status, page.body.url]).toEqual([expect.any(Number), expect.stringMatching(/^http/)]);
    expect(await customer.subscription()).toMatchObject({
      plan: { code: 'basic' },
      status: 'active',
      latest_change: { quote_id: quote.quote_id, status: 'failed', failure: answer.body.failure },
    });
    expect(await customer.entitledPlan()).toBe('basic');
    expect(chargedSince(customer, paid)).toEqual([]);
    expect((await customer.execute(quote.quote_id)).status).toBe(402);
    await customer.enterCard(CARDS.good);
    expect((await customer.change('pro')).status).toBe(200);
    expect(chargedSince(customer, paid)).toEqual([5_000]);
    expect(await customer.entitledPlan()).toBe('pro');
  });

  it('keeps a scheduled change when the card is declined', async () => {
    const { customer } = await subscriber();
    expect((await customer.schedule('starter')).status).toBe(202);
    await world.settle();
    const quote = await quoteFor(customer);
    await customer.enterCard(CARDS.declinesLater);
    expect((await customer.execute(quote.quote_id)).status).toBe(402);
    await eventually(async () => {
      await world.settle();
      expect(await customer.subscription()).toMatchObject({
        plan: { code: 'basic' },
        scheduled_plan: { code: 'starter' },
      });
      return true;
    });
  });

  it('is charged once when the answer is lost', async () => {
    const { customer, paid } = await subscriber();
    const quote = await quoteFor(customer);
    world.loseAnswer(world.side.calls.changePlan);
    const answer = await customer.execute(quote.quote_id);
    expect([200, 202]).toContain(answer.status);
    await eventually(async () => (await changeOf(customer)).status === 'applied', { within: 20_000 });
    await world.settle();
    expect((await customer.execute(quote.quote_id)).status).toBe(200);
    expect(chargedSince(customer, paid)).toEqual([5_000]);
    expect(await customer.subscription()).toMatchObject({ plan: { code: 'pro' } });
  });

  it('is found when the process died after the call', async () => {
    const { customer, paid } = await subscriber();
    const quote = await quoteFor(customer);
    const interrupted = await InterruptedChange.begin(world, customer, quote.quote_id);
    expect((await customer.execute(quote.quote_id)).status).toBe(202);
    expect((await customer.preview('starter')).body.code).toBe('plan_change_in_progress');
    expect((await customer.schedule('starter')).body.code).toBe('plan_change_in_progress');
    await interrupted.callProvider();
    await interrupted.resolve();
    await eventually(async () => (await changeOf(customer)).status === 'applied', { within: 20_000 });
    await world.settle();
    expect(chargedSince(customer, paid)).toEqual([5_000]);
    expect(await customer.entitledPlan()).toBe('pro');
  });

  it('is given up when the process died before the call, and nothing is charged', async () => {
    const { customer, paid } = await subscriber();
    const quote = await quoteFor(customer);
    const interrupted = await InterruptedChange.begin(world, customer, quote.quote_id);
    await interrupted.resolve();
    await eventually(async () => {
      await interrupted.resolve({ secondsLater: 400 });
      return (await changeOf(customer)).status === 'failed';
    });
    expect(await changeOf(customer)).toMatchObject({ failure: 'provider_unavailable' });
    expect(chargedSince(customer, paid)).toEqual([]);
    expect((await customer.change('pro')).status).toBe(200);
    expect(chargedSince(customer, paid)).toEqual([5_000]);
  });

  it('is given up when the process died before it was sent', async () => {
    const { customer, paid } = await subscriber();
    const quote = await quoteFor(customer);
    const interrupted = await InterruptedChange.begin(world, customer, quote.quote_id, 'claimed');
    expect(await changeOf(customer)).toMatchObject({ status: 'executing', failure: null });
    await interrupted.resolve();
    await eventually(async () => (await changeOf(customer)).status === 'failed');
    const again = await customer.execute(quote.quote_id);
    expect([again.status, again.body.code]).toEqual([502, 'provider_unavailable']);
    expect(chargedSince(customer, paid)).toEqual([]);
  });

  it('is charged once however often it is clicked', async () => {
    const { customer, paid } = await subscriber();
    const quote = await quoteFor(customer);
    const answers = await Promise.all(Array.from({ length: 8 }, () => customer.execute(quote.quote_id)));
    expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true);
    await world.settle();
    expect((await customer.execute(quote.quote_id)).status).toBe(200);
    expect(chargedSince(customer, paid)).toEqual([5_000]);
  });

  it('is never charged for more than the quote: whoever agreed to less is shown what it costs', async () => {
    const { customer, paid } = await subscriber();
    const quote = await quoteFor(customer);
    await world.shop.rows('UPDATE plan_quotes SET amount_due = amount_due - 1 WHERE uuid = $1', [quote.quote_id]);
    const answer = await customer.execute(quote.quote_id);
    expect([answer.status, answer.body.code]).toEqual([409, 'plan_quote_changed']);
    expect(answer.body.quote).toMatchObject({ mode: quote.mode, charge_now: { amount: 5_000 } });
    expect(answer.body.quote.quote_id).not.toBe(quote.quote_id);
    expect(chargedSince(customer, paid)).toEqual([]);
    expect((await customer.execute(answer.body.quote.quote_id)).status).toBe(200);
    expect(chargedSince(customer, paid)).toEqual([5_000]);
  });

  it('is refused when the quote is too old, another one took its place, or it is somebody else’s', async () => {
    const { customer, paid } = await subscriber();
    const stranger = await world.customer();
    const first = await quoteFor(customer);
    const second = await quoteFor(customer);
    expect((await customer.execute(first.quote_id)).body.code).toBe('plan_quote_expired');
    expect((await stranger.execute(second.quote_id)).body.code).toBe('plan_quote_not_found');
    expect((await customer.execute('5f1f4c1e-6a4b-4f8e-9d3c-5d1f4f2f3c21')).status).toBe(404);
    await world.advance({ seconds: 15 * 60 });
    const late = await customer.execute(second.quote_id);
    expect([late.status, late.body.code]).toEqual([410, 'plan_quote_expired']);
    expect(chargedSince(customer, paid)).toEqual([]);
  });

  it('is refused as too old whatever else speaks against it by now', async () => {
    const { customer } = await subscriber();
    const { quote_id: id } = await quoteFor(customer);
    await world.advance({ seconds: 15 * 60 });
    await done(customer.call('POST', '/subscription/cancel', { group_id: customer.groupId }));
    expect(await customer.execute(id)).toMatchObject({ status: 410, body: { code: 'plan_quote_expired' } });
  });

  describe('to a plan that allows less than is used', () => {
    const report = (customer: MatrixCustomer, usage: object) =>
      world.shop.service('PUT', `groups/${customer.groupId}/usage`, { usage });
    const policy = (downgrade_policy: string) =>
      done(world.shop.admin('PUT', 'packages/suite', { name: 'Suite', downgrade_policy }));
    const reasons = [{ limit: 'seats', used: 7, allowed: 5 }];

    it('is refused with reasons, at once and at the renewal', async () => {
      const { customer } = await subscriber('pro');
      await policy('block');
      await done(report(customer, { seats: 7 }));
      const quote = await quoteFor(customer, 'starter');
      expect(quote.downgrade).toEqual({
        allowed: false,
        decision: 'block',
        reasons: [{ ...reasons[0], message: 'seats: 7 used, 5 allowed' }],
      });
      for (const answer of [await customer.execute(quote.quote_id), await customer.schedule('starter')]) {
        expect([answer.status, answer.body.code]).toEqual([409, 'plan_limits_exceeded']);
        expect(answer.body).toMatchObject({ decision: 'block', reasons });
      }
      expect((await customer.preview('basic')).body.downgrade).toEqual({
        allowed: true,
        decision: 'allow',
        reasons: [],
      });
      await done(report(customer, { seats: 5 }));
      expect((await customer.execute((await quoteFor(customer, 'starter')).quote_id)).status).toBe(200);
    });

    it('waits for the renewal where the merchant says so', async () => {
      const { customer } = await subscriber('pro');
      await policy('schedule');
      await done(report(customer, { seats: 7 }));
      const quote = await quoteFor(customer, 'starter');
      expect(quote.downgrade).toMatchObject({ allowed: false, decision: 'schedule' });
      expect((await customer.execute(quote.quote_id)).body).toMatchObject({ code: 'plan_limits_exceeded', reasons });
      expect((await customer.schedule('starter')).status).toBe(202);
    });

    it('is allowed where the merchant says so', async () => {
      const { customer } = await subscriber('pro');
      await policy('allow');
      await done(report(customer, { seats: 7 }));
      const quote = await quoteFor(customer, 'starter');
      expect(quote.downgrade).toMatchObject({ allowed: true, decision: 'allow', reasons });
      expect((await customer.execute(quote.quote_id)).status).toBe(200);
      await policy('block');
    });

    it('is reported by the merchant, in whole numbers, for a group that there is', async () => {
      const { customer } = await subscriber();
      expect((await report(customer, { seats: -1 })).status).toBe(422);
      expect((await report(customer, { seats: null })).status).toBe(422);
      expect((await world.shop.service('PUT', 'groups/nobody/usage', { usage: {} })).body.code).toBe('group_not_found');
      expect((await report(customer, {})).body).toEqual({ usage: {} });
    });
  });

  it('is asked for with either a plan or a quote', async () => {
    const { customer } = await subscriber();
    const { quote_id } = await quoteFor(customer);
    const plan_id = world.plans.pro;
    const bodies = [
      {},
      { quote_id },
      { plan_id, quote_id, when: 'now' },
      { plan_id, when: 'now' },
      { quote_id, when: 'later' },
    ];
    for (const body of bodies) {
      const answer = await customer.call('POST', '/subscription/change-plan', body);
      expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
    }
    expect((await customer.call('POST', '/subscription/change-plan', { plan_id })).status).toBe(202);
  });
});
