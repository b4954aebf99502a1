import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { Jobs } from '../../src/common/jobs/index.js';
import { DODO_SECRETS } from '../support/both-providers.js';
import { dodoClient } from '../support/dodo-client.js';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { CARDS, MatrixWorld } from './matrix-world.js';
import { done } from './upsell-shop.js';

let world: MatrixWorld;
let dodo: DodoPayments;

beforeAll(async () => {
  world = await MatrixWorld.start('dodo', 'attacks_plans');
  dodo = dodoClient(world.sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY);
  await world.shop.planOffer('club', 'basic');
  await world.shop.planOffer('club_pro', 'pro');
  const step = { kind: 'with_plans', offers: ['club', 'club_pro'], next_on_accept: null, next_on_decline: null };
  await world.shop.funnel('kit', [step]);
}, 60_000);
afterEach(() => world.sandbox.faults.clear());
afterAll(() => closeSound(world, ['subscription.group_pays_once']));

/** Status, plan, whether there is access; and what Dodo itself bills. */
async function stateOf(customer: MatrixCustomer): Promise<readonly unknown[]> {
  const { status, plan, entitlement } = await customer.subscription();
  const { product_id: productId } = await dodo.subscriptions.retrieve(await customer.subscriptionId());
  const [billed] = Object.entries(world.prices).find(([, id]) => id === productId) ?? [];
  return [status, plan.code, entitlement.entitled, billed];
}

const attemptsOf = (customer: MatrixCustomer) =>
  world.shop.rows<{ status: string; references: unknown }>(
    `SELECT a.status, a.provider_references AS references FROM charge_attempts a JOIN users u ON u.id = a.user_id
      WHERE u.external_id = $1 ORDER BY a.id`,
    [customer.id],
  );

describe('a plan that was not paid', () => {
  it('is not given by a change at the renewal that is declined, nor by the card that pays what is owed', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic', CARDS.declinesLater);
    expect(await stateOf(customer)).toEqual(['active', 'basic', true, 'basic']);
    await done(customer.schedule('pro'));
    await world.settle();
    await world.renew(customer);
    expect((await stateOf(customer))[2]).toBe(false);
    expect((await stateOf(customer))[1]).toBe('basic');
    expect(world.charges(customer)).toEqual([3_000]);
    await customer.enterCard(CARDS.good);
    const [status, plan, entitled, billed] = await stateOf(customer);
    expect([status, entitled]).toEqual(['active', true]);
    expect(plan).toBe(billed);
    expect(world.charges(customer).at(-1)).toBe(plan === 'pro' ? 8_000 : 3_000);
  });

  it('is not given by a switch at once that is declined, which stands in nobody’s way', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic', CARDS.declinesLater);
    expect((await customer.change('pro')).status).toBe(402);
    expect(await stateOf(customer)).toEqual(['active', 'basic', true, 'basic']);
    await customer.enterCard(CARDS.good);
    expect((await customer.change('pro')).status).toBe(200);
    expect(await stateOf(customer)).toEqual(['active', 'pro', true, 'pro']);
    expect(world.charges(customer)).toEqual([3_000, 5_000]);
  });
});

describe('a switch whose bank asks for the owner of the card', () => {
  const QUARTER = 15 * 60;
  const begin = async (card: string) => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    await customer.enterCard(card);
    return { customer, answer: await customer.change('pro') };
  };
  const changeOf = async (customer: MatrixCustomer) => (await customer.subscription()).latest_change;

  it('leads to the bank, where it is confirmed', async () => {
    const { customer, answer } = await begin('4000002760003184');
    expect(answer).toMatchObject({ status: 202, body: { latest_change: { authentication_url: null } } });
    const { status, authentication_url: url } = await changeOf(customer);
    expect([status, url]).toEqual(['executing', expect.stringContaining('/dodo/3ds/')]);
    await fetch(url, { method: 'POST', body: new URLSearchParams({ outcome: 'authenticate' }) });
    await world.settle();
    expect(await changeOf(customer)).toMatchObject({ status: 'applied', failure: null, authentication_url: null });
    expect(await stateOf(customer)).toEqual(['active', 'pro', true, 'pro']);
    expect(world.charges(customer)).toEqual([3_000, 5_000]);
  });

  it('ends when nobody comes, with the plan as it was, also where Dodo tells nothing, and the next one is made', async () => {
    const { customer } = await begin('4000002760003184');
    world.sandbox.faults.delivery({ kind: 'drop', times: Infinity });
    await world.advance({ seconds: QUARTER + 60 });
    await world.application.app.get(Jobs).handlers.get('charging.sweep')?.({} as never);
    await eventually(async () => (await changeOf(customer)).status === 'failed');
    world.sandbox.faults.clear();
    expect(await changeOf(customer)).toMatchObject({ failure: 'authentication_failed', authentication_url: null });
    expect(await stateOf(customer)).toEqual(['active', 'basic', true, 'basic']);
    await customer.enterCard(CARDS.good);
    expect((await customer.change('pro')).status).toBe(200);
    expect(world.charges(customer)).toEqual([3_000, 5_000]);
  });

  it('is refused where Dodo has no page for it', async () => {
    const { customer, answer } = await begin('4000002500003155');
    expect(answer).toMatchObject({ status: 402, body: { failure: 'authentication_required' } });
    expect(await changeOf(customer)).toMatchObject({ status: 'failed', failure: 'authentication_required' });
    expect(await stateOf(customer)).toEqual(['active', 'basic', true, 'basic']);
  });
});

