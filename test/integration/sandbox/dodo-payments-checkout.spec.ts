import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import {
  BILLING,
  charge,
  createBuyer,
  createProduct,
  HOUR,
  payloadsOf,
  startDodoWorld,
  submit,
  type DodoWorld,
} from './dodo-support.js';

let world: DodoWorld;
let productId: string;
beforeAll(async () => {
  world = await startDodoWorld();
  productId = (await createProduct(world)).product_id;
});
afterAll(() => world.close());

const open = (overrides: Partial<DodoPayments.CheckoutSessionCreateParams> = {}) =>
  world.dodo.checkoutSessions.create({
    product_cart: [{ product_id: productId, quantity: 1 }],
    return_url: 'http://shop.example/done?order=7#thanks',
    cancel_url: 'http://shop.example/cart',
    metadata: { uplift_attempt: 'attempt-7' },
    ...overrides,
  });
const CARD = { card: '4242424242424242', email: 'bo@example.com', name: 'Bo', country: 'br', zipcode: '01000' };
const paid = () => world.sandbox.ledger().filter(({ outcome }) => outcome === 'succeeded').length;

describe('the hosted page', () => {
  test('sells once, saves the card, and makes the buyer a customer; a second press pays nothing', async () => {
    const { dodo, receiver, sandbox } = world;
    const session = await open();
    expect(session.payment_id).toBeUndefined();
    expect(await (await fetch(session.checkout_url!)).text()).toContain('$49.00');
    expect(await dodo.checkoutSessions.retrieve(session.session_id)).toMatchObject({
      payment_id: null,
      payment_status: null,
    });
    const before = paid();
    const answers = await Promise.all([1, 2].map(() => submit(session.checkout_url!, CARD)));
    const { payment_id: id } = await dodo.checkoutSessions.retrieve(session.session_id);
    for (const { status, headers } of answers)
      expect([status, headers.get('location')]).toEqual([
        303,
        `http://shop.example/done?order=7&payment_id=${id}&status=succeeded&email=bo%40example.com#thanks`,
      ]);
    expect(paid()).toBe(before + 1);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['payment.succeeded']);
    const payment = await dodo.payments.retrieve(id!);
    expect(payment).toMatchObject({
      status: 'succeeded',
      metadata: { uplift_attempt: 'attempt-7' },
      billing: { country: 'BR', zipcode: '01000', city: null },
      customer: { email: 'bo@example.com', name: 'Bo' },
      card_holder_name: 'Bo',
    });
    const { items } = await dodo.customers.retrievePaymentMethods(payment.customer.customer_id);
    expect(items).toMatchObject([
      {
        payment_method_id: payment.payment_method_id,
        payment_method: 'card',
        recurring_enabled: true,
        last_used_at: expect.any(String),
        card: { last4_digits: '4242', card_network: 'visa', expiry_month: '12', expiry_year: '40' },
      },
    ]);
    const again = await open();
    await submit(again.checkout_url!, CARD);
    const known = await dodo.customers.list({ email: 'BO@example.com' });
    expect(known.items.map(({ customer_id: each }) => each)).toEqual([payment.customer.customer_id]);
    expect((await dodo.customers.retrievePaymentMethods(payment.customer.customer_id)).items).toHaveLength(1);
    const stranger = await open({ feature_flags: { always_create_new_customer: true } });
    await submit(stranger.checkout_url!, CARD);
    expect((await dodo.customers.list({ email: 'bo@example.com' })).items).toHaveLength(2);
    await sandbox.idle();
    receiver.takeTypes();
  });

  test('every try is a payment of its own with the metadata of the session; a refused card is not kept', async () => {
    const { dodo, receiver, sandbox } = world;
    const customer = await dodo.customers.create({ email: 'cy@example.com', name: 'Cy' });
    const session = await open({ customer: { customer_id: customer.customer_id } });
    const refusal = await submit(session.checkout_url!, { card: '4000000000009995' });
    expect([refusal.status, (await refusal.text()).includes('insufficient funds')]).toEqual([402, true]);
    const failed = await dodo.checkoutSessions.retrieve(session.session_id);
    expect(failed.payment_status).toBe('failed');
    expect((await dodo.customers.retrievePaymentMethods(customer.customer_id)).items).toEqual([]);
    expect(await (await fetch(session.checkout_url!)).text()).toContain('insufficient funds');
    expect((await submit(session.checkout_url!, { card: 'nonsense' })).status).toBe(402);
    expect((await submit(session.checkout_url!, { card: '4242424242424242' })).status).toBe(303);
    const succeeded = await dodo.checkoutSessions.retrieve(session.session_id);
    expect(succeeded).toMatchObject({ payment_status: 'succeeded' });
    expect(succeeded.payment_id).not.toBe(failed.payment_id);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['payment.failed', 'payment.succeeded']);
    const payloads = payloadsOf(receiver, 'Payment').slice(-2);
    expect(payloads.map(({ metadata }) => metadata.uplift_attempt)).toEqual(['attempt-7', 'attempt-7']);
    expect(payloads[0]).toMatchObject({ error_code: 'INSUFFICIENT_FUNDS', payment_method_id: null });
  });

  test('sends a 3-D Secure card to its bank first', async () => {
    const { dodo, sandbox } = world;
    const session = await open();
    const before = paid();
    const bank = await submit(session.checkout_url!, { ...CARD, card: '4000002500003155' });
    const address = sandbox.url + bank.headers.get('location');
    expect(await (await fetch(address)).text()).toContain('Is it you?');
    const refused = await submit(address, { outcome: 'fail' });
    expect(refused.headers.get('location')).toBe(`/dodo/session/${session.session_id}`);
    expect(await (await fetch(session.checkout_url!)).text()).toContain('could not confirm');
    expect(paid()).toBe(before);
    for (let press = 0; press < 2; press += 1) await submit(address, { outcome: 'authenticate' });
    expect(paid()).toBe(before + 1);
    expect((await dodo.checkoutSessions.retrieve(session.session_id)).payment_status).toBe('succeeded');
    const left = await fetch(address, { redirect: 'manual' });
    expect(left.headers.get('location')).toBe(`/dodo/session/${session.session_id}`);
    expect((await fetch(`${sandbox.url}/dodo/3ds/auth_nothing`)).status).toBe(410);
  });

  test('offers what is saved to whom it knows, and to nobody else', async () => {
    const { dodo } = world;
    const buyer = await createBuyer(world);
    const { customer_id: id, email } = buyer.customer;
    const session = await open({ customer: { customer_id: id }, show_saved_payment_methods: true });
    expect(await (await fetch(session.checkout_url!)).text()).toContain(buyer.methodId);
    expect((await submit(session.checkout_url!, { card: buyer.methodId })).status).toBe(303);
    const { payment_id: payment } = await dodo.checkoutSessions.retrieve(session.session_id);
    expect((await dodo.payments.retrieve(payment!)).payment_method_id).toBe(buyer.methodId);
    const strange = await open({ customer: { email }, show_saved_payment_methods: true });
    await submit(strange.checkout_url!, { card: '4000000000000002', email });
    expect(await (await fetch(strange.checkout_url!)).text()).not.toContain(buyer.methodId);
    expect((await submit(strange.checkout_url!, { card: buyer.methodId })).status).toBe(402);
  });

  test('wants to know who pays', async () => {
    const session = await open();
    const refusal = await submit(session.checkout_url!, { card: '4242424242424242' });
    expect([refusal.status, (await refusal.text()).includes('Enter your email')]).toEqual([402, true]);
  });

  test('is open for a day; without a way back it says thank you', async () => {
    const { sandbox, dodo } = world;
    const session = await open();
    const here = await open({ return_url: null });
    expect(await (await submit(here.checkout_url!, CARD)).text()).toContain('Thank you');
    await sandbox.advance({ seconds: 24 * HOUR - 1 });
    expect((await fetch(session.checkout_url!)).status).toBe(200);
    await sandbox.advance({ seconds: 1 });
    expect((await fetch(session.checkout_url!)).status).toBe(410);
    expect((await submit(session.checkout_url!, CARD)).status).toBe(410);
    expect((await dodo.checkoutSessions.retrieve(session.session_id)).payment_id).toBeNull();
    expect((await fetch(`${sandbox.url}/dodo/session/cks_nothing`)).status).toBe(410);
  });
});

