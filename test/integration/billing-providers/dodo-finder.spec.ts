import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBuyer, createPlan, createProduct, DAY } from '../sandbox/dodo-support.js';
import { checkout, oneClick, payPage, startDodoWorld, urlOf, type DodoWorld } from './dodo-support.js';
import { errorOf, METADATA, newAttempt } from './money.js';

let world: DodoWorld;
let product: string;
let plan: string;
beforeAll(async () => {
  world = await startDodoWorld();
  product = (await createProduct(world)).product_id;
  plan = (await createPlan(world, 'Pro', 3_000)).product_id;
});
beforeEach(() => world.sandbox.faults.clear());
afterAll(() => world.close());

const paymentsOf = async (subscriptionId: string) =>
  (await world.dodo.payments.list({ subscription_id: subscriptionId, page_number: 0 })).items.toSorted((left, right) =>
    left.created_at.localeCompare(right.created_at),
  );

describe('a payment that is looked for', () => {
  it('by its id or its checkout’s is the same', async () => {
    const buyer = await createBuyer(world, undefined, product);
    const payment = await world.dodo.payments.retrieve(buyer.paymentId);
    const found = await world.provider.findPayment({ paymentId: buyer.paymentId });
    expect(found).toEqual({
      paymentId: buyer.paymentId,
      checkoutId: payment.checkout_session_id,
      customerId: buyer.customer.customer_id,
      paid: true,
      isRefunded: false,
      refundedAmount: 0,
      refundIds: [],
      createdAt: Math.floor(Date.parse(payment.created_at) / 1_000),
      amount: 4_900,
      currency: 'USD',
      method: { kind: 'card', brand: 'visa', last4: '4242' },
      priceIds: [product],
      isRecurring: false,
      attemptId: null,
      offerUuid: null,
      groupId: null,
    });
    expect(await world.provider.findPayment({ checkoutId: payment.checkout_session_id ?? '' })).toEqual(found);
  });

  it('tells the labels of ours', async () => {
    const attemptId = newAttempt();
    const { references } = await world.provider.chargeOneClick(oneClick(await createBuyer(world), product), attemptId);
    expect(await world.provider.findPayment({ paymentId: references.paymentId ?? '' })).toMatchObject({
      attemptId,
      offerUuid: METADATA.offer_uuid,
      groupId: METADATA.group_id,
    });
  });

  it('that failed is none yet', async () => {
    const buyer = await createBuyer(world, '4000000000000341');
    const { references } = await world.provider.chargeOneClick(oneClick(buyer, product), newAttempt());
    expect(await world.provider.findPayment({ paymentId: references.paymentId ?? '' })).toMatchObject({
      paid: false,
      isRefunded: false,
      amount: 4_900,
    });
  });

  it('of a page that nobody has paid stands for the page', async () => {
    const { customer_id: customerId } = await world.dodo.customers.create({ email: 'page@example.com', name: 'Ada' });
    const outcome = await world.provider.createCheckout(checkout(world, customerId, product), newAttempt());
    const checkoutId = outcome.references.checkoutId ?? '';
    expect(await world.provider.findPayment({ checkoutId })).toMatchObject({ paymentId: checkoutId, paid: false });
    await payPage(world, urlOf(outcome));
    expect(await world.provider.findPayment({ checkoutId })).toMatchObject({
      paymentId: expect.stringMatching(/^pay_/),
      checkoutId,
      paid: true,
      priceIds: [product],
    });
  });

  it('is none where Dodo has none, and unknown where it does not say', async () => {
    expect(await world.provider.findPayment({ paymentId: 'pay_of_nobody' })).toBeUndefined();
    expect(await world.provider.findPayment({ checkoutId: 'cks_of_nobody' })).toBeUndefined();
    world.sandbox.faults.api({ kind: 'status', status: 500, path: '*/payments/*', times: 2 });
    expect((await errorOf(world.provider.findPayment({ paymentId: 'pay_of_nobody' }))).outcome).toBe('unknown');
    world.sandbox.faults.api({ kind: 'status', status: 500, path: '*/payments/*' });
    expect(await world.provider.findPayment({ paymentId: 'pay_of_nobody' })).toBeUndefined();
  });
});

describe('a payment of a subscription', () => {
  it('is a sale of its plan the first time, and recurring after that', async () => {
    const buyer = await createBuyer(world, undefined, plan);
    const first = await world.dodo.payments.retrieve(buyer.paymentId);
    expect(await world.provider.findPayment({ paymentId: buyer.paymentId })).toMatchObject({
      paid: true,
      isRecurring: false,
      priceIds: [plan],
      amount: 3_000,
    });
    await world.sandbox.advance({ seconds: 32 * DAY });
    const [, renewal] = await paymentsOf(first.subscription_id ?? '');
    expect(await world.provider.findPayment({ paymentId: renewal?.payment_id ?? '' })).toMatchObject({
      paid: true,
      isRecurring: true,
      priceIds: [],
    });
    expect(await world.provider.findPayment({ paymentId: buyer.paymentId })).toMatchObject({ isRecurring: false });
  });

  it('that pays for another plan is no sale', async () => {
    const buyer = await createBuyer(world, undefined, plan);
    const ultra = await createPlan(world, 'Ultra', 8_000);
    const { subscription_id: subscriptionId } = await world.dodo.payments.retrieve(buyer.paymentId);
    await world.sandbox.advance({ seconds: DAY });
    const change = await world.dodo.subscriptions.changePlan(subscriptionId ?? '', {
      product_id: ultra.product_id,
      quantity: 1,
      proration_billing_mode: 'difference_immediately',
    });
    expect(await world.provider.findPayment({ paymentId: change.payment_id ?? '' })).toMatchObject({
      amount: 5_000,
      isRecurring: true,
    });
  });
});

describe('the saved cards', () => {
  it('are the customer’s, the last used one first', async () => {
    const buyer = await createBuyer(world);
    const customerId = buyer.customer.customer_id;
    await world.sandbox.advance({ seconds: 60 });
    const page = await world.provider.createCheckout(checkout(world, customerId, product), newAttempt());
    await payPage(world, urlOf(page), '5555555555554444');
    const [mastercard, visa] = await world.provider.listPaymentMethods(customerId);
    expect(mastercard).toMatchObject({ brand: 'mastercard', last4: '4444', fingerprint: null, isReusable: true });
    expect(visa).toMatchObject({ id: buyer.methodId, brand: 'visa', last4: '4242' });
    expect(visa?.expiryYear).toBeGreaterThan(2_025);
    await world.sandbox.advance({ seconds: 60 });
    await world.provider.chargeOneClick(oneClick(buyer, product), newAttempt());
    expect((await world.provider.listPaymentMethods(customerId)).map(({ last4 }) => last4)).toEqual(['4242', '4444']);
  });

  it('are none for somebody new, and refused for nobody', async () => {
    const { customer_id: customerId } = await world.dodo.customers.create({ email: 'none@example.com', name: 'Ada' });
    expect(await world.provider.listPaymentMethods(customerId)).toEqual([]);
    expect((await errorOf(world.provider.listPaymentMethods('cus_of_nobody'))).outcome).toBe('refused');
  });
});
