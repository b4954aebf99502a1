import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotFoundError, UnprocessableEntityError } from 'dodopayments';
import {
  BILLING,
  charge,
  control,
  createBuyer,
  createProduct,
  DAY,
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

const movementsOf = (customer: string) =>
  world.sandbox.ledger().filter((movement) => movement.customer === customer && movement.type === 'charge');

describe('one click', () => {
  test('charges the saved card at once; the same call again charges it again', async () => {
    const { dodo, receiver, sandbox } = world;
    const buyer = await createBuyer(world);
    const session = await charge(world, buyer, productId, { uplift_attempt: 'attempt-1' });
    expect(session).toMatchObject({ checkout_url: null, payment_id: expect.stringMatching(/^pay_/) });
    const payment = await dodo.payments.retrieve(session.payment_id!);
    expect(payment).toMatchObject({
      status: 'succeeded',
      total_amount: 4900,
      currency: 'USD',
      checkout_session_id: session.session_id,
      metadata: { uplift_attempt: 'attempt-1' },
      payment_method_id: buyer.methodId,
      card_last_four: '4242',
      product_cart: [{ product_id: productId, quantity: 1 }],
      subscription_id: null,
    });
    expect(await dodo.checkoutSessions.retrieve(session.session_id)).toMatchObject({
      payment_id: session.payment_id,
      payment_status: 'succeeded',
      customer_email: buyer.customer.email,
    });
    await dodo.checkoutSessions.create(
      {
        product_cart: [{ product_id: productId, quantity: 1 }],
        customer: { customer_id: buyer.customer.customer_id },
        payment_method_id: buyer.methodId,
        confirm: true,
        billing_address: BILLING,
        minimal_address: true,
        metadata: { uplift_attempt: 'attempt-1' },
      },
      { idempotencyKey: 'same', headers: { 'Idempotency-Key': 'same' } },
    );
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['payment.succeeded', 'payment.succeeded']);
    expect(movementsOf(buyer.customer.customer_id).slice(1)).toMatchObject([
      {
        provider: 'dodo',
        amount: 4900,
        payment_intent: session.payment_id,
        attempt: 'attempt-1',
        idempotency_key: null,
      },
      { provider: 'dodo', amount: 4900, attempt: 'attempt-1', outcome: 'succeeded' },
    ]);
  });

  test.each([
    ['4000000000000341', 'GENERIC_DECLINE'],
    ['4000000000009979', 'STOLEN_CARD'],
  ])('%s is declined without its owner (%s), with status 200', async (card, code) => {
    const { dodo, receiver, sandbox } = world;
    const buyer = await createBuyer(world, card);
    const session = await charge(world, buyer, productId);
    expect(await dodo.payments.retrieve(session.payment_id!)).toMatchObject({ status: 'failed', error_code: code });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['payment.failed']);
    expect(movementsOf(buyer.customer.customer_id).map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed']);
  });

  test('a card that wants its owner waits: without a link until it is cancelled, or with one until they come', async () => {
    const { dodo, receiver, sandbox } = world;
    const lonely = await charge(world, await createBuyer(world, '4000002500003155'), productId);
    expect(await dodo.payments.retrieve(lonely.payment_id!)).toMatchObject({
      status: 'requires_customer_action',
      payment_link: null,
    });
    const asked = await charge(world, await createBuyer(world, '4000002760003184'), productId);
    const waiting = await dodo.payments.retrieve(asked.payment_id!);
    expect(waiting.status).toBe('requires_customer_action');
    expect(await (await fetch(waiting.payment_link!)).text()).toContain('$49.00');
    for (let press = 0; press < 2; press += 1) {
      const answer = await submit(waiting.payment_link!, { outcome: 'authenticate' });
      expect(answer.headers.get('location')).toContain(`payment_id=${asked.payment_id}&status=succeeded`);
    }
    await sandbox.advance({ seconds: 15 * 60 });
    expect(receiver.takeTypes()).toEqual(['payment.succeeded', 'payment.cancelled']);
    expect((await dodo.payments.retrieve(lonely.payment_id!)).status).toBe('cancelled');
    const refused = await charge(world, await createBuyer(world, '4000002760003184'), productId);
    await submit((await dodo.payments.retrieve(refused.payment_id!)).payment_link!, { outcome: 'fail' });
    expect(await dodo.payments.retrieve(refused.payment_id!)).toMatchObject({
      status: 'failed',
      error_code: 'AUTHENTICATION_REQUIRED',
    });
  });

  test('a slow bank leaves it processing for two days, or until it answers', async () => {
    const { dodo, receiver, sandbox } = world;
    const buyer = await createBuyer(world, '4000000000000077');
    const first = await charge(world, buyer, productId);
    const second = await charge(world, buyer, productId);
    expect((await dodo.payments.retrieve(first.payment_id!)).status).toBe('processing');
    expect(movementsOf(buyer.customer.customer_id)).toHaveLength(1);
    const settle = `dodo/payments/${second.payment_id}/settle`;
    expect((await control(world, settle, { status: 'failed' })).status).toBe(200);
    expect((await control(world, settle, { status: 'failed' })).status).toBe(400);
    await sandbox.advance({ seconds: 2 * DAY });
    expect(receiver.takeTypes()).toEqual([
      'payment.processing',
      'payment.processing',
      'payment.failed',
      'payment.succeeded',
    ]);
    expect(movementsOf(buyer.customer.customer_id).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'failed',
      'succeeded',
    ]);
  });

  test('an expired card fails; its expiry is shown as text', async () => {
    const { dodo, sandbox } = world;
    const now = sandbox.now();
    const expiry = `${String(now.getUTCMonth() + 1).padStart(2, '0')}/${String(now.getUTCFullYear()).slice(2)}`;
    const buyer = await createBuyer(world, '5555555555554444', productId, { expiry });
    const { items } = await dodo.customers.retrievePaymentMethods(buyer.customer.customer_id);
    expect(items[0]!.card).toMatchObject({ expiry_month: expiry.slice(0, 2), expiry_year: expiry.slice(3) });
    await sandbox.advance({ days: 31 });
    const session = await charge(world, buyer, productId);
    expect((await dodo.payments.retrieve(session.payment_id!)).error_code).toBe('EXPIRED_CARD');
  });

  test('refuses methods of others, wallets, foreign currencies and missing addresses, and charges nothing', async () => {
    const { dodo, sandbox } = world;
    const [buyer, other] = [await createBuyer(world), await createBuyer(world)];
    const wallet = await createBuyer(world, 'wallet');
    const rupees = await createProduct(world, 100_000, 'INR');
    const indian = await createBuyer(world, '4576238912771450', rupees.product_id);
    const before = sandbox.ledger().length;
    const request = {
      product_cart: [{ product_id: productId, quantity: 1 }],
      customer: { customer_id: buyer.customer.customer_id },
      payment_method_id: buyer.methodId,
      confirm: true,
      billing_address: BILLING,
      minimal_address: true,
    };
    await expect(charge(world, { ...buyer, methodId: other.methodId }, productId)).rejects.toThrow(NotFoundError);
    for (const rejected of [
      charge(world, wallet, productId),
      charge(world, indian, productId),
      dodo.checkoutSessions.create({ ...request, allowed_payment_method_types: ['pix'] }),
    ])
      await expect(rejected).rejects.toMatchObject({ status: 422, error: { code: 'NO_ELIGIBLE_PAYMENT_METHODS' } });
    for (const wrong of [
      { confirm: false },
      { billing_address: null },
      { billing_address: { country: 'US' as const } },
      { minimal_address: false },
      { customer: { email: buyer.customer.email } },
    ])
      await expect(dodo.checkoutSessions.create({ ...request, ...wrong })).rejects.toMatchObject({
        error: { code: 'INVALID_REQUEST_PARAMETERS' },
      });
    expect(sandbox.ledger()).toHaveLength(before);
    await expect(charge(world, indian, rupees.product_id)).resolves.toMatchObject({ checkout_url: null });
  });

  test('a deleted method is gone', async () => {
    const { dodo } = world;
    const buyer = await createBuyer(world);
    const params = { customer_id: buyer.customer.customer_id };
    const other = await createBuyer(world);
    await expect(
      dodo.customers.deletePaymentMethod(buyer.methodId, { customer_id: other.customer.customer_id }),
    ).rejects.toThrow(NotFoundError);
    await dodo.customers.deletePaymentMethod(buyer.methodId, params);
    expect((await dodo.customers.retrievePaymentMethods(params.customer_id)).items).toEqual([]);
    await expect(charge(world, buyer, productId)).rejects.toThrow(NotFoundError);
  });
});

