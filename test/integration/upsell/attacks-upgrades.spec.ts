import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { done, Shop } from '../../e2e/upsell-shop.js';
import { Customer } from './customer.support.js';
import { closeSound } from '../../support/invariants.js';

let shop: Shop;
let people = 0;

beforeAll(async () => {
  shop = await Shop.open({ name: 'attacks_upgrades' });
  await shop.planOffer('club', 'basic');
  await shop.planOffer('club-pro', 'pro');
  const rule = { trigger: 'plan_limit', offer_code: 'club-pro', plan_code: 'basic', valid_minutes: 60 };
  await done(shop.admin('PUT', 'upsell-rules/upgrade', rule));
});
afterAll(() => closeSound(shop.world));

/** Somebody with a plan in each of two groups, who is offered a better one for the first. */
async function offered() {
  const groups = [`group-${++people}`, `other-${people}`];
  const customer = await Customer.withCard(shop, `person-${people}`, groups);
  for (const group_id of groups) {
    await done(customer.cross('club', { group_id }));
    await shop.world.settle();
  }
  await done(customer.moment('plan_limit', 'near', { group_id: groups[0] }));
  const { terms } = await customer.eligibility();
  const planOf = async (group: string) =>
    (await done(customer.call('GET', `/api/v1/general/subscription?group_id=${group}`))).plan.code;
  const plans = () => Promise.all(groups.map(planOf));
  return { customer, groups, terms, plans };
}

describe('a better plan that is offered at a moment', () => {
  it('is not switched to in another group, by a quote of that one', async () => {
    const { customer, groups, terms, plans } = await offered();
    const body = { plan_id: shop.world.plans.pro.uuid, group_id: groups[1] };
    const elsewhere = await done(customer.call('POST', '/api/v1/general/subscription/change-plan/preview', body));
    const refused = { status: 409, body: { code: 'upsell_offer_changed' } };
    expect(await customer.accept({ terms, quote_id: elsewhere.quote_id })).toMatchObject(refused);
    expect(await plans()).toEqual(['basic', 'basic']);
    expect(customer.charges()).toEqual([900, 900]);
  });

  it('is paid for once, and whoever says yes again is told so', async () => {
    const { customer, terms, plans } = await offered();
    const { quote_id } = await done(customer.face('POST', '/quote'));
    const agreed = { terms, quote_id };
    const answers = await Promise.all([1, 2, 3, 4].map(() => customer.accept(agreed)));
    expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true);
    await shop.world.settle();
    expect(await customer.accept(agreed)).toMatchObject({ status: 200, body: { success: true, sessionId: quote_id } });
    expect(await plans()).toEqual(['pro', 'basic']);
    expect(customer.charges()).toEqual([900, 900, 2_000]);
    expect(await customer.accept({ terms })).toMatchObject({ status: 400 });
  });

  it('is nobody else’s to say yes to again', async () => {
    const { customer, terms } = await offered();
    const { quote_id } = await done(customer.face('POST', '/quote'));
    await done(customer.accept({ terms, quote_id }));
    const stranger = await Customer.withCard(shop, `stranger-${people}`);
    expect(await stranger.accept({ terms, quote_id })).toMatchObject({ status: 400 });
  });
});
