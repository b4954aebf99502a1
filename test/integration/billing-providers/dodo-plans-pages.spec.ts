import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from './money.js';
import { CARDS, GROUP, payOnPage, startPlansWorld, writesOf, type PlansWorld } from './dodo-plans-world.js';

let world: PlansWorld;
beforeEach(async () => {
  world = await startPlansWorld();
});
afterEach(() => world.close());

const USER = { userId: 'user-1', email: 'ada@example.com', name: 'Ada Lovelace' };

const checkout = (
  customerId: string,
  more: Partial<Parameters<PlansWorld['provider']['createSubscriptionCheckout']>[0]> = {},
) =>
  world.provider.createSubscriptionCheckout({
    customerId,
    priceId: world.products.basic,
    successUrl: 'https://app.test/paid?from=shop&checkout={CHECKOUT_SESSION_ID}',
    cancelUrl: 'https://app.test/back',
    metadata: GROUP,
    requestId: 'request-1',
    ...more,
  });
const subscriptionsOf = async (customer_id: string) => (await world.dodo.subscriptions.list({ customer_id })).items;

describe('a customer', () => {
  it('is one per user, however often it is asked for', async () => {
    const first = await world.provider.createCustomer(USER);
    expect(await world.provider.createCustomer(USER)).toEqual(first);
    expect(await world.dodo.customers.retrieve(first.customerId)).toMatchObject({
      email: USER.email,
      name: USER.name,
      metadata: { user_id: 'user-1' },
    });
  });

  it('is found again when the answer was lost', async () => {
    world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: '/dodo/customers' });
    expect((await errorOf(world.provider.createCustomer(USER))).outcome).toBe('unknown');
    const { customerId } = await world.provider.createCustomer(USER);
    const { items } = await world.dodo.customers.list({ email: USER.email });
    expect(items.map(({ customer_id }) => customer_id)).toEqual([customerId]);
  });

  it('is never somebody else’s with the same e-mail', async () => {
    const stranger = await world.createCustomer();
    const { customerId: other } = await world.provider.createCustomer({ ...USER, userId: 'user-2' });
    const { customerId } = await world.provider.createCustomer(USER);
    expect(new Set([stranger, other, customerId]).size).toBe(3);
  });

  it('is found behind a hundred others with that e-mail', async () => {
    const { customerId } = await world.provider.createCustomer(USER);
    for (let count = 0; count < 101; count += 1) await world.createCustomer();
    expect(await world.provider.createCustomer(USER)).toEqual({ customerId });
  });
});