describe('a cart', () => {
  const sell = (product_cart: { product_id: string; quantity: number; amount?: number }[]) =>
    world.dodo.checkoutSessions.preview({ product_cart, billing_address: BILLING });

  test('costs what the merchant says, times its quantity, less the discount of the product', async () => {
    const { dodo } = world;
    const reduced = await dodo.products.create({
      name: 'Reduced',
      tax_category: 'e_book',
      price: { type: 'one_time_price', price: 1999, currency: 'USD', discount_bps: 1500 },
    });
    const open = await dodo.products.create({
      name: 'Pay what you want',
      tax_category: 'edtech',
      price: { type: 'one_time_price', price: 500, currency: 'USD', pay_what_you_want: true },
    });
    const cart = [
      { product_id: productId, quantity: 2, amount: 1 },
      { product_id: reduced.product_id, quantity: 1 },
      { product_id: open.product_id, quantity: 1, amount: 700 },
    ];
    expect(await sell(cart)).toMatchObject({
      currency: 'USD',
      total_price: 9800 + 1699 + 700,
      current_breakup: { subtotal: 12_199, discount: 0, total_amount: 12_199 },
      product_cart: [{ og_price: 9800, name: 'Course' }, {}, {}],
    });
    const refusedWith = async (items: Parameters<typeof sell>[0], code: string) =>
      expect(sell(items)).rejects.toMatchObject({ error: { code } });
    await refusedWith([{ product_id: open.product_id, quantity: 1 }], 'PAY_AS_YOU_WANT_AMOUNT_REQUIRED');
    await refusedWith([{ product_id: open.product_id, quantity: 1, amount: 1 }], 'REQUEST_AMOUNT_BELOW_MINIMUM');
    await refusedWith([], 'PRODUCT_CART_EMTPY');
    await refusedWith([{ product_id: 'pdt_nothing', quantity: 1 }], 'NOT_FOUND');
    const cent = await createProduct(world, 1);
    await refusedWith([{ product_id: cent.product_id, quantity: 1 }], 'TOTAL_PAYMENT_AMOUNT_BELOW_MINIMUM_AMOUNT');
    const foreign = await createProduct(world, 900, 'EUR');
    await expect(sell([...cart, { product_id: foreign.product_id, quantity: 1 }])).rejects.toThrow(
      UnprocessableEntityError,
    );
  });
});

