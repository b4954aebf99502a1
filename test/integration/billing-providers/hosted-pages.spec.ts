import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProviderCallObserver } from '../../../src/billing-providers/provider-call-observer.js';
import { StripeBillingProvider } from '../../../src/billing-providers/stripe/stripe-billing-provider.js';
import { Metrics } from '../../../src/common/observability/index.js';
import { configFor, createCustomer, SandboxClock, startWorld, type World } from './support.js';
import { stripeOf } from '../../support/settings.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const checkoutFor = (customerId: string, more: object = {}) => ({
  customerId,
  priceId: world.prices.pro,
  successUrl: 'https://shop.test/thanks',
  cancelUrl: 'https://shop.test/plans',
  metadata: { group_id: 'team-7', user_id: 'ada' },
  requestId: 'request-1',
  ...more,
});

describe('a customer', () => {
  const user = { userId: 'ada', email: 'ada@example.com', name: 'Ada' };

  it('is made once for one user, however often it is tried', async () => {
    const first = await world.provider.createCustomer(user);
    expect(await world.provider.createCustomer(user)).toEqual(first);
    expect(await world.stripe.customers.retrieve(first.customerId)).toMatchObject({
      email: 'ada@example.com',
      name: 'Ada',
      metadata: { user_id: 'ada' },
    });
  });

  it('may have changed the name between two tries', async () => {
    await world.provider.createCustomer(user);
    await expect(world.provider.createCustomer({ ...user, name: 'Ada L.' })).resolves.toEqual({
      customerId: expect.stringMatching(/^cus_/),
    });
  });
});

describe('a checkout', () => {
  it('starts a subscription of the customer, with our metadata on it', async () => {
    const customerId = await createCustomer(world.stripe);
    world.recorder.take();
    const { url, checkoutId } = await world.provider.createSubscriptionCheckout(checkoutFor(customerId));
    const call = world.recorder.take().find(({ body }) => body !== '');
    expect(call?.body).not.toContain('payment_method_types');
    expect(call?.body).toContain('subscription_data[metadata][group_id]=team-7');
    expect(call?.idempotencyKey).toMatch(/^request-1:checkout:/);
    expect(new URL(url).origin).toBe(world.sandbox.url);
    expect(await world.stripe.checkout.sessions.retrieve(checkoutId)).toMatchObject({
      mode: 'subscription',
      customer: customerId,
      client_reference_id: 'request-1',
      metadata: { group_id: 'team-7', user_id: 'ada' },
    });
  });

  it('is the same page for the same request, another one for another', async () => {
    const customerId = await createCustomer(world.stripe);
    const create = async (more?: object) =>
      (await world.provider.createSubscriptionCheckout(checkoutFor(customerId, more))).checkoutId;
    const first = await create();
    expect(await create()).toBe(first);
    expect(await create({ requestId: 'request-2' })).not.toBe(first);
    expect(await create({ priceId: world.prices.basic })).not.toBe(first);
  });

  it('is refused for an unknown price', async () => {
    const command = checkoutFor(await createCustomer(world.stripe), { priceId: 'price_of_nobody' });
    await expect(world.provider.createSubscriptionCheckout(command)).rejects.toMatchObject({ outcome: 'refused' });
  });
});

describe('a portal session', () => {
  it('is a fresh one each time, in the language asked for', async () => {
    const customerId = await createCustomer(world.stripe);
    const open = (locale?: string) =>
      world.provider.createPortalSession({
        customerId,
        returnUrl: 'https://shop.test/account',
        ...(locale ? { locale } : {}),
      });
    world.recorder.take();
    const urls = [await open('vi'), await open('pt-BR'), await open('tlh'), await open()].map(({ url }) => url);
    expect(new Set(urls).size).toBe(4);
    const bodies = world.recorder.take().map(({ body }) => /locale=([^&]+)/.exec(body)?.[1]);
    expect(bodies).toEqual(['vi', 'pt-BR', 'auto', 'auto']);
  });

  it('follows the configured portal', async () => {
    const configuration = await world.stripe.billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
    });
    const config = configFor(world.recorder.url, { STRIPE_PORTAL_CONFIGURATION: configuration.id });
    const provider = new StripeBillingProvider(
      stripeOf(config),
      new ProviderCallObserver(new Metrics()),
      new SandboxClock(world.sandbox),
    );
    const customerId = await createCustomer(world.stripe);
    world.recorder.take();
    await provider.createPortalSession({ customerId, returnUrl: 'https://shop.test/account' });
    expect(world.recorder.take()[0]?.body).toContain(`configuration=${configuration.id}`);
  });

  it('is refused when the account has no portal', async () => {
    await world.close();
    world = await startWorld({ portalConfiguration: false });
    const customerId = await createCustomer(world.stripe);
    const session = world.provider.createPortalSession({ customerId, returnUrl: 'https://shop.test/account' });
    await expect(session).rejects.toMatchObject({ name: 'ProviderError', outcome: 'refused' });
  });
});