describe('a session whose details are final', () => {
  const confirm = (email: string) =>
    open({ confirm: true, customer: { email, name: 'Di' }, billing_address: BILLING, minimal_address: true });

  test('has its payment from the start, and that one is paid', async () => {
    const { dodo, receiver, sandbox } = world;
    await sandbox.idle();
    receiver.takeTypes();
    const session = await confirm('di@example.com');
    expect(session).toMatchObject({
      checkout_url: expect.stringContaining(session.session_id),
      client_secret: expect.any(String),
      publishable_key: expect.any(String),
    });
    expect((await dodo.payments.retrieve(session.payment_id!)).status).toBe('requires_payment_method');
    expect((await submit(session.checkout_url!, { card: '4242424242424242' })).status).toBe(303);
    expect((await dodo.payments.retrieve(session.payment_id!)).status).toBe('succeeded');
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['payment.succeeded']);
  });

  test('is open for a quarter of an hour; then its payment is cancelled', async () => {
    const { dodo, receiver, sandbox } = world;
    const session = await confirm('ed@example.com');
    await sandbox.advance({ seconds: 15 * 60 });
    expect((await fetch(session.checkout_url!)).status).toBe(410);
    expect((await dodo.payments.retrieve(session.payment_id!)).status).toBe('cancelled');
    expect(receiver.takeTypes()).toEqual(['payment.cancelled']);
  });
});

test('people find open checkouts and portals from the first page', async () => {
  const { sandbox } = world;
  const session = await open();
  const buyer = await createBuyer(world);
  expect(await (await fetch(sandbox.url)).text()).toContain('/sandbox/dodo/pages');
  const shown = await (await fetch(`${sandbox.url}/sandbox/dodo/pages`)).text();
  expect(shown).toContain(`/dodo/session/${session.session_id}`);
  const portal = await submit(`${sandbox.url}/sandbox/dodo/pages/portal/${buyer.customer.customer_id}`);
  expect(portal.headers.get('location')).toMatch(/^\/dodo\/portal\/\w+$/);
  await charge(world, buyer, productId);
});
