import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { submit } from '../../e2e/portal.js';
import { Shop, VISA } from '../../e2e/upsell-shop.js';
import { Customer } from './customer.support.js';
import { closeSound } from '../../support/invariants.js';

let shop: Shop;
let customers = 0;
const nextId = () => `customer-${++customers}`;
const withCard = (groups: readonly string[] = []) => Customer.withCard(shop, nextId(), groups);
const pay = (url: string, card = VISA) => submit(url, new URLSearchParams({ card, email: 'customer@shop.test' }));

beforeAll(async () => {
  shop = await Shop.open({ name: 'cross_sell' });
  await shop.listen();
  await shop.offer('ebook', { amount: 1_900 });
  await shop.offer('ebook-deluxe', { amount: 2_900, product: 'ebook' });
  await shop.offer('gone', { is_active: false });
  await shop.offer('preset', { amount: 900 });
  await shop.funnel('ebook', [{ kind: 'one_click', offers: ['preset'], next_on_accept: null, next_on_decline: null }]);
  await shop.planOffer('club', 'basic');
  await shop.planOffer('club-pro', 'pro');
});
afterEach(() => shop.world.sandbox.faults.clear());
afterAll(() => closeSound(shop.world));

describe('an offer that an existing customer buys by itself', () => {
  it('is paid by one click, is a sale of its own, and is given; no funnel begins', async () => {
    const customer = await withCard();
    const bought = await customer.cross('ebook');
    expect(bought).toMatchObject({
      status: 200,
      body: {
        status: 'paid',
        amount: 1_900,
        currency: 'USD',
        provider: 'stripe',
        checkout_url: null,
        failure: null,
        sale: {
          source: 'cross_sell',
          status: 'finalized',
          is_closed: true,
          user_id: customer.buyer.id,
          method: 'card',
          items: [{ kind: 'main', status: 'paid', amount: 1_900, offer: { code: 'ebook' } }],
        },
      },
    });
    await shop.world.settle();
    expect(await customer.crossSell(bought.body.id)).toMatchObject({ status: 200, body: bought.body });
    expect(customer.charges()).toEqual([1_900]);
    expect(await customer.products()).toEqual(['ebook']);
    expect(await shop.messages()).toEqual(['entitlement.granted', 'sale.approved', 'sale.finalized', 'sale.closed']);
    const [movement] = shop.charges(customer.buyer.customerId);
    const payment = await shop.world.stripe.paymentIntents.retrieve(movement?.payment_intent ?? '');
    expect(payment.metadata).toMatchObject({ purchase_type: 'cross_sell', source: 'product_recommendation' });
    expect(payment.metadata).not.toHaveProperty('offer_uuid');
  });

  it('is shown as it could be bought, and bought by the terms that were shown', async () => {
    const customer = await withCard();
    const path = `/api/v1/general/cross-sell/offers/${shop.offers.ebook}`;
    const shown = await customer.call('GET', path);
    expect(shown).toMatchObject({
      status: 200,
      body: { name: 'Offer ebook', amount: 1_900, currency: 'USD', available: true, reason: null },
    });
    expect(shown.body.method).toMatchObject({ brand: 'visa', last4: '4242' });
    const { terms, method } = shown.body;
    expect(await customer.cross('ebook', { terms, method_id: method.id })).toMatchObject({ status: 200 });
    expect((await customer.call('GET', path)).body).toMatchObject({
      available: false,
      reason: 'offer_owned',
      terms: null,
    });
  });

  it('is bought once: nobody pays twice for what they have, by whatever offer', async () => {
    const customer = await withCard();
    await customer.cross('ebook');
    expect(await customer.cross('ebook')).toMatchObject({ status: 409, body: { code: 'offer_owned' } });
    expect(await customer.cross('ebook-deluxe')).toMatchObject({ status: 409, body: { code: 'offer_owned' } });
    expect(customer.charges()).toEqual([1_900]);
  });

  it('can be bought again after it was given back', async () => {
    const customer = await withCard();
    const { body } = await customer.cross('ebook');
    expect((await shop.refund(body.sale.items[0].id)).status).toBe(200);
    await shop.world.settle();
    expect(await customer.products()).toEqual([]);
    expect(await customer.cross('ebook')).toMatchObject({ status: 200, body: { status: 'paid' } });
    expect(await customer.cross('ebook')).toMatchObject({ status: 409, body: { code: 'offer_owned' } });
    expect(customer.charges()).toEqual([1_900, 1_900]);
  });

  it('is paid on the provider’s page where there is no card, which is given again until then', async () => {
    const customer = await Customer.of(shop, await shop.buyer(nextId()));
    const started = await customer.cross('ebook');
    expect(started).toMatchObject({ status: 202, body: { status: 'checkout', sale: null } });
    expect(started.body.checkout_url).toContain('http');
    expect(await customer.cross('ebook')).toMatchObject({ status: 202, body: started.body });
    await pay(started.body.checkout_url);
    await shop.world.settle();
    expect(await customer.crossSell(started.body.id)).toMatchObject({ body: { status: 'paid', checkout_url: null } });
    expect(await customer.products()).toEqual(['ebook']);
    expect(customer.charges()).toEqual([1_900]);
  });

  it('makes a customer at the provider for whom there was none', async () => {
    const id = nextId();
    await shop.service('PUT', `users/${id}`, { name: 'New', email: `${id}@shop.test` });
    const token = await shop.world.application.tokenFor(id);
    const body = {
      offer_id: shop.offers.ebook,
      return_url: 'https://shop.test/',
      cancel_url: 'https://shop.test/',
    };
    const path = '/api/v1/general/cross-sell';
    const started = await shop.world.application.call('POST', path, { token, body });
    expect(started).toMatchObject({ status: 202, body: { status: 'checkout' } });
    await pay(started.body.checkout_url);
    await shop.world.settle();
    const read = await shop.world.application.call('GET', `${path}/${started.body.id}`, { token });
    expect(read.body).toMatchObject({ status: 'paid', sale: { user_id: id } });
  });

  it.each([
    ['what nobody sells', { offer_id: '3f7b3b0e-1c35-4a5d-8a53-2b7c9d6e4f10' }, 404, 'offer_not_found'],
    ['another’s card', { method_id: 'pm_of_somebody_else' }, 404, 'payment_method_not_found'],
    ['another currency', { currency: 'EUR' }, 409, 'offer_not_available'],
    ['other terms', { terms: 'a'.repeat(64) }, 409, 'upsell_offer_changed'],
    ['another’s group', { group_id: 'theirs' }, 404, 'group_not_found'],
    ['a way back to a stranger', { return_url: 'https://evil.test/' }, 422, 'return_url_not_allowed'],
    ['an amount', { amount: 1 }, 422, 'validation_failed'],
  ])('is refused with %s', async (_what, wish, status, code) => {
    const customer = await withCard();
    expect(await customer.cross('ebook', wish)).toMatchObject({ status, body: { code } });
    expect(customer.charges()).toEqual([]);
    expect(await customer.rows()).toEqual([]);
  });

  it('is refused when it is sold no more', async () => {
    const customer = await withCard();
    expect(await customer.cross('gone')).toMatchObject({ status: 404, body: { code: 'offer_not_found' } });
  });

  it('is nobody else’s to read or to give up', async () => {
    const customer = await Customer.of(shop, await shop.buyer(nextId()));
    const { body } = await customer.cross('ebook');
    const stranger = await withCard();
    const unknown = { status: 404, body: { code: 'cross_sell_not_found' } };
    expect(await stranger.crossSell(body.id)).toMatchObject(unknown);
    expect(await stranger.call('POST', `/api/v1/general/cross-sell/${body.id}/cancel`)).toMatchObject(unknown);
  });
});

