import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MatrixCustomer } from '../../e2e/matrix-customer.js';
import { CARDS, MatrixWorld, PLANS, PROVIDERS } from '../../e2e/matrix-world.js';
import { Portal } from '../../e2e/portal.js';
import { DODO_SECRETS } from '../../support/both-providers.js';
import { dodoClient } from '../../support/dodo-client.js';
import type { Answer } from '../../support/http.js';
import { closeSound } from '../../support/invariants.js';

const dodoOf = (sandbox: MatrixWorld['sandbox']) => dodoClient(sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY);

describe.each(PROVIDERS)('the document’s face, over %s', (provider) => {
  let world: MatrixWorld;

  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'eligibility');
    await world.shop.funnel('kit', [
      { kind: 'one_click', offers: ['course'], next_on_accept: null, next_on_decline: null },
    ]);
    for (const plan of ['basic', 'pro'] as const) await world.shop.planOffer(`start-${plan}`, plan);
    const rule = { trigger: 'usage_milestone', offer_code: 'poster', valid_minutes: 60 };
    await world.shop.admin('PUT', 'upsell-rules/milestone', rule);
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  /** By the merchant's server, in the customer's name. */
  const face = ({ customerId }: MatrixCustomer, method: string, action = '', body?: unknown): Promise<Answer> =>
    world.application.call(method, `/api/upsell/${customerId}${action}`, {
      apiKey: world.shop.apiKey,
      headers: { 'accept-language': 'en' },
      body,
    });
  const told = (customer: MatrixCustomer, key: string) =>
    world.shop.service('POST', 'upsell-triggers', { user_id: customer.id, trigger: 'usage_milestone', key });

  /** On the provider's page for payment methods; the cards that were there are gone. */
  async function replaceCard(customer: MatrixCustomer, card: string): Promise<void> {
    const { body: before } = await customer.call('GET', '/payment-methods');
    const body = { return_url: 'https://shop.test/account' };
    const page = await customer.call('POST', '/payment-methods/update-page', body);
    await new Portal(page.body.url).enterCard(card);
    for (const { id } of before.providers[0].methods) await forget(customer, id);
  }

  async function forget({ customerId }: MatrixCustomer, methodId: string): Promise<void> {
    const { shop, sandbox } = world;
    if (provider === 'stripe') await shop.world.stripe.paymentMethods.detach(methodId);
    else await dodoOf(sandbox).customers.deletePaymentMethod(methodId, { customer_id: customerId });
  }

  it('offers after a sale what one click pays, once, and clears it by the outcome', async () => {
    const customer = await world.customer();
    await customer.claim(await customer.buy('kit'));
    const shown = (await face(customer, 'GET')).body;
    expect(shown).toMatchObject({
      eligible: true,
      product: { name: 'Offer course', price: 1_900, currency: 'USD' },
      paymentMethodId: expect.any(String),
      source: 'post_purchase',
    });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => face(customer, 'POST', '/accept', { terms: shown.terms })),
    );
    expect(answers.filter(({ status }) => ![200, 202].includes(status))).toEqual([]);
    await world.settle();
    const again = await face(customer, 'POST', '/accept', { terms: shown.terms });
    expect(again).toMatchObject({ status: 200, body: { success: true, sessionId: expect.any(String) } });
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
    expect(await customer.products()).toEqual(['course granted', 'kit granted']);
    expect((await face(customer, 'GET')).body).toEqual({ eligible: false });
  });

  it('says that a card was declined, and leads to the provider’s page', async () => {
    const customer = await world.customer();
    await customer.claim(await customer.buy('kit'));
    await replaceCard(customer, CARDS.declinesLater);
    const { paymentMethodId, terms } = (await face(customer, 'GET')).body;
    const { body } = await customer.call('GET', '/payment-methods');
    expect(body.providers[0].methods[0]).toMatchObject({ id: paymentMethodId, last4: '0341' });
    const declined = await face(customer, 'POST', '/accept', { terms });
    expect(declined).toMatchObject({
      status: 402,
      body: { code: 'payment_declined', error: 'Upsell processing failed', failure: 'card_declined' },
    });
    const page = await face(customer, 'POST', '/accept', { terms });
    expect(page).toMatchObject({ status: 202, body: { success: false, status: 'checkout' } });
    await customer.pay(page.body.checkout_url);
    await world.settle();
    expect(await customer.products()).toEqual(['course granted', 'kit granted']);
    expect(world.charges(customer)).toEqual([4_900, 1_900]);
  });

  it('offers at a moment what is bought as a sale of its own, whatever becomes of the answer', async () => {
    const customer = await world.customer();
    await customer.subscribe('starter');
    expect((await told(customer, 'exports')).body).toMatchObject({ status: 'open', offer: { offer_code: 'poster' } });
    const { terms, source } = (await face(customer, 'GET')).body;
    expect(source).toBe('usage_milestone');
    world.loseAnswer(world.side.calls.oneClick);
    const started = await face(customer, 'POST', '/accept', { terms });
    expect([200, 202]).toContain(started.status);
    await world.settle();
    await world.resolveUnknown();
    expect(await face(customer, 'POST', '/accept', { terms })).toMatchObject({ status: 200, body: { success: true } });
    expect(world.charges(customer)).toEqual([2_000, 900]);
    expect((await told(customer, 'exports')).body).toMatchObject({ status: 'taken' });
  });

  it('starts a plan by one click, once', async () => {
    const customer = await world.customer();
    await customer.buy('kit');
    const offer = { offer_id: world.shop.offers['start-basic'] };
    const started = await Promise.all(Array.from({ length: 3 }, () => customer.crossSell('kit', offer)));
    expect(started.filter(({ status }) => status >= 500 || status === 402)).toEqual([]);
    await world.settle();
    expect(await customer.subscription()).toMatchObject({ plan: { code: 'basic' }, status: 'active' });
    expect(world.charges(customer)).toEqual([4_900, PLANS.basic]);
    expect(await customer.crossSell('kit', offer)).toMatchObject({ status: 409, body: { code: 'offer_owned' } });
    const other = await customer.crossSell('kit', { offer_id: world.shop.offers['start-pro'] });
    expect(other).toMatchObject({ status: 409, body: { code: 'subscription_already_active' } });
    expect(world.charges(customer)).toEqual([4_900, PLANS.basic]);
  });

  it('lists the cards of each provider where somebody is a customer', async () => {
    const customer = await world.customer();
    await customer.buy('kit');
    const { body } = await customer.call('GET', '/payment-methods');
    expect(body.providers).toMatchObject([
      { provider, methods: [{ brand: 'visa', last4: '4242', usable: true, reasons: [] }], can_update: true },
    ]);
    const page = await customer.call('POST', '/payment-methods/update-page', {
      return_url: 'https://shop.test/account',
    });
    expect(page).toMatchObject({ status: 201, body: { url: expect.stringContaining('http') } });
  });
});
