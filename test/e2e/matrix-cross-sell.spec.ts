import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { CARDS, MatrixWorld, PROVIDERS } from './matrix-world.js';
import { done } from './upsell-shop.js';

describe.each(PROVIDERS)('a cross-sell, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'cross_sell');
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  it('is one click where a saved card can be charged, and a sale of its own', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter');
    const answer = await customer.crossSell('poster');
    expect(answer).toMatchObject({ status: 200, body: { status: 'paid', amount: 900, provider, checkout_url: null } });
    await world.settle();
    expect(world.charges(customer)).toEqual([2_000, 900]);
    expect(await customer.products()).toEqual(['poster granted']);
    const sale = await done(world.shop.service('GET', `sales/${answer.body.sale.id}`));
    expect(sale).toMatchObject({ status: 'finalized' });
    expect(sale.items.map(({ kind, status }: { kind: string; status: string }) => `${kind} ${status}`)).toEqual([
      'main paid',
    ]);
  });

  it('is not sold twice', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter');
    const answers = await Promise.all(Array.from({ length: 5 }, () => customer.crossSell('poster')));
    await world.settle();
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(world.charges(customer)).toEqual([2_000, 900]);
    expect(await customer.crossSell('poster')).toMatchObject({ status: 409, body: { code: 'offer_owned' } });
    expect(world.charges(customer)).toEqual([2_000, 900]);
  });

  it('leads to the provider’s checkout where no card is saved', async () => {
    const customer = await world.customer();
    const answer = await customer.crossSell('poster');
    expect(answer).toMatchObject({ status: 202, body: { status: 'checkout', checkout_url: expect.any(String) } });
    await customer.pay(answer.body.checkout_url);
    await world.settle();
    const { body } = await customer.call('GET', `/cross-sell/${answer.body.id}`);
    expect(body).toMatchObject({ status: 'paid', sale: { status: expect.any(String) } });
    expect(await customer.products()).toEqual(['poster granted']);
  });

  it('that was declined gives nothing, and the same wish leads to the checkout', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter');
    await customer.enterCard(CARDS.declinesLater);
    const { body: methods } = await customer.call('GET', '/payment-methods');
    const declining = methods.providers[0].methods.find((card: { last4: string }) => card.last4 === '0341');
    const refused = await customer.crossSell('poster', { method_id: declining.id });
    expect(refused).toMatchObject({ status: 402, body: { code: 'payment_declined', failure: expect.anything() } });
    expect(await customer.products()).toEqual([]);
    const page = await customer.crossSell('poster', { use_checkout: true });
    expect(page).toMatchObject({ status: 202, body: { status: 'checkout' } });
    await customer.pay(page.body.checkout_url);
    await world.settle();
    expect(await customer.products()).toEqual(['poster granted']);
    expect(world.charges(customer)).toEqual([2_000, 900]);
  });

  it('whose answer is lost is found, and is charged once', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter');
    world.loseAnswer(world.side.calls.oneClick);
    const first = await customer.crossSell('poster');
    expect([200, 202]).toContain(first.status);
    expect(first.body).toMatchObject({ status: expect.stringMatching(/^(paid|processing)$/), checkout_url: null });
    expect([200, 202, 409]).toContain((await customer.crossSell('poster')).status);
    await eventually(async () => (await customer.products()).includes('poster granted'), { within: 30_000 });
    expect(world.charges(customer)).toEqual([2_000, 900]);
  });
});
