import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { savedCard } from './matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS } from './matrix-world.js';

const FUNNEL = [{ kind: 'one_click', offers: ['course'], next_on_accept: null, next_on_decline: null }];
const FUNNEL_IN_REAIS = [{ kind: 'pix_or_card', offers: ['course_brl'], next_on_accept: null, next_on_decline: null }];

describe.each(PROVIDERS)('one click, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'one_click');
    await world.shop.funnel('kit', FUNNEL);
    await world.shop.funnel('kit_brl', FUNNEL_IN_REAIS);
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  it('extends the sale by what was accepted, and gives access to both', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    expect(await visit.accept()).toMatchObject({ status: 200 });
    await world.settle();
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course paid 1900']);
    expect(await visit.sale()).toMatchObject({ status: 'extended' });
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
    expect(await customer.products()).toEqual(['course granted', 'kit granted']);
  });

  it('is made once, however often and from however many tabs it is asked for', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const wish = await visit.wish();
    const answers = await Promise.all(Array.from({ length: 6 }, () => visit.post('payment', wish)));
    await world.settle();
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
  });

  it('whose answer is lost is not made again, nor replaced, and is found', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const wish = await visit.wish();
    world.loseAnswer(world.side.calls.oneClick);
    const first = await visit.post('payment', wish);
    expect([200, 202]).toContain(first.status);
    const another = await visit.post('payment', { ...wish, method: { kind: 'new_card' } });
    expect(another.body).not.toHaveProperty('pending.url');
    await eventually(async () => (await visit.items()).includes('upsell course paid 1900'), { within: 30_000 });
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
    expect(await customer.products()).toEqual(['course granted', 'kit granted']);
  });

  it('that was declined charges nothing, gives nothing, and says so', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter');
    await customer.enterCard(CARDS.declinesLater);
    const visit = await customer.arrive('kit');
    const answer = await visit.accept({ method: await savedCard(visit, CARDS.declinesLater) });
    expect(answer).toMatchObject({ status: 402, body: { code: 'payment_declined' } });
    await world.settle();
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell course failed 1900']);
    expect(world.charges(customer)).toEqual([2_000, 4_900]);
    expect(await customer.products()).toEqual(['kit granted']);
  });

  it('by Pix is offered where the provider takes it, and nowhere else is it possible', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit_brl');
    const { step } = await visit.view();
    const takesPix = world.capabilities.pix.includes('BRL');
    const kinds = step.offers[0].methods.map((method: { kind: string }) => method.kind);
    expect(kinds).toEqual(takesPix ? ['saved_card', 'new_card', 'pix'] : ['saved_card', 'new_card']);
    const answer = await visit.accept({ method: { kind: 'pix' } });
    expect(answer).toMatchObject(
      takesPix
        ? { status: 202, body: { pending: { kind: 'pix' } } }
        : { status: 422, body: { code: 'payment_method_not_allowed' } },
    );
    expect(world.charges(customer)).toEqual([14_900]);
  });
});
