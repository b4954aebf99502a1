import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBuyer, createProduct, submit } from '../sandbox/dodo-support.js';
import {
  createBuyerApart,
  oneClick,
  providerFor,
  retrievePayment,
  settingsFor,
  startDodoWorld,
  urlOf,
  writesOf,
  type DodoWorld,
} from './dodo-support.js';
import { errorOf, expectStatus, METADATA, newAttempt, queryFor } from './money.js';

let world: DodoWorld;
let product: string;
beforeAll(async () => {
  world = await startDodoWorld();
  product = (await createProduct(world)).product_id;
});
beforeEach(() => world.sandbox.faults.clear());
afterAll(() => world.close());

const find = (command: ReturnType<typeof oneClick>, attempt: string, references = {}) =>
  world.provider.findCharge(queryFor(world, command, attempt, references));

describe('a one-click charge', () => {
  it('buys the product with the saved card, by one confirmed session', async () => {
    const buyer = await createBuyerApart(world);
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(oneClick(buyer, product), attempt);
    const calls = writesOf(world.recorder);
    expect(calls.map(({ line }) => line)).toEqual(['POST /dodo/checkouts']);
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      product_cart: [{ product_id: product, quantity: 1 }],
      customer: { customer_id: buyer.customer.customer_id },
      payment_method_id: buyer.methodId,
      confirm: true,
      billing_address: { country: 'US', zipcode: '94102' },
      minimal_address: true,
      billing_currency: 'USD',
      return_url: 'https://app.test/upsell-native',
      feature_flags: { redirect_immediately: true },
      metadata: { ...METADATA, uplift_attempt: attempt },
    });
    expect(outcome).toEqual({
      status: 'succeeded',
      references: { checkoutId: expect.stringMatching(/^cks_/), paymentId: expect.stringMatching(/^pay_/) },
      amount: 4_900,
      currency: 'USD',
      method: { kind: 'card', brand: 'visa', last4: '4242' },
    });
    expect(await retrievePayment(world, outcome)).toMatchObject({ total_amount: 4_900, status: 'succeeded' });
    expect(buyer.charges()).toMatchObject([{ provider: 'dodo', amount: 4_900, attempt }]);
    expect(await find(oneClick(buyer, product), attempt)).toEqual(outcome);
    expect(await find(oneClick(buyer, product), attempt, outcome.references)).toEqual(outcome);
  });

  it.each([{ amount: 4_899 }, { amount: 4_901 }, { currency: 'EUR' }])(
    'is not made for another price than was agreed: %j',
    async (more) => {
      const buyer = await createBuyerApart(world);
      expect(await world.provider.chargeOneClick(oneClick(buyer, product, more), newAttempt())).toEqual({
        status: 'failed',
        references: {},
        failure: { code: 'amount_changed', providerCode: 'preview_differs' },
      });
      expect(writesOf(world.recorder)).toEqual([]);
      expect(buyer.charges()).toEqual([]);
    },
  );

  it.each([
    ['4000000000000341', 'GENERIC_DECLINE'],
    ['4000000000009979', 'STOLEN_CARD'],
  ] as const)('that is declined is an outcome: %s', async (card, providerCode) => {
    const buyer = await createBuyerApart(world, card);
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(oneClick(buyer, product), attempt);
    expectStatus(outcome, 'failed');
    expect(outcome.failure).toEqual({ code: 'card_declined', providerCode });
    expect(outcome.references.paymentId).toMatch(/^pay_/);
    expect(await find(oneClick(buyer, product), attempt)).toEqual(outcome);
    expect(await world.provider.cancelCharge(queryFor(world, oneClick(buyer, product), attempt))).toEqual(outcome);
    expect(buyer.charges()).toEqual([]);
  });

  it('with a card of somebody else, or of nobody, moves nothing', async () => {
    const buyer = await createBuyerApart(world);
    const stranger = await createBuyer(world);
    for (const cardId of [stranger.methodId, 'pm_of_nobody']) {
      const command = oneClick(buyer, product, { cardId });
      expect(await world.provider.chargeOneClick(command, newAttempt())).toEqual({
        status: 'failed',
        references: {},
        failure: { code: 'method_not_usable', providerCode: 'NOT_FOUND' },
      });
    }
    expect(buyer.charges()).toEqual([]);
  });

  it('of somebody who has never paid cannot be billed, and asks for the page', async () => {
    const { customer_id: customerId } = await world.dodo.customers.create({ email: 'new@example.com', name: 'New' });
    const command = oneClick(await createBuyer(world), product, { customerId });
    expect(await world.provider.chargeOneClick(command, newAttempt())).toMatchObject({
      status: 'failed',
      failure: { code: 'method_not_usable', providerCode: 'billing_address_missing' },
    });
  });

  it.each([{ installments: 2 }, { productPriceId: undefined }, { productPriceId: 'pdt_of_nobody' }])(
    'of what Dodo does not sell is refused: %j',
    async (more) => {
      const buyer = await createBuyerApart(world);
      const command = { ...oneClick(buyer, product), ...more };
      expect((await errorOf(world.provider.chargeOneClick(command as never, newAttempt()))).outcome).toBe('refused');
      expect(buyer.charges()).toEqual([]);
    },
  );

  it('whose money takes its time is pending, and is found when it has come', async () => {
    const buyer = await createBuyerApart(world, '4000000000000077');
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(oneClick(buyer, product), attempt);
    expectStatus(outcome, 'pending');
    const query = queryFor(world, oneClick(buyer, product), attempt, outcome.references);
    await world.sandbox.advance({ seconds: 3 * 24 * 3_600 });
    expect(await world.provider.findCharge(query)).toMatchObject({ status: 'succeeded', amount: 4_900 });
    expect(await world.provider.findCharge({ ...query, references: {} })).toMatchObject({ status: 'succeeded' });
    expect(buyer.charges()).toHaveLength(1);
  });
});