describe('a card that does not pay', () => {
  const decline = async (customer: Customer) =>
    shop.world.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.buyer.customerId });

  it('is told, is not charged again by itself, and leaves the page open', async () => {
    const customer = await Customer.of(shop, await shop.buyer(nextId()));
    await decline(customer);
    const declined = await customer.cross('ebook');
    expect(declined).toMatchObject({
      status: 402,
      body: {
        code: 'payment_declined',
        failure: 'card_declined',
        failure_message: 'The bank declined this card. Nothing was charged. Use another card.',
        checkout_available: true,
      },
    });
    const again = await customer.cross('ebook');
    expect(again).toMatchObject({ status: 202, body: { status: 'checkout' } });
    await pay(again.body.checkout_url);
    await shop.world.settle();
    expect(await customer.rows()).toEqual(['ebook failed', 'ebook paid']);
    expect(customer.charges()).toEqual([1_900]);
  });

  it('is charged again when the customer names it', async () => {
    const customer = await Customer.of(shop, await shop.buyer(nextId()));
    const { id } = await decline(customer);
    expect((await customer.cross('ebook')).status).toBe(402);
    expect((await customer.cross('ebook', { method_id: id })).status).toBe(402);
    expect(await customer.rows()).toEqual(['ebook failed', 'ebook failed']);
  });

  it('asks for its owner at the bank, who may give up for another way', async () => {
    const customer = await Customer.of(shop, await shop.buyer(nextId()));
    await shop.world.stripe.paymentMethods.attach('pm_card_authenticationRequired', {
      customer: customer.buyer.customerId,
    });
    const started = await customer.cross('ebook');
    expect(started).toMatchObject({ status: 202, body: { status: 'authenticate' } });
    const canceled = await customer.call('POST', `/api/v1/general/cross-sell/${started.body.id}/cancel`);
    expect(canceled).toMatchObject({ status: 200, body: { status: 'expired', checkout_url: null } });
    const page = await customer.cross('ebook', { use_checkout: true });
    expect(page).toMatchObject({ status: 202, body: { status: 'checkout' } });
    expect(page.body.id).not.toBe(started.body.id);
    await pay(page.body.checkout_url);
    await shop.world.settle();
    expect(customer.charges()).toEqual([1_900]);
  });
});

describe('a plan', () => {
  it('is started by one click in the group that the customer manages, once', async () => {
    const group = `group-${nextId()}`;
    const customer = await withCard([group]);
    const started = await customer.cross('club', { group_id: group });
    expect(started).toMatchObject({ status: 200, body: { status: 'paid', amount: 900, sale: { group_id: group } } });
    expect((await customer.cross('club')).status).toBe(409);
    expect((await customer.cross('club-pro')).status).toBe(409);
    await shop.world.settle();
    const subscription = await customer.call('GET', '/api/v1/general/subscription');
    expect(subscription.body).toMatchObject({ plan: { code: 'basic' } });
    expect(await customer.cross('club')).toMatchObject({ body: { code: 'offer_owned' } });
    expect(await customer.cross('club-pro')).toMatchObject({ body: { code: 'subscription_already_active' } });
    expect(customer.charges()).toEqual([900]);
  });

  it('is not started for a group of others, nor by a member', async () => {
    const group = `group-${nextId()}`;
    await withCard([group]);
    const stranger = await withCard();
    const refused = { status: 403, body: { code: 'subscription_not_authorized' } };
    expect(await stranger.cross('club', { group_id: group })).toMatchObject(refused);
    expect(stranger.charges()).toEqual([]);
  });
});
