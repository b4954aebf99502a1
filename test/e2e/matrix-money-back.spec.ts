import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS } from './matrix-world.js';
import type { Visit } from './upsell-shop.js';

const FUNNEL = [{ kind: 'one_click', offers: ['course'], next_on_accept: null, next_on_decline: null }];

describe.each(PROVIDERS)('money that comes back, or does not come, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'money_back');
    await world.shop.funnel('kit', FUNNEL);
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  /** Somebody who bought the kit, and the course by one click. */
  async function bought(): Promise<{ customer: MatrixCustomer; visit: Visit; courseId: string }> {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    expect((await visit.accept()).status).toBe(200);
    await world.settle();
    const { items } = await visit.sale();
    const course = items.find(({ offer }: { offer: { code: string } }) => offer.code === 'course');
    return { customer, visit, courseId: course.id };
  }

  it('a refund of one line gives that line’s money back and takes its access alone', async () => {
    const { customer, visit, courseId } = await bought();
    expect((await world.shop.refund(courseId)).status).toBeLessThan(300);
    await world.settle();
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course refunded 1900']);
    expect(world.refunds(customer)).toEqual([1_900]);
    expect(await customer.products()).toEqual(['course revoked', 'kit granted']);
  });

  it('a part of a line can be refunded, and then the rest, and never more', async () => {
    const { customer, courseId } = await bought();
    expect((await world.shop.refund(courseId, { amount: 500 })).status).toBeLessThan(300);
    await world.settle();
    expect(await customer.products()).toEqual(['course granted', 'kit granted']);
    expect((await world.shop.refund(courseId, { amount: 1_500 })).status).toBeGreaterThanOrEqual(400);
    expect((await world.shop.refund(courseId)).status).toBeLessThan(300);
    await world.settle();
    expect(world.refunds(customer)).toEqual([500, 1_400]);
    expect(await customer.products()).toEqual(['course revoked', 'kit granted']);
  });

  it('a refund that is asked for twice, or whose answer is lost, gives the money back once', async () => {
    const { customer, visit, courseId } = await bought();
    world.loseAnswer(world.side.calls.refund);
    expect((await world.shop.refund(courseId, {}, 'the-same')).status).toBeLessThan(500);
    await world.shop.refund(courseId, {}, 'the-same');
    await eventually(async () => (await visit.items()).includes('upsell course refunded 1900'), { within: 30_000 });
    expect(world.refunds(customer)).toEqual([1_900]);
  });

  it('a renewal that is declined is told, keeps no access for ever, and is made good by another card', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    await customer.enterCard(CARDS.declinesLater);
    await world.renew(customer);
    expect(await customer.subscription()).toMatchObject({ status: 'past_due', plan: { code: 'basic' } });
    expect(world.charges(customer)).toEqual([3_000]);
    await customer.enterCard(CARDS.good);
    await world.advance({ days: 8 }); // some providers try again by themselves, within days
    expect(await customer.subscription()).toMatchObject({ status: 'active', entitlement: { entitled: true } });
    expect(world.charges(customer)).toEqual([3_000, 3_000]);
    expect((await customer.history()).at(-1)).toBe('renewal basic active paid');
  });

  it('an upgrade at the renewal that is not paid gives nothing of the dearer plan', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter');
    expect((await customer.schedule('pro')).status).toBe(202);
    await world.settle();
    await customer.enterCard(CARDS.declinesLater);
    await world.renew(customer);
    expect(await customer.subscription()).toMatchObject({ status: 'past_due' });
    expect(await customer.entitledPlan()).not.toBe('pro');
    expect(world.charges(customer)).toEqual([2_000]);
    await customer.enterCard(CARDS.good);
    await world.advance({ days: 8 });
    expect(await customer.subscription()).toMatchObject({ status: 'active' });
    expect(world.charges(customer).length).toBe(2);
  });
});
