import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Shop } from '../../e2e/upsell-shop.js';
import type { Answer } from '../../support/http.js';
import { closeSound } from '../../support/invariants.js';
import { Customer } from './customer.support.js';

let shop: Shop;
let people = 0;

beforeAll(async () => {
  shop = await Shop.open({ name: 'attacks_groups' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('ebook', { amount: 1_900 });
  await shop.planOffer('club', 'basic');
  await shop.planOffer('club-pro', 'pro');
  await shop.funnel('course', [
    { kind: 'with_plans', offers: ['club-pro', 'club'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterEach(async () => {
  pauseWebhooks(false);
  shop.world.sandbox.faults.clear();
  await shop.world.settle();
});
afterAll(() => closeSound(shop.world));

const pauseWebhooks = (isPaused: boolean) =>
  shop.world.sandbox.setWebhook(isPaused ? undefined : `${shop.world.application.url}/api/v1/admin/stripe/webhook`);

/** Two people with a card each, who both manage one group. */
async function partners() {
  const group = `group-${++people}`;
  const first = await Customer.withCard(shop, `first-${people}`);
  const second = await Customer.withCard(shop, `second-${people}`);
  const members = [first, second].map(({ buyer: { id } }) => ({ user_external_id: id, role: 'owner' }));
  const { status } = await shop.service('PUT', `groups/${group}`, { name: group, members });
  expect(status).toBe(200);
  return { group, first, second };
}

const paidFor = (customers: readonly Customer[], amounts: readonly number[]) =>
  customers.flatMap((customer) => customer.charges()).filter((amount) => amounts.includes(amount));
const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted();

describe('a plan of a group that two people manage', () => {
  it('is started once when both ask for it together', async () => {
    const { group, first, second } = await partners();
    const answers = await Promise.all([
      first.cross('club', { group_id: group }),
      second.cross('club-pro', { group_id: group }),
      first.cross('club', { group_id: group }),
      second.cross('club', { group_id: group }),
    ]);
    await shop.world.settle();
    expect(statusesOf(answers).at(-1)).toBe(409);
    expect(paidFor([first, second], [900, 2_900])).toHaveLength(1);
  });

  it('is started once while one of them is still on the provider’s page', async () => {
    const { group, first, second } = await partners();
    const page = await first.cross('club', { group_id: group, use_checkout: true });
    expect(page).toMatchObject({ status: 202, body: { status: 'checkout' } });
    expect(await second.cross('club-pro', { group_id: group })).toMatchObject({
      status: 409,
      body: { code: 'upsell_payment_pending' },
    });
    expect(await second.cross('ebook', { group_id: group })).toMatchObject({ status: 200 });
    expect(await first.call('POST', `/api/v1/general/cross-sell/${page.body.id}/cancel`)).toMatchObject({
      status: 200,
    });
    expect(await second.cross('club-pro', { group_id: group })).toMatchObject({ status: 200 });
  });

  it('is started once when its subscription has not been told of yet', async () => {
    const { group, first, second } = await partners();
    const visit = await second.buyer.arrive('course', {}, { group_id: group });
    const wish = await visit.wish();
    pauseWebhooks(true);
    expect(await first.cross('club', { group_id: group })).toMatchObject({ status: 200 });
    expect((await second.cross('club', { group_id: group })).status).toBe(409);
    expect((await visit.post('payment', wish)).status).toBe(409);
    expect(paidFor([first, second], [900, 2_900])).toEqual([900]);
  });

  it('is started once when it was bought after a sale, and has not been told of yet', async () => {
    const { group, first, second } = await partners();
    const visit = await second.buyer.arrive('course', {}, { group_id: group });
    const wish = await visit.wish();
    pauseWebhooks(true);
    expect((await visit.post('payment', wish)).status).toBe(200);
    expect((await second.cross('club', { group_id: group })).status).toBe(409);
    expect((await first.cross('club', { group_id: group })).status).toBe(409);
    expect(paidFor([first, second], [900, 2_900])).toEqual([2_900]);
  });

  it('is started once by a funnel and beside it, together', async () => {
    const { group, first, second } = await partners();
    const visit = await second.buyer.arrive('course', {}, { group_id: group });
    const wish = await visit.wish();
    await Promise.all([visit.post('payment', wish), first.cross('club', { group_id: group })]);
    await shop.world.settle();
    expect(paidFor([first, second], [900, 2_900])).toHaveLength(1);
  });
});

describe('a moment that is told of', () => {
  it.each([
    ['a character that cannot be stored', { note: 'a\u0000b' }],
    ['half a character', { note: '\ud800' }],
    ['a name that cannot be stored', { 'a\u0000b': 1 }],
    ['it deep inside', { list: [{ note: '\u0000' }] }],
  ])('is refused with %s, and not an error of ours', async (_what, details) => {
    const customer = await Customer.withCard(shop, `told-${++people}`);
    const told = await customer.moment('onboarding_done', 'done', { details });
    expect(told).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });
});
