import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { MatrixWorld, PROVIDERS } from './matrix-world.js';
import { done } from './upsell-shop.js';

describe.each(PROVIDERS)('an attack on what is sold by itself, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'attacks_cross_sell');
    await world.shop.planOffer('club', 'basic');
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  async function withCard() {
    const customer = await world.customer();
    await customer.buy('kit');
    return customer;
  }

  it('by many clicks with a key each takes the money once', async () => {
    const customer = await withCard();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_each, index) => customer.crossSell('course', {}, `key-${index}`)),
    );
    await world.settle();
    expect(answers.every(({ status }) => [200, 202, 409].includes(status))).toBe(true);
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
    expect(await customer.products()).toEqual(['course granted', 'kit granted']);
  });

  it('with somebody else’s card takes nothing', async () => {
    const [customer, other] = [await withCard(), await withCard()];
    const { providers } = await done(other.call('GET', '/payment-methods'));
    const stolen = providers[0].methods[0].id;
    const answer = await customer.crossSell('course', { method_id: stolen });
    expect(answer.body.code).toBe('payment_method_not_found');
    expect([...world.charges(customer), ...world.charges(other)]).toEqual([4_900, 4_900]);
  });

  it.each(['https://evil.test/', 'https://shop.test.evil.test/', 'https://user@shop.test/', 'javascript:alert(1)'])(
    'does not send anybody to %s',
    async (url) => {
      const customer = await withCard();
      for (const wish of [{ return_url: url }, { cancel_url: url }]) {
        expect((await customer.crossSell('course', wish)).body.code).toBe('return_url_not_allowed');
      }
      const page = await customer.call('POST', '/payment-methods/update-page', { return_url: url });
      expect(page.body.code).toBe('return_url_not_allowed');
      expect(world.charges(customer)).toEqual([4_900]);
    },
  );

  it('through another’s id, whether it is there or not, is told the same', async () => {
    const [customer, other] = [await withCard(), await withCard()];
    const seen = await Promise.all(
      [other.customerId, 'cus_nobody'].flatMap((id) => [
        customer.callPath('GET', `/api/upsell/${id}`),
        customer.callPath('POST', `/api/upsell/${id}/accept`, {}),
        customer.callPath('POST', `/api/upsell/${id}/decline`, {}),
        customer.callPath('POST', `/api/upsell/${id}/quote`, {}),
      ]),
    );
    expect(seen.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
      Array.from({ length: 8 }, () => '404 provider_customer_not_found'),
    );
  });

  it('by a plan whose answer is lost, asked for again by its page, begins one subscription', async () => {
    const customer = await withCard();
    const wish = { offer_id: world.shop.offers.club };
    world.loseAnswer(world.side.calls.startPlan);
    expect([200, 202]).toContain((await customer.crossSell('kit', wish)).status);
    const again = await customer.crossSell('kit', { ...wish, use_checkout: true });
    expect([202, 409]).toContain(again.status);
    expect(again.body.checkout_url ?? null).toBeNull();
    await world.resolveUnknown();
    await eventually(async () => (await customer.crossSell('kit', wish)).status === 409, { within: 20_000 });
    await world.settle();
    expect(world.charges(customer)).toEqual([4_900, 3_000]);
    expect(await world.countSubscriptions(customer)).toBe(1);
  });
});
