import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Shop } from '../../e2e/upsell-shop.js';
import { Customer } from './customer.support.js';
import { closeSound } from '../../support/invariants.js';

const PATH = '/api/v1/general/payment-methods';
let shop: Shop;
let customers = 0;
const nextId = () => `customer-${++customers}`;

beforeAll(async () => {
  shop = await Shop.open({ name: 'payment_methods' });
});
afterAll(() => closeSound(shop.world));

describe('saved payment methods', () => {
  it('are told with what keeps them from being charged, in the customer’s language', async () => {
    const customer = await Customer.withCard(shop, nextId());
    const [method] = (await customer.call('GET', PATH)).body.providers[0].methods;
    const { stripe, sandbox, advance } = shop.world;
    const exp_year = sandbox.now().getUTCFullYear();
    const card = { number: '5555555555554444', exp_month: sandbox.now().getUTCMonth() + 1, exp_year, cvc: '123' };
    const old = await stripe.paymentMethods.create({ type: 'card', card });
    await stripe.paymentMethods.attach(old.id, { customer: customer.buyer.customerId });
    await advance({ days: 31 });
    const answer = await customer.call('GET', PATH, undefined, { headers: { 'accept-language': 'pt-BR' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({ providers: [{ provider: 'stripe', can_update: true }] });
    expect(answer.body.providers[0].methods).toHaveLength(2);
    expect(answer.body.providers[0].methods).toEqual(
      expect.arrayContaining([
        { ...method, brand: 'visa', last4: '4242', usable: true, reasons: [] },
        {
          id: old.id,
          brand: 'mastercard',
          last4: '4444',
          expiry_month: card.exp_month,
          expiry_year: exp_year,
          usable: false,
          reasons: [{ code: 'expired', message: 'Este cartão está vencido.' }],
        },
      ]),
    );
  });

  it('are none for who is no customer yet, and never another’s', async () => {
    const id = nextId();
    await shop.service('PUT', `users/${id}`, { name: 'New', email: `${id}@shop.test` });
    const token = await shop.world.application.tokenFor(id);
    const { call } = shop.world.application;
    expect(await call('GET', PATH, { token })).toMatchObject({ status: 200, body: { providers: [] } });
    const body = { return_url: 'https://shop.test/account' };
    const page = await call('POST', `${PATH}/update-page`, { token, body });
    expect(page).toMatchObject({ status: 409, body: { code: 'portal_not_available' } });
    expect((await call('GET', PATH)).status).toBe(401);
  });

  it('are changed on the provider’s own page', async () => {
    const customer = await Customer.withCard(shop, nextId());
    const page = await customer.call('POST', `${PATH}/update-page`, { return_url: 'https://shop.test/account' });
    expect(page).toMatchObject({ status: 201, body: { url: expect.stringContaining('http') } });
    expect((await fetch(page.body.url)).status).toBe(200);
    const elsewhere = await customer.call('POST', `${PATH}/update-page`, { return_url: 'https://evil.test/' });
    expect(elsewhere).toMatchObject({ status: 422, body: { code: 'return_url_not_allowed' } });
  });

  it('are asked of a provider that is there', async () => {
    const customer = await Customer.withCard(shop, nextId());
    const unknown = await customer.call('GET', `${PATH}?provider=paypal`);
    expect(unknown).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    const absent = await customer.call('GET', `${PATH}?provider=dodo`);
    expect(absent).toMatchObject({ status: 503, body: { code: 'provider_not_configured' } });
  });
});
