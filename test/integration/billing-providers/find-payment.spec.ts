import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import {
  charges,
  errorOf,
  METADATA,
  newAttempt,
  oneClick,
  pix,
  post,
  saveCard,
  secondsOf,
  startPlan,
} from './money.js';
import { startWorld, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const OFFER = METADATA.offer_uuid;
const NONE = { attemptId: null, offerUuid: null, groupId: null };

/** A page of the merchant's own shop. */
async function shop(more: Partial<Stripe.Checkout.SessionCreateParams>, isPaid = true) {
  const session = await world.stripe.checkout.sessions.create({
    success_url: 'https://shop.test/thanks',
    ...more,
  } as Stripe.Checkout.SessionCreateParams);
  if (isPaid) await post(session.url ?? '', { card: '4242424242424242', email: 'ada@example.com' });
  return world.stripe.checkout.sessions.retrieve(session.id);
}

const priceOf = async (amount: number) => {
  const product = await world.stripe.products.create({ name: 'Course' });
  return world.stripe.prices.create({ currency: 'brl', unit_amount: amount, product: product.id });
};

describe('the payment of a shop’s checkout', () => {
  it('is told with its prices, its card and its labels, by either name', async () => {
    const { customerId } = await saveCard(world);
    const prices = [await priceOf(4_990), await priceOf(1_000)];
    const session = await shop({
      mode: 'payment',
      customer: customerId,
      line_items: prices.map(({ id }) => ({ price: id, quantity: 1 })),
      metadata: { offer_uuid: OFFER },
      payment_intent_data: { metadata: { group_id: 'team-7' } },
    });
    const paymentId = session.payment_intent as string;
    const found = await world.provider.findPayment({ checkoutId: session.id });
    expect(found).toEqual({
      paymentId,
      checkoutId: session.id,
      customerId,
      paid: true,
      isRefunded: false,
      refundedAmount: 0,
      createdAt: secondsOf(world),
      amount: 5_990,
      currency: 'BRL',
      method: { kind: 'card', brand: 'visa', last4: '4242' },
      priceIds: prices.map(({ id }) => id),
      isRecurring: false,
      attemptId: null,
      offerUuid: OFFER,
      groupId: 'team-7',
    });
    expect(await world.provider.findPayment({ paymentId })).toEqual(found);
  });

  it('goes by what is written on the payment before what is written on the page', async () => {
    const session = await shop({
      mode: 'payment',
      line_items: [{ price: (await priceOf(500)).id, quantity: 1 }],
      metadata: { offer_uuid: 'page', group_id: 'page' },
      payment_intent_data: { metadata: { offer_uuid: OFFER } },
    });
    expect(await world.provider.findPayment({ checkoutId: session.id })).toMatchObject({
      customerId: null,
      offerUuid: OFFER,
      groupId: 'page',
    });
  });

  it('does not exist yet while the page is open', async () => {
    const price = await priceOf(500);
    const session = await shop({ mode: 'payment', line_items: [{ price: price.id, quantity: 2 }] }, false);
    expect(await world.provider.findPayment({ checkoutId: session.id })).toMatchObject({
      paymentId: session.id,
      checkoutId: session.id,
      paid: false,
      amount: 1_000,
      priceIds: [price.id],
      ...NONE,
    });
  });

  it('of many lines names them all', async () => {
    const prices = await Promise.all(Array.from({ length: 12 }, () => priceOf(100)));
    const line_items = prices.map(({ id }) => ({ price: id, quantity: 1 }));
    const session = await shop({ mode: 'payment', line_items });
    const found = await world.provider.findPayment({ checkoutId: session.id });
    expect(found?.priceIds).toEqual(prices.map(({ id }) => id));
  });
});

describe('the payment of a subscription', () => {
  it('that was started by a checkout is one sale, whichever of its names is given', async () => {
    const { customerId } = await saveCard(world);
    const session = await shop({
      mode: 'subscription',
      customer: customerId,
      line_items: [{ price: world.prices.pro, quantity: 1 }],
      metadata: { offer_uuid: OFFER },
      subscription_data: { metadata: { group_id: 'team-7' } },
    });
    const invoiceId = session.invoice as string;
    const found = await world.provider.findPayment({ checkoutId: session.id });
    expect(found).toMatchObject({
      paymentId: invoiceId,
      checkoutId: session.id,
      customerId,
      paid: true,
      amount: 3_000,
      currency: 'USD',
      method: { kind: 'card', brand: 'visa', last4: '4242' },
      priceIds: [world.prices.pro],
      isRecurring: false,
      attemptId: null,
      offerUuid: OFFER,
      groupId: 'team-7',
    });
    const [charge] = charges(world);
    for (const paymentId of [invoiceId, charge?.payment_intent ?? '']) {
      expect(await world.provider.findPayment({ paymentId })).toEqual(found);
    }
  });

  it('is recurring when it is a renewal', async () => {
    const subscription = await world.subscribe();
    await world.sandbox.advance({ days: 32 });
    const { latest_invoice: renewal } = await world.stripe.subscriptions.retrieve(subscription.id);
    const payment = charges(world).at(-1)?.payment_intent ?? '';
    for (const paymentId of [renewal as string, payment]) {
      expect(await world.provider.findPayment({ paymentId })).toMatchObject({
        paymentId: renewal,
        paid: true,
        isRecurring: true,
        checkoutId: null,
      });
    }
    expect(await world.provider.findPayment({ paymentId: subscription.latest_invoice as string })).toMatchObject({
      isRecurring: false,
    });
  });
});

describe('a payment that was given back', () => {
  it('is refunded once all of it is', async () => {
    const saved = await saveCard(world);
    const { references } = await world.provider.chargeOneClick(oneClick(saved), newAttempt());
    const paymentId = references.paymentId ?? '';
    const find = () => world.provider.findPayment({ paymentId });
    await world.stripe.refunds.create({ payment_intent: paymentId, amount: 1 });
    expect(await find()).toMatchObject({ paid: true, isRefunded: false, refundedAmount: 1 });
    await world.stripe.refunds.create({ payment_intent: paymentId });
    expect(await find()).toMatchObject({ paid: true, isRefunded: true });
  });
});

describe('a payment of ours', () => {
  it('tells its attempt', async () => {
    const saved = await saveCard(world);
    const attempt = newAttempt();
    const { references } = await world.provider.chargeOneClick(oneClick(saved), attempt);
    expect(await world.provider.findPayment({ paymentId: references.paymentId ?? '' })).toMatchObject({
      attemptId: attempt,
      checkoutId: null,
      priceIds: [],
      isRecurring: false,
    });
  });

  it('tells its attempt also when it started a plan', async () => {
    const attempt = newAttempt();
    const { references } = await world.provider.startPlan(startPlan(world, await saveCard(world)), attempt);
    expect(await world.provider.findPayment({ paymentId: references.paymentId ?? '' })).toMatchObject({
      paymentId: expect.stringMatching(/^in_/),
      attemptId: attempt,
      isRecurring: false,
    });
  });

  it('is not paid while its Pix is open', async () => {
    const { customerId } = await saveCard(world);
    const { references } = await world.provider.createPixCharge(pix(customerId), newAttempt());
    expect(await world.provider.findPayment({ paymentId: references.paymentId ?? '' })).toMatchObject({
      paid: false,
      amount: 4_990,
      method: { kind: 'pix' },
    });
  });
});

describe('a payment that is not there', () => {
  it.each([{ paymentId: 'pi_none' }, { paymentId: 'in_none' }, { checkoutId: 'cs_none' }])('%j', async (reference) => {
    expect(await world.provider.findPayment(reference)).toBeUndefined();
  });

  it('is not said of one that could not be read', async () => {
    world.sandbox.faults.api({ kind: 'status', status: 500, method: 'GET', times: 2 });
    expect((await errorOf(world.provider.findPayment({ paymentId: 'pi_none' }))).outcome).toBe('unknown');
  });
});
