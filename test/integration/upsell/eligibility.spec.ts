import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { submit } from '../../e2e/portal.js';
import { Shop, VISA } from '../../e2e/upsell-shop.js';
import { Customer } from './customer.support.js';
import { closeSound } from '../../support/invariants.js';

let shop: Shop;
let customers = 0;

/** Somebody who has bought the course, and whose sale is known. */
async function arrive(options: { readonly card?: string; readonly offer?: string } = {}): Promise<Customer> {
  const customer = await Customer.of(shop, await shop.buyer(`customer-${++customers}`));
  await customer.buyer.arrive(options.offer ?? 'course');
  if (options.card) await replaceCard(customer, options.card);
  return customer;
}

/** The cards that the customer has are gone, and this one is there. */
async function replaceCard({ buyer: { customerId } }: Customer, token: string): Promise<void> {
  const { stripe } = shop.world;
  for (const { id } of (await stripe.customers.listPaymentMethods(customerId)).data)
    await stripe.paymentMethods.detach(id);
  await stripe.paymentMethods.attach(token, { customer: customerId });
}

beforeAll(async () => {
  shop = await Shop.open({ name: 'eligibility' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.offer('lens', { amount: 9_900 });
  await shop.offer('lens-lite', { amount: 5_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: 1, next_on_decline: 1 },
    { kind: 'one_click', offers: ['lens'], next_on_accept: null, next_on_decline: 2 },
    { kind: 'one_click', offers: ['lens-lite'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterEach(() => shop.world.sandbox.faults.clear());
afterAll(() => closeSound(shop.world));

describe('what a customer is offered after a sale', () => {
  it('has the document’s shape, and is paid by one click, step by step', async () => {
    const customer = await arrive();
    const [saved] = (await shop.world.stripe.customers.listPaymentMethods(customer.buyer.customerId)).data;
    const first = await customer.eligibility();
    expect(first).toEqual({
      eligible: true,
      product: { id: shop.offers.presets, name: 'Offer presets', price: 1_900, currency: 'USD' },
      paymentMethodId: saved?.id,
      terms: expect.stringMatching(/^[0-9a-f]{64}$/),
      expires_at: expect.any(String),
      source: 'post_purchase',
      quote_required: false,
      last_failure: null,
    });
    const accepted = await customer.accept({ terms: first.terms });
    expect(accepted).toMatchObject({ status: 200, body: { success: true, sessionId: expect.any(String) } });
    expect(Object.keys(accepted.body)).toEqual(['success', 'sessionId']);
    expect(await customer.eligibility()).toMatchObject({ eligible: true, product: { price: 9_900 } });
    expect(customer.charges()).toEqual([4_900, 1_900]);
    expect(await customer.products()).toEqual(['presets', 'course']);
  });

  it('is taken as the document does it, without a word of what is meant', async () => {
    const customer = await arrive();
    expect(await customer.accept()).toMatchObject({ status: 200, body: { success: true } });
    expect(customer.charges()).toEqual([4_900, 1_900]);
  });

  it('is refused in the document’s words when there is nothing', async () => {
    const customer = await Customer.withCard(shop, `customer-${++customers}`);
    expect(await customer.eligibility()).toEqual({ eligible: false });
    const nothing = { status: 400, body: { code: 'upsell_not_available', error: 'No upsell available' } };
    expect(await customer.accept()).toMatchObject(nothing);
    expect(await customer.accept({ terms: 'a'.repeat(64) })).toMatchObject(nothing);
    expect(await customer.face('POST', '/decline')).toMatchObject(nothing);
    expect(await customer.face('POST', '/quote')).toMatchObject(nothing);
  });

  it('is not for who has no card; their yes leads to the provider’s page', async () => {
    const customer = await arrive();
    const { stripe } = shop.world;
    const { customerId } = customer.buyer;
    for (const { id } of (await stripe.customers.listPaymentMethods(customerId)).data)
      await stripe.paymentMethods.detach(id);
    expect(await customer.eligibility()).toEqual({ eligible: false, reason: 'no_payment_method' });
    const started = await customer.accept();
    expect(started).toMatchObject({ status: 202, body: { success: false, status: 'checkout' } });
    expect(await customer.eligibility()).toEqual({ eligible: false, reason: 'payment_pending' });
    expect(await customer.accept()).toMatchObject({ status: 202, body: started.body });
    await submit(started.body.checkout_url, new URLSearchParams({ card: VISA, email: 'customer@shop.test' }));
    await shop.world.settle();
    expect(customer.charges()).toEqual([4_900, 1_900]);
    expect(await customer.eligibility()).toMatchObject({ eligible: true, product: { price: 9_900 } });
  });

  it('is still there after a card was declined, and then leads to the provider’s page', async () => {
    const customer = await arrive({ card: 'pm_card_chargeCustomerFail' });
    const { terms } = await customer.eligibility();
    const declined = await customer.accept({ terms });
    expect(declined).toMatchObject({
      status: 402,
      body: { code: 'payment_declined', error: 'Upsell processing failed', failure: 'card_declined' },
    });
    expect(declined.body).not.toHaveProperty('current');
    expect(await customer.eligibility()).toMatchObject({ eligible: true, last_failure: { code: 'card_declined' } });
    expect(await customer.accept()).toMatchObject({ status: 202, body: { success: false, status: 'checkout' } });
    expect(customer.charges()).toEqual([4_900]);
  });

  it('says that it failed when the provider cannot be asked', async () => {
    const customer = await arrive();
    const { terms } = await customer.eligibility();
    const path = `/v1/customers/${customer.buyer.customerId}/payment_methods`;
    shop.world.sandbox.faults.api({ kind: 'status', status: 503, method: 'GET', path, times: -1 });
    const failed = await customer.accept({ terms });
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(failed.body).toMatchObject({ code: 'provider_unavailable', error: 'Upsell processing failed' });
    expect(customer.charges()).toEqual([4_900]);
  });

  it('is declined once for all, and leads to the downsell', async () => {
    const customer = await arrive();
    await customer.accept();
    const { terms } = await customer.eligibility();
    expect(await customer.face('POST', '/decline', { terms })).toMatchObject({ status: 200, body: { success: true } });
    const downsell = await customer.eligibility();
    expect(downsell).toMatchObject({ product: { price: 5_900 } });
    expect(await customer.accept({ terms })).toMatchObject({ status: 409, body: { code: 'upsell_offer_changed' } });
    expect(await customer.face('POST', '/decline', { terms: downsell.terms })).toMatchObject({ status: 200 });
    expect(await customer.eligibility()).toEqual({ eligible: false });
    await customer.buyer.arrive('course');
    expect(await customer.eligibility()).toEqual({ eligible: false });
  });
});

describe('whose offers they are', () => {
  it('is told to the customer and to the merchant’s server, and to nobody else', async () => {
    const customer = await arrive();
    const stranger = await arrive();
    const path = `/api/upsell/${customer.buyer.customerId}`;
    const unknown = { status: 404, body: { code: 'provider_customer_not_found' } };
    expect(await stranger.call('GET', path)).toMatchObject(unknown);
    expect(await stranger.call('POST', `${path}/accept`)).toMatchObject(unknown);
    expect(await stranger.call('POST', `${path}/decline`)).toMatchObject(unknown);
    expect(await stranger.call('GET', '/api/upsell/cus_nobody')).toMatchObject(unknown);
    const { call } = shop.world.application;
    expect((await call('GET', path)).status).toBe(401);
    expect((await call('GET', path, { apiKey: 'wrong-key-of-nobody', token: customer.token })).status).toBe(401);
    const asService = { apiKey: shop.apiKey, headers: { 'accept-language': 'en' } };
    const { terms } = (await call('GET', path, asService)).body;
    const accepted = await call('POST', `${path}/accept`, { ...asService, body: { terms } });
    expect(accepted).toMatchObject({ status: 200, body: { success: true } });
    expect(customer.charges()).toEqual([4_900, 1_900]);
    expect(stranger.charges()).toEqual([4_900]);
  });

  it('cannot be asked with a key that is not the merchant’s server’s', async () => {
    const customer = await arrive();
    const { body } = await shop.admin('POST', 'api-keys', { name: 'reports', scopes: ['admin'] });
    const { call } = shop.world.application;
    const path = `/api/upsell/${customer.buyer.customerId}`;
    expect(await call('GET', path, { apiKey: body.key })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});
