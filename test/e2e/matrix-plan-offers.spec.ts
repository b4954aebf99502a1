import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { savedCard } from './matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS } from './matrix-world.js';

const FUNNEL = [{ kind: 'with_plans', offers: ['club', 'club_pro'], next_on_accept: null, next_on_decline: null }];

describe.each(PROVIDERS)('a plan that is offered after a purchase, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'plan_offers');
    await world.shop.planOffer('club', 'basic');
    await world.shop.planOffer('club_pro', 'pro');
    await world.shop.funnel('kit', FUNNEL);
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  it('begins by one click on the saved card, and renews by itself', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    expect((await visit.accept()).status).toBe(200);
    await world.settle();
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell club paid 3000']);
    expect(await customer.subscription()).toMatchObject({ provider, status: 'active', plan: { code: 'basic' } });
    expect(await customer.history()).toEqual(['new basic active paid']);
    expect(await customer.entitledPlan()).toBe('basic');
    await world.renew(customer);
    expect(world.charges(customer)).toEqual([4_900, 3_000, 3_000]);
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell club paid 3000']); // a renewal is no sale
  });

  it('whose answer is lost is one subscription, charged once', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const wish = await visit.wish();
    world.loseAnswer(world.side.calls.startPlan);
    expect([200, 202]).toContain((await visit.post('payment', wish)).status);
    await visit.post('payment', { ...wish, method: { kind: 'new_card' } });
    await eventually(async () => (await visit.items()).includes('upsell club paid 3000'), { within: 30_000 });
    await world.settle();
    expect(world.charges(customer)).toEqual([4_900, 3_000]);
    expect(await world.countSubscriptions(customer)).toBe(1);
  });

  it('that is declined begins nothing', async () => {
    const customer = await world.customer();
    await customer.buy('poster');
    await customer.saveCard(CARDS.declinesLater);
    const visit = await customer.arrive('kit');
    const answer = await visit.accept({ method: await savedCard(visit, CARDS.declinesLater) });
    expect(answer).toMatchObject({ status: 402, body: { code: 'payment_declined' } });
    await world.settle();
    expect(await world.countSubscriptions(customer)).toBe(0);
    expect(world.charges(customer)).toEqual([900, 4_900]);
  });
});
