import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stripe } from 'stripe';
import {
  clientOf,
  createCatalogue,
  createCustomer,
  SECRET_KEY,
  startWorld,
  subscribe,
  type Catalogue,
  type World,
} from './support.js';

let world: World;
let catalogue: Catalogue;
beforeAll(async () => {
  world = await startWorld();
  catalogue = await createCatalogue(world.stripe);
});
afterAll(() => world.close());

const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${world.sandbox.url}${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${SECRET_KEY}`, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

describe('errors', () => {
  test('are not given to whoever shows the key as the user of HTTP Basic, as curl -u does', async () => {
    const statusFor = async (user: string): Promise<number> => {
      const headers = { authorization: `Basic ${Buffer.from(`${user}:`).toString('base64')}` };
      return (await fetch(`${world.sandbox.url}/v1/customers`, { headers })).status;
    };
    expect(await statusFor(SECRET_KEY)).toBe(200);
    expect(await statusFor('sk_test_wrong')).toBe(401);
  });

  test('are what the official client expects', async () => {
    const { stripe, sandbox } = world;
    await expect(clientOf(sandbox.url, 'sk_test_wrong').customers.list()).rejects.toMatchObject({
      type: 'StripeAuthenticationError',
      statusCode: 401,
    });
    await expect(stripe.customers.retrieve('cus_none')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
    });
    await expect(stripe.subscriptions.create({ items: [{ price: catalogue.pro.id }] })).rejects.toMatchObject({
      statusCode: 400,
      code: 'parameter_missing',
      param: 'customer',
    });
    await expect(stripe.customers.create({ nickname: 'Bo' } as never)).rejects.toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'nickname',
      requestId: expect.stringMatching(/^req_\w{14}$/),
    });
    await expect(
      stripe.checkout.sessions.create({ mode: 'payment', payment_method_types: ['card'] } as never),
    ).rejects.toMatchObject({ code: 'payment_method_types_no_longer_supported' });
    await expect(stripe.customers.retrieve('cus_none', { expand: ['nonsense'] })).rejects.toMatchObject({
      statusCode: 404,
    });
    await expect(stripe.customers.list({ expand: ['data.nonsense'] })).resolves.toMatchObject({ data: [] });
  });

  test('a key named __proto__ is only an unknown parameter', async () => {
    const response = await post('/v1/customers', '__proto__[polluted]=1');
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
      400,
      'parameter_unknown',
    ]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('without a portal configuration', async () => {
    const bare = await startWorld({ stripe: { portalConfiguration: false } });
    const customer = await createCustomer(bare.stripe);
    await expect(bare.stripe.billingPortal.sessions.create({ customer: customer.id })).rejects.toThrow(
      'No configuration provided and your test mode default configuration has not been created',
    );
    await bare.close();
  });
});

describe('idempotency keys', () => {
  test('replay the first answer and refuse other parameters', async () => {
    const { stripe } = world;
    const key = { idempotencyKey: 'order-1' };
    const first = await stripe.customers.create({ email: 'one@example.com' }, key);
    const second = await stripe.customers.create({ email: 'one@example.com' }, key);
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    await expect(stripe.customers.create({ email: 'two@example.com' }, key)).rejects.toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
    });
  });

  test('replay a 500, but not a failed validation', async () => {
    const { stripe, sandbox } = world;
    sandbox.faults.api({ kind: 'status', status: 500, method: 'POST', path: '/v1/customers' });
    for (const _ of [1, 2])
      await expect(stripe.customers.create({}, { idempotencyKey: 'broken' })).rejects.toMatchObject({
        statusCode: 500,
      });
    await expect(stripe.customers.create({ no: 1 } as never, { idempotencyKey: 'typo' })).rejects.toMatchObject({
      statusCode: 400,
    });
    await expect(stripe.customers.create({}, { idempotencyKey: 'typo' })).resolves.toMatchObject({
      object: 'customer',
    });
  });

  test('replay a 500 that came after the call was performed, which happened once', async () => {
    const { stripe, sandbox } = world;
    const email = 'performed@example.com';
    sandbox.faults.api({ kind: 'failAfter', method: 'POST', path: '/v1/customers', skip: 1 });
    await stripe.customers.create({ email: 'skipped@example.com' });
    for (const _ of [1, 2])
      await expect(stripe.customers.create({ email }, { idempotencyKey: 'performed' })).rejects.toMatchObject({
        statusCode: 500,
      });
    expect((await stripe.customers.list({ email })).data).toHaveLength(1);
  });

  test('are performed before an answer that comes late', async () => {
    const { stripe, sandbox } = world;
    const email = 'late@example.com';
    sandbox.faults.api({ kind: 'answerLate', milliseconds: 300, method: 'POST', path: '/v1/customers' });
    const answering = stripe.customers.create({ email });
    while ((await stripe.customers.list({ email })).data.length === 0);
    const first = await Promise.race([answering.then(() => 'answer'), Promise.resolve('customer')]);
    expect(first).toBe('customer');
    await expect(answering).resolves.toMatchObject({ email });
  });

  test('meet 409 while the first call runs', async () => {
    const { stripe, sandbox } = world;
    sandbox.faults.api({ kind: 'slow', milliseconds: 150, method: 'POST', path: '/v1/customers' });
    const key = { idempotencyKey: 'twins' };
    const results = await Promise.allSettled([stripe.customers.create({}, key), stripe.customers.create({}, key)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const rejected = results.find((result) => result.status === 'rejected')!;
    expect(rejected.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  });

  test('protect a charge whose answer was lost', async () => {
    const { sandbox, stripe } = world;
    const customer = await createCustomer(stripe);
    const retrying = new Stripe(SECRET_KEY, {
      host: '127.0.0.1',
      port: Number(new URL(sandbox.url).port),
      protocol: 'http',
      maxNetworkRetries: 1,
      telemetry: false,
    });
    sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: '/v1/payment_intents' });
    const before = sandbox.ledger().length;
    const method = await stripe.customers.listPaymentMethods(customer.id);
    const intent = await retrying.paymentIntents.create(
      {
        amount: 500,
        currency: 'usd',
        customer: customer.id,
        payment_method: method.data[0]!.id,
        off_session: true,
        confirm: true,
        allowed_payment_method_types: ['card'],
      },
      { idempotencyKey: 'sale-1' },
    );
    expect(intent.status).toBe('succeeded');
    const movements = sandbox.ledger().slice(before);
    expect(movements).toMatchObject([
      { amount: 500, outcome: 'succeeded', idempotency_key: 'sale-1', payment_intent: intent.id },
    ]);
  });
});

describe('objects and lists', () => {
  test('page, expand and filter', async () => {
    const { stripe } = world;
    for (const name of ['a', 'b', 'c']) await stripe.customers.create({ email: 'page@example.com', name });
    const first = await stripe.customers.list({ email: 'page@example.com', limit: 2 });
    expect([first.data.map(({ name }) => name), first.has_more]).toEqual([['c', 'b'], true]);
    const next = await stripe.customers.list({
      email: 'page@example.com',
      limit: 2,
      starting_after: first.data[1]!.id,
    });
    expect([next.data.map(({ name }) => name), next.has_more]).toEqual([['a'], false]);
    const names: unknown[] = [];
    for await (const customer of stripe.customers.list({ email: 'page@example.com', limit: 1 }))
      names.push(customer.name);
    expect(names).toEqual(['c', 'b', 'a']);
  });

  test('carry real ids and expand several levels', async () => {
    const { stripe } = world;
    const created = await subscribe(world, catalogue.pro);
    expect(created.id).toMatch(/^sub_1\w{23}$/);
    expect(created.latest_invoice).toMatch(/^in_1\w{23}$/);
    const subscription = await stripe.subscriptions.retrieve(created.id, {
      expand: ['customer', 'latest_invoice.payments', 'latest_invoice.confirmation_secret', 'items.data.price.product'],
    });
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    expect(invoice.payments!.data[0]!.payment.payment_intent).toMatch(/^pi_3/);
    expect(invoice.confirmation_secret!.client_secret).toContain('_secret_');
    expect(subscription.customer).toMatchObject({ object: 'customer', email: 'ada@example.com' });
    expect(subscription.items.data[0]!.price.product).toMatchObject({ object: 'product', name: 'Pro' });
    const intent = String(invoice.payments!.data[0]!.payment.payment_intent);
    const payments = await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent } });
    expect(payments.data.map(({ invoice: id }) => id)).toEqual([invoice.id]);
    const updated = await stripe.customers.update(String((subscription.customer as Stripe.Customer).id), {
      metadata: { a: '1', b: '2' },
    });
    expect((await stripe.customers.update(updated.id, { metadata: { a: '' } })).metadata).toEqual({ b: '2' });
  });

  test('events can be listed by type and time', async () => {
    const { stripe, sandbox } = world;
    const created = Math.floor(sandbox.now().getTime() / 1000);
    const events = await stripe.events.list({
      types: ['customer.created', 'invoice.paid'],
      created: { gte: created },
      limit: 100,
    });
    expect(new Set(events.data.map(({ type }) => type))).toEqual(new Set(['customer.created', 'invoice.paid']));
    expect((await stripe.events.retrieve(events.data[0]!.id)).api_version).toBe('2026-10-28.endive');
    expect((await stripe.events.list({ created: { gt: created } })).data).toEqual([]);
  });

  test('a refund is in the ledger', async () => {
    const { stripe, sandbox } = world;
    const intent = await stripe.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      allowed_payment_method_types: ['card'],
    });
    await stripe.refunds.create({ payment_intent: intent.id, amount: 200 });
    expect(sandbox.ledger().at(-1)).toMatchObject({ type: 'refund', amount: 200, payment_intent: intent.id });
    await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 600 })).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});