describe('a plan that a click has started', () => {
  it('renews without a second sale, a second try, or a refund', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    expect((await visit.accept()).status).toBe(200);
    await world.settle();
    const [items, attempts] = [await visit.items(), await attemptsOf(customer)];
    for (let month = 0; month < 2; month++) await world.renew(customer);
    expect(world.charges(customer)).toEqual([4_900, 3_000, 3_000, 3_000]);
    expect(world.refunds(customer)).toEqual([]);
    expect(await visit.items()).toEqual(items);
    expect(await attemptsOf(customer)).toEqual(attempts);
  });

  it('whose answer is lost is one subscription, charged once', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const wish = await visit.wish();
    world.loseAnswer('/dodo/checkouts');
    expect((await visit.post('payment', wish)).status).toBe(202);
    await eventually(async () => (await visit.items())[1] === 'upsell club paid 3000', { within: 20_000 });
    await world.settle();
    expect(world.charges(customer)).toEqual([4_900, 3_000]);
    expect(await world.countSubscriptions(customer)).toBe(1);
  });
});

describe('a provider that is asked too often', () => {
  it('charges nothing, and the next try charges once', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    world.sandbox.faults.api({ kind: 'status', status: 429, method: 'POST', path: '/dodo/checkouts' });
    expect((await visit.accept()).status).toBeGreaterThanOrEqual(400);
    expect(world.charges(customer)).toEqual([4_900]);
    expect((await visit.accept()).status).toBe(200);
    expect(world.charges(customer)).toEqual([4_900, 3_000]);
  });

  it('and does not tell what became of a charge is asked until it does', async () => {
    const customer = await world.customer();
    const visit = await customer.arrive('kit');
    const wish = await visit.wish();
    world.sandbox.faults.delivery({ kind: 'drop', times: Infinity });
    world.loseAnswer('/dodo/checkouts');
    expect((await visit.post('payment', wish)).status).toBe(202);
    world.sandbox.faults.api({ kind: 'status', status: 429, method: 'GET', path: '/dodo/payments*', times: Infinity });
    await world.resolveUnknown();
    expect((await attemptsOf(customer)).map(({ status }) => status)).toEqual(['unknown']);
    expect((await visit.post('payment', wish)).status).not.toBe(200);
    world.sandbox.faults.clear();
    await world.resolveUnknown();
    expect(await visit.items()).toEqual(['main kit paid 4900', 'upsell club paid 3000']);
    expect(world.charges(customer)).toEqual([4_900, 3_000]);
  });
});

describe('two pages of one group', () => {
  it('that are both paid are told to whoever is on call, since Dodo closes neither', async () => {
    const customer = await world.customer();
    const pages = [await done(customer.startCheckout('basic')), await done(customer.startCheckout('pro'))];
    const doubled = async (): Promise<number> => {
      const { body } = await world.shop.world.application.call('GET', '/metrics');
      return Number(/uplift_subscription_groups_doubled_total (\d+)/.exec(body)?.[1]);
    };
    const before = await doubled();
    await customer.pay(pages[0]!.url);
    await world.settle();
    expect(await doubled()).toBe(before);
    await customer.pay(pages[1]!.url);
    await world.settle();
    expect(await doubled()).toBe(before + 1);
  });
});
