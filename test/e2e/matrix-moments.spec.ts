import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { Answer } from '../support/http.js';
import { closeSound } from '../support/invariants.js';
import type { MatrixCustomer } from './matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS } from './matrix-world.js';
import { done } from './upsell-shop.js';

const FUNNEL = [{ kind: 'one_click', offers: ['course'], next_on_accept: null, next_on_decline: null }];

/** The eligibility face: by the provider's id of the customer. */
describe.each(PROVIDERS)('an offer at its moment, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'moments');
    await world.shop.funnel('kit', FUNNEL);
    const rule = { trigger: 'usage_milestone', offer_code: 'poster', minimum: 80, valid_minutes: 60 };
    await done(world.shop.admin('PUT', 'upsell-rules/busy', rule));
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  const face = (customer: MatrixCustomer, method: string, action = '', body?: object, of = customer): Promise<Answer> =>
    customer.callPath(method, `/api/upsell/${of.customerId}${action}`, body);

  it('is eligible after a purchase, is paid by one click, and is over then', async () => {
    const customer = await world.customer();
    await customer.claim(await customer.buy('kit'));
    const offered = await face(customer, 'GET');
    expect(offered).toMatchObject({
      status: 200,
      body: { eligible: true, product: { name: 'Offer course', price: 1_900, currency: 'USD' } },
    });
    expect(offered.body.paymentMethodId).toEqual(expect.any(String));
    const { terms } = offered.body;
    const accepted = await face(customer, 'POST', '/accept', { terms });
    expect(accepted).toMatchObject({ status: 200, body: { success: true, sessionId: expect.any(String) } });
    await world.settle();
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
    expect((await face(customer, 'GET')).body).toMatchObject({ eligible: false });
    // The same yes again is answered as before, and is not charged again.
    expect(await face(customer, 'POST', '/accept', { terms })).toMatchObject({ status: 200, body: accepted.body });
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
  });

  it('is charged once by clicks at the same time, and by one whose answer is lost', async () => {
    const customer = await world.customer();
    await customer.claim(await customer.buy('kit'));
    const { terms } = (await face(customer, 'GET')).body;
    world.loseAnswer(world.side.calls.oneClick);
    const answers = await Promise.all(Array.from({ length: 4 }, () => face(customer, 'POST', '/accept', { terms })));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    await eventually(async () => (await customer.products()).includes('course granted'), { within: 30_000 });
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
  });

  it('is nobody else’s', async () => {
    const customer = await world.customer();
    await customer.claim(await customer.buy('kit'));
    const other = await world.customer();
    await other.buy('poster');
    expect((await face(other, 'GET', '', undefined, customer)).status).toBe(404);
    expect((await face(other, 'POST', '/accept', {}, customer)).status).toBe(404);
    expect(world.charges(customer)).toEqual([4_900]);
  });

  it('that is declined is not made again', async () => {
    const customer = await world.customer();
    await customer.claim(await customer.buy('kit'));
    expect((await face(customer, 'POST', '/decline', {})).status).toBeLessThan(300);
    expect((await face(customer, 'GET')).body).toMatchObject({ eligible: false });
    expect(await face(customer, 'POST', '/accept', {})).toMatchObject({
      status: 400,
      body: { error: 'No upsell available' },
    });
    expect(world.charges(customer)).toEqual([4_900]);
  });

  it('comes when the merchant tells of a milestone, and is a sale of its own', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter');
    const moment = { user_id: customer.id, trigger: 'usage_milestone', key: 'hundred', value: 90 };
    await done(world.shop.service('POST', 'upsell-triggers', moment));
    const { body } = await face(customer, 'GET');
    expect(body).toMatchObject({ eligible: true, product: { price: 900 } });
    const accepted = await face(customer, 'POST', '/accept', { terms: body.terms });
    expect(accepted).toMatchObject({ status: 200, body: { success: true } });
    await world.settle();
    expect(world.charges(customer)).toEqual([2_000, 900]);
    expect(await customer.products()).toEqual(['poster granted']);
  });

  it('says that there is no card, where there is none', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter', CARDS.good);
    const newcomer = await world.customer();
    await newcomer.becomeKnown();
    const moment = { user_id: newcomer.id, trigger: 'usage_milestone', key: 'hundred', value: 90 };
    await done(world.shop.service('POST', 'upsell-triggers', moment));
    expect((await face(newcomer, 'GET')).body).toEqual({ eligible: false, reason: 'no_payment_method' });
  });
});
