import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Jobs } from '../../src/common/jobs/index.js';
import { Dashboard } from '../integration/reconciliation/dashboard.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS } from './matrix-world.js';
import { done, type Visit } from './upsell-shop.js';
import { closeSound } from '../support/invariants.js';

describe.each(PROVIDERS)('an old wish, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'attacks_quotes');
  });
  afterAll(() => closeSound(world));

  async function quoted() {
    const customer = await world.customer();
    await customer.subscribe('basic');
    const quote = await done(customer.preview('pro'));
    return { customer, execute: () => customer.execute(quote.quote_id), paid: world.charges(customer) };
  }
  const planOf = async (customer: MatrixCustomer) => (await customer.subscription()).plan.code;

  it('charges nobody who has canceled since', async () => {
    const { customer, execute, paid } = await quoted();
    await done(customer.call('POST', '/subscription/cancel', { group_id: customer.groupId }));
    await world.settle();
    expect((await execute()).body.code).toBe('subscription_canceling');
    expect(world.charges(customer)).toEqual(paid);
    expect(await planOf(customer)).toBe('basic');
    await done(customer.call('POST', '/subscription/resume', { group_id: customer.groupId }));
    await world.settle();
    expect((await execute()).status).toBe(200);
  });

  it('does not take the place of a change that was scheduled since, without a word', async () => {
    const { customer, execute, paid } = await quoted();
    await done(customer.schedule('starter'));
    await world.settle();
    const answer = await execute();
    expect(answer.body).toMatchObject({
      code: 'plan_quote_changed',
      quote: { replaces_scheduled_change: true, charge_now: { amount: 5_000 } },
    });
    expect(world.charges(customer)).toEqual(paid);
    expect((await customer.subscription()).scheduled_plan).toMatchObject({ code: 'starter' });
    await customer.enterCard(CARDS.declinesLater);
    expect((await customer.execute(answer.body.quote.quote_id)).status).toBe(402);
    await world.settle();
    expect((await customer.subscription()).scheduled_plan).toMatchObject({ code: 'starter' });
  });

  /** The provider does it, and the answer is lost; then somebody does the opposite there, before it is taken up again. */
  async function lostAndTakenBack(customer: MatrixCustomer, wish: 'cancel' | 'resume') {
    const [method, path] = provider === 'stripe' ? ['POST', '/v1/subscriptions/*'] : ['PATCH', '/dodo/subscriptions/*'];
    world.sandbox.faults.api({ kind: 'loseResponse', method, path });
    world.sandbox.faults.api({ kind: 'dropRequest', method, path, times: 20 });
    const answer = await customer.call('POST', `/subscription/${wish}`, { group_id: customer.groupId });
    expect(answer.body.latest_request).toMatchObject({ kind: wish, status: 'unknown' });
    world.sandbox.faults.clear();
    await world.advance({ seconds: 60 });
    await new Dashboard(world).endWithPeriod(await customer.subscriptionId(), wish === 'resume');
    await world.settle();
    const handler = world.application.app.get(Jobs).handlers.get('subscription.resume-request');
    await handler?.({ uuid: answer.body.latest_request.id } as never);
    await world.settle();
    const { cancel_at: cancelAt, latest_request: request } = await customer.subscription();
    return { isEnding: cancelAt !== null, status: request.status };
  }

  it('to go on does not bill who has canceled since', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    await done(customer.call('POST', '/subscription/cancel', { group_id: customer.groupId }));
    await world.settle();
    await world.advance({ seconds: 60 });
    expect(await lostAndTakenBack(customer, 'resume')).toEqual({ isEnding: true, status: 'applied' });
  });

  it('to end does not end what was resumed since', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    await world.advance({ seconds: 60 });
    expect(await lostAndTakenBack(customer, 'cancel')).toEqual({ isEnding: false, status: 'applied' });
  });

  it('cannot be executed by who manages the group no more', async () => {
    const { customer, execute, paid } = await quoted();
    const members = [
      { user_external_id: customer.id, role: 'member' },
      { user_external_id: (await world.customer()).id, role: 'owner' },
    ];
    await done(world.shop.service('PUT', `groups/${customer.groupId}`, { name: customer.groupId, members }));
    expect((await execute()).body.code).toBe('plan_quote_not_found');
    expect(world.charges(customer)).toEqual(paid);
  });
});

describe.each(PROVIDERS)('a smaller plan that is offered after a purchase, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'attacks_limits');
    await world.shop.planOffer('small', 'starter');
    await world.shop.funnel('kit', [
      { kind: 'plan_upgrade', offers: ['small'], next_on_accept: null, next_on_decline: null },
    ]);
  });
  afterEach(() => policy('block'));
  afterAll(() => closeSound(world));

  const policy = (downgrade_policy: string) =>
    done(world.shop.admin('PUT', 'packages/suite', { name: 'Suite', downgrade_policy }));
  const use = (customer: MatrixCustomer, seats: number) =>
    done(world.shop.service('PUT', `groups/${customer.groupId}/usage`, { usage: { seats } }));

  async function subscriber() {
    const customer = await world.customer();
    await customer.subscribe('pro');
    return customer;
  }

  async function agree(visit: Visit) {
    const { step } = await visit.view();
    const [offer] = step.offers;
    const quote = await visit.post('quote', { step: step.id, offer_uuid: offer.offer_uuid });
    const method = { kind: 'saved_card', card_id: offer.methods[0].card_id };
    const { quote_id, terms } = quote.body;
    return { step: step.id, offer_uuid: offer.offer_uuid, method, terms, quote_id };
  }

  it.each(['block', 'schedule'])('is no way around its limits: %s', async (downgradePolicy) => {
    await policy(downgradePolicy);
    const customer = await subscriber();
    await use(customer, 7);
    expect((await customer.claim(await customer.buy('kit'))).upsell).toBeFalsy();
    const other = await subscriber();
    const visit = await other.arrive('kit');
    const wish = await agree(visit);
    await use(other, 7);
    expect((await visit.post('payment', wish)).status).toBe(409);
    await world.settle();
    expect((await other.subscription()).plan.code).toBe('pro');
  });

  it('is taken by who uses no more than it allows', async () => {
    const customer = await subscriber();
    await use(customer, 5);
    const visit = await customer.arrive('kit');
    expect((await visit.post('payment', await agree(visit))).status).toBe(200);
    await world.settle();
    expect((await customer.subscription()).plan.code).toBe('starter');
  });
});