describe('a bank that wants to see the owner', () => {
  it('is where the customer is sent, where Dodo says where that is', async () => {
    const buyer = await createBuyerApart(world, '4000002760003184');
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(oneClick(buyer, product), attempt);
    expectStatus(outcome, 'requires_action');
    expect(outcome.next).toEqual({ kind: 'authenticate', url: expect.stringContaining('/dodo/3ds/') });
    expect(await find(oneClick(buyer, product), attempt)).toEqual(outcome);
    expect(buyer.charges()).toEqual([]);
    await submit(urlOf(outcome), { outcome: 'authenticate' });
    expect(await find(oneClick(buyer, product), attempt)).toMatchObject({ status: 'succeeded', amount: 4_900 });
    expect(buyer.charges()).toHaveLength(1);
  });

  it('and does not recognise them, makes the charge fail', async () => {
    const buyer = await createBuyerApart(world, '4000002760003184');
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(oneClick(buyer, product), attempt);
    await submit(urlOf(outcome), { outcome: 'fail' });
    expect(await find(oneClick(buyer, product), attempt)).toMatchObject({
      status: 'failed',
      failure: { code: 'authentication_required', providerCode: 'AUTHENTICATION_REQUIRED' },
      references: outcome.references,
    });
  });

  it('without an address to go to is a failure, which Dodo cancels by itself', async () => {
    const buyer = await createBuyerApart(world, '4000002500003155');
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(oneClick(buyer, product), attempt);
    expectStatus(outcome, 'failed');
    expect(outcome.failure).toEqual({ code: 'authentication_required', providerCode: 'requires_customer_action' });
    const query = queryFor(world, oneClick(buyer, product), attempt, outcome.references);
    expect(await world.provider.cancelCharge(query)).toEqual(outcome);
    await world.sandbox.advance({ seconds: 16 * 60 });
    expect(await world.provider.cancelCharge(query)).toMatchObject({ status: 'canceled' });
    expect(buyer.charges()).toEqual([]);
  });
});