describe('payments', () => {
  test('are listed by customer, time, status, product and page; pages count from zero', async () => {
    const { dodo, sandbox } = world;
    const buyer = await createBuyer(world);
    await sandbox.advance({ days: 1 });
    const since = sandbox.now();
    await sandbox.advance({ seconds: 1 });
    for (let index = 0; index < 11; index += 1) await charge(world, buyer, productId, { uplift_attempt: `${index}` });
    const of = { customer_id: buyer.customer.customer_id };
    const listed: string[] = [];
    for await (const payment of dodo.payments.list({ ...of, page_number: 0, page_size: 5 }))
      listed.push(String(payment.metadata.uplift_attempt ?? 'first'));
    expect(listed).toEqual(['10', '9', '8', '7', '6', '5', '4', '3', '2', '1', '0', 'first']);
    // Whoever trusts the client's own beginning misses the second page.
    const quirk: string[] = [];
    for await (const { payment_id: id } of dodo.payments.list({ ...of, page_size: 5 })) quirk.push(id);
    expect(quirk).toHaveLength(7);
    expect((await dodo.payments.list(of)).items).toHaveLength(10);
    expect(
      (await dodo.payments.list({ ...of, created_at_gte: since.toISOString(), page_size: 100 })).items,
    ).toHaveLength(11);
    expect((await dodo.payments.list({ ...of, created_at_lte: since.toISOString() })).items).toHaveLength(1);
    expect((await dodo.payments.list({ ...of, status: 'failed' })).items).toEqual([]);
    expect((await dodo.payments.list({ ...of, product_id: 'pdt_other' })).items).toEqual([]);
    expect((await dodo.payments.list({ ...of, product_id: productId, page_size: 100 })).items).toHaveLength(11);
    await expect(dodo.payments.list({ page_size: 101 })).rejects.toThrow(UnprocessableEntityError);
  });
});

test('payloads are typed on the wire', async () => {
  const buyer = await createBuyer(world);
  await charge(world, buyer, productId);
  await world.sandbox.idle();
  expect(payloadsOf(world.receiver, 'Payment').at(-1)).toMatchObject({
    payload_type: 'Payment',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    customer: { customer_id: buyer.customer.customer_id, metadata: {} },
  });
});