describe('a checkout that starts a subscription', () => {
  it('is a page on which it is bought, labelled, with the card saved', async () => {
    const { customerId } = await world.provider.createCustomer(USER);
    const { url, checkoutId } = await checkout(customerId);
    expect(await subscriptionsOf(customerId)).toEqual([]);
    await payOnPage(url);
    const [subscription, ...others] = await subscriptionsOf(customerId);
    expect(others).toEqual([]);
    expect(subscription).toMatchObject({ status: 'active', product_id: world.products.basic, metadata: GROUP });
    expect((await world.dodo.checkoutSessions.retrieve(checkoutId)).payment_status).toBe('succeeded');
    expect(await world.provider.listPaymentMethods(customerId)).toMatchObject([{ brand: 'visa', last4: '4242' }]);
  });

  it('leads back to the shop, without a placeholder that nobody fills in', async () => {
    const customerId = await world.createCustomer();
    world.recorder.take();
    await checkout(customerId);
    const bodies = world.recorder.take().map(({ body }) => body);
    const body = bodies.find((one) => one.includes('return_url')) ?? '';
    expect(JSON.parse(body)).toMatchObject({
      return_url: 'https://app.test/paid?from=shop',
      cancel_url: 'https://app.test/back',
    });
  });

  it('is not made for a group that has a subscription by now', async () => {
    const customerId = await world.createCustomer();
    await payOnPage((await checkout(customerId)).url);
    world.recorder.take();
    expect(await errorOf(checkout(customerId))).toMatchObject({
      outcome: 'refused',
      details: { providerCode: 'checkout_already_paid' },
    });
    expect(writesOf(world)).toEqual([]);
    const other = await checkout(customerId, { metadata: { ...GROUP, group_id: 'team-8' } });
    expect(other.url).toMatch(/^http/);
  });

  it('is the same page for the same request, also after a card was declined there', async () => {
    const { customerId } = await world.provider.createCustomer(USER);
    const page = await checkout(customerId);
    world.recorder.take();
    expect(await checkout(customerId)).toEqual(page);
    await payOnPage(page.url, '4000000000000002');
    expect(await checkout(customerId)).toEqual(page);
    expect(writesOf(world)).toEqual([]);
    expect((await world.dodo.customers.retrieve(customerId)).metadata).toMatchObject({ user_id: 'user-1' });
    expect(await world.provider.createCustomer(USER)).toEqual({ customerId });
  });

  it('is another page for another request, and when the old one is over', async () => {
    const customerId = await world.createCustomer();
    const page = await checkout(customerId);
    const other = await checkout(customerId, { requestId: 'request-2' });
    expect(other.checkoutId).not.toBe(page.checkoutId);
    await world.sandbox.advance({ seconds: 24 * 3_600 - 200 });
    expect((await checkout(customerId, { requestId: 'request-2' })).checkoutId).not.toBe(other.checkoutId);
  });

  it('is not made again when the old one cannot be looked at', async () => {
    const customerId = await world.createCustomer();
    const { checkoutId } = await checkout(customerId);
    world.sandbox.faults.api({ kind: 'status', status: 429, method: 'GET', path: `/dodo/checkouts/${checkoutId}` });
    expect((await errorOf(checkout(customerId))).outcome).toBe('unavailable');
    expect((await checkout(customerId)).checkoutId).toBe(checkoutId);
  });

  it('is made again for a group whose subscription has ended, or never began', async () => {
    const customerId = await world.createCustomer();
    const { url } = await checkout(customerId);
    await payOnPage(url, '4000000000000002');
    const { url: second } = await checkout(customerId);
    await payOnPage(second);
    const living = (await subscriptionsOf(customerId)).find(({ status }) => status === 'active');
    await world.dodo.subscriptions.update(living?.subscription_id ?? '', { status: 'cancelled' });
    expect((await checkout(customerId)).url).toMatch(/^http/);
  });

  it('is not made while a payment of that group is on its way', async () => {
    const { customer } = await world.subscribe({ card: CARDS.slow });
    const customerId = customer.customer_id;
    const [card] = await world.provider.listPaymentMethods(customerId);
    const [first] = await subscriptionsOf(customerId);
    await world.dodo.subscriptions.update(first?.subscription_id ?? '', { status: 'cancelled' });
    const outcome = await world.provider.startPlan(
      {
        kind: 'start_plan',
        customerId,
        cardId: card?.id ?? '',
        planPriceId: world.products.basic,
        amount: 3_000,
        currency: 'USD',
        description: 'Basic',
        metadata: GROUP,
      },
      '7f1f8a52-1b5e-4f0e-9d8c-2f6b1c3d4e5f',
    );
    expect(outcome.status).toBe('pending');
    expect(await errorOf(checkout(customerId))).toMatchObject({
      outcome: 'refused',
      details: { providerCode: 'checkout_payment_pending' },
    });
    await world.sandbox.advance({ days: 3 });
    expect((await errorOf(checkout(customerId))).details.providerCode).toBe('checkout_already_paid');
  });

  it('is refused for what is no product', async () => {
    const customerId = await world.createCustomer();
    const ask = world.provider.createSubscriptionCheckout({
      customerId,
      priceId: 'pdt_none',
      successUrl: 'https://app.test/paid',
      cancelUrl: 'https://app.test/back',
      metadata: GROUP,
      requestId: 'request-1',
    });
    expect((await errorOf(ask)).outcome).toBe('refused');
  });
});

describe('the portal', () => {
  it('is a fresh address each time', async () => {
    const customerId = await world.createCustomer();
    const open = () => world.provider.createPortalSession({ customerId, returnUrl: 'https://app.test/account' });
    const { url } = await open();
    expect((await fetch(url)).status).toBe(200);
    expect((await open()).url).not.toBe(url);
  });

  it('is refused for a customer who is not there', async () => {
    const open = world.provider.createPortalSession({ customerId: 'cus_none', returnUrl: 'https://app.test/account' });
    expect((await errorOf(open)).outcome).toBe('refused');
  });
});