describe('a one-click charge without an answer', () => {
  it.each([
    ['the answer is lost', { kind: 'loseResponse' }, 1],
    ['the connection breaks', { kind: 'dropRequest' }, 0],
    ['Dodo answers 503', { kind: 'status', status: 503 }, 0],
    ['Dodo answers 500', { kind: 'status', status: 500 }, 0],
    ['Dodo answers 408', { kind: 'status', status: 408 }, 0],
  ] as const)('is unknown and sent once when %s; reading finds what there is', async (_name, fault, made) => {
    const buyer = await createBuyerApart(world);
    const attempt = newAttempt();
    world.sandbox.faults.api({ ...fault, method: 'POST', path: '*/checkouts' });
    const error = await errorOf(world.provider.chargeOneClick(oneClick(buyer, product), attempt));
    expect(error.outcome).toBe('unknown');
    expect(writesOf(world.recorder)).toHaveLength(1);
    expect(buyer.charges()).toHaveLength(made);
    const found = await find(oneClick(buyer, product), attempt);
    expect(found?.status).toBe(made === 1 ? 'succeeded' : undefined);
    expect(await find(oneClick(buyer, product), newAttempt())).toBeUndefined();
  });

  it('is open, never undone, when only the payment cannot be read', async () => {
    const buyer = await createBuyerApart(world);
    const attempt = newAttempt();
    world.recorder.before('POST /dodo/checkouts', () => {
      world.sandbox.faults.api({ kind: 'status', status: 429, method: 'GET', path: '*/payments/*', times: 9 });
      return Promise.resolve();
    });
    const outcome = await world.provider.chargeOneClick(oneClick(buyer, product), attempt);
    world.sandbox.faults.clear();
    expect(outcome).toEqual({
      status: 'pending',
      references: { checkoutId: expect.stringMatching(/^cks_/), paymentId: expect.stringMatching(/^pay_/) },
    });
    expect(await find(oneClick(buyer, product), attempt, outcome.references)).toMatchObject({ status: 'succeeded' });
    expect(buyer.charges()).toHaveLength(1);
  });

  it.each([
    ['Dodo is busy', { kind: 'status', status: 429 }, '*/checkouts'],
    ['the price cannot be asked for', { kind: 'status', status: 500, times: 2 }, '*/checkouts/preview'],
    ['the address cannot be read', { kind: 'dropRequest', times: 2 }, '*/payments*'],
  ] as const)('was not made when %s', async (_name, fault, path) => {
    const buyer = await createBuyerApart(world);
    world.sandbox.faults.api({ ...fault, path });
    const error = await errorOf(world.provider.chargeOneClick(oneClick(buyer, product), newAttempt()));
    expect(error.outcome).toBe('unavailable');
    expect(buyer.charges()).toEqual([]);
  });

  it('was not made when nobody could be reached', async () => {
    const buyer = await createBuyerApart(world);
    const nobody = providerFor(world, settingsFor('http://127.0.0.1:9'));
    expect((await errorOf(nobody.chargeOneClick(oneClick(buyer, product), newAttempt()))).outcome).toBe('unavailable');
  });

  it('is found among many payments, and a list that breaks off proves nothing', async () => {
    const buyer = await createBuyerApart(world);
    const attempt = newAttempt();
    await world.provider.chargeOneClick(oneClick(buyer, product), attempt);
    for (let count = 0; count < 205; count += 1) {
      await world.dodo.checkoutSessions.create({
        product_cart: [{ product_id: product, quantity: 1 }],
        customer: { customer_id: buyer.customer.customer_id },
        payment_method_id: buyer.methodId,
        confirm: true,
        billing_address: { country: 'US', zipcode: '94102' },
        minimal_address: true,
      });
    }
    expect(await find(oneClick(buyer, product), attempt)).toMatchObject({ status: 'succeeded' });
    world.recorder.take();
    expect(await find(oneClick(buyer, product), newAttempt())).toBeUndefined();
    expect(world.recorder.take().map(({ line }) => line)).toEqual(Array(4).fill('GET /dodo/payments'));
    world.sandbox.faults.api({ kind: 'status', status: 500, method: 'GET', path: '*/payments', times: 2 });
    expect((await errorOf(find(oneClick(buyer, product), newAttempt()))).outcome).toBe('unknown');
  });

  it('promises nothing of one that is not to be found', async () => {
    const buyer = await createBuyerApart(world);
    const query = queryFor(world, oneClick(buyer, product), newAttempt());
    expect((await errorOf(world.provider.cancelCharge(query))).outcome).toBe('unknown');
  });
});
