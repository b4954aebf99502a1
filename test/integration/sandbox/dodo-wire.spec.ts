import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APIConnectionError, AuthenticationError, NotFoundError, RateLimitError } from 'dodopayments';
import { startSandbox } from '../../../src/sandbox/index.js';
import { dodoClient } from '../../support/dodo-client.js';
import {
  API_KEY,
  charge,
  createBuyer,
  createPlan,
  createProduct,
  startDodoWorld,
  type DodoWorld,
} from './dodo-support.js';

let world: DodoWorld;
beforeAll(async () => {
  world = await startDodoWorld();
});
afterAll(() => world.close());

const call = (path: string, options: RequestInit = {}): Promise<Response> =>
  fetch(`${world.sandbox.url}/dodo${path}`, {
    ...options,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json', ...options.headers },
  });
const post = (path: string, body: unknown): Promise<Response> =>
  call(path, { method: 'POST', body: JSON.stringify(body) });
const answerOf = async (response: Response) => ({ status: response.status, ...((await response.json()) as object) });

describe('the door', () => {
  test('opens for the key alone', async () => {
    const stranger = dodoClient(world.sandbox, 'another key');
    await expect(stranger.payments.list()).rejects.toThrow(AuthenticationError);
    expect(await answerOf(await call('/payments', { headers: { authorization: '' } }))).toEqual({
      status: 401,
      code: 'UNAUTHORIZED',
      message: 'You are not authorised to perform this action',
    });
  });

  test('stays shut where the sandbox plays Stripe alone', async () => {
    const alone = await startSandbox({ stripe: { secretKey: 'sk_test_alone', webhookSecret: 'whsec_alone' } });
    await expect(dodoClient(alone, '').customers.list()).rejects.toThrow(AuthenticationError);
    await alone.close();
  });

  test('tells its own time and the limits of use with every answer', async () => {
    const first = await call('/payments');
    const second = await call('/payments');
    const left = [first, second].map(({ headers }) => Number(headers.get('x-ratelimit-remaining')));
    expect(left[0]! - left[1]!).toBe(1);
    expect(first.headers.get('x-ratelimit-limit')).toBe('240');
    expect(first.headers.get('date')).toBe(world.sandbox.now().toUTCString());
  });

  test('knows what it does not imitate', async () => {
    const unknown = await answerOf(await call('/payouts'));
    expect(unknown).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    await expect(world.dodo.payments.retrieve('pay_nothing')).rejects.toThrow(NotFoundError);
    await expect(world.dodo.payments.retrieve('../customers')).rejects.toThrow(NotFoundError);
  });
});

describe('bodies', () => {
  test.each([
    ['an unknown field', { email: 'a@example.com', name: 'A', nickname: 'B' }],
    ['a missing field', { email: 'a@example.com' }],
    ['another type', { email: 'a@example.com', name: 7 }],
    ['a list', []],
    ['metadata of objects', { email: 'a@example.com', name: 'A', metadata: { a: {} } }],
    ['metadata with long values', { email: 'a@example.com', name: 'A', metadata: { a: 'x'.repeat(501) } }],
    ['metadata with strange keys', { email: 'a@example.com', name: 'A', metadata: { 'a b': 'x' } }],
  ])('with %s are refused and change nothing', async (_what, body) => {
    const refusal = await answerOf(await post('/customers', body));
    expect(refusal).toMatchObject({ status: 422, code: 'INVALID_REQUEST_BODY' });
    expect((await world.dodo.customers.list({ email: 'a@example.com' })).items).toEqual([]);
  });

  test('take fifty keys of metadata, of three types', async () => {
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_none, n) => [`key-${n}`, n % 2 === 0]));
    const create = (metadata: Record<string, string | number | boolean>) =>
      world.dodo.customers.create({ email: 'meta@example.com', name: 'Meta', metadata });
    expect((await create({ ...keys(48), text: 't', number: 7 })).metadata).toMatchObject({ text: 't', number: 7 });
    await expect(create(keys(51))).rejects.toMatchObject({ error: { code: 'MAXIMUM_KEYS_REACHED' } });
  });
});

describe('customers and products', () => {
  test('are made, changed, read and listed', async () => {
    const { dodo, sandbox } = world;
    const customer = await dodo.customers.create({ email: 'eve@example.com', name: 'Eve', metadata: { user: 'u-1' } });
    expect(customer).toMatchObject({ customer_id: expect.stringMatching(/^cus_/), phone_number: null });
    await dodo.customers.update(customer.customer_id, { name: 'Eva', email: null, phone_number: '+55' });
    expect(await dodo.customers.retrieve(customer.customer_id)).toMatchObject({
      name: 'Eva',
      email: 'eve@example.com',
      phone_number: '+55',
      metadata: { user: 'u-1' },
    });
    expect((await dodo.customers.list({ name: 'ev', email: 'EVE@example.com' })).items).toHaveLength(1);
    const since = new Date(sandbox.now().getTime() + 1000).toISOString();
    expect((await dodo.customers.list({ created_at_gte: since })).items).toEqual([]);
    const { link } = await dodo.customers.customerPortal.create(customer.customer_id, {
      return_url: 'http://shop.example/account',
    });
    expect(link).toMatch(new RegExp(`^${sandbox.url}/dodo/portal/\\w+$`));
    const product = await createProduct(world);
    const plan = await createPlan(world, 'Pro', 3000);
    expect([product.is_recurring, plan.is_recurring]).toEqual([false, true]);
    const { items } = await dodo.products.list({ recurring: true });
    expect(items).toMatchObject([{ product_id: plan.product_id, price: 3000, currency: 'USD' }]);
    await dodo.products.update(product.product_id, { name: 'Renamed' });
    expect(await dodo.products.retrieve(product.product_id)).toMatchObject({ name: 'Renamed', price: { price: 4900 } });
    await expect(
      dodo.products.create({
        name: 'Metered',
        tax_category: 'saas',
        price: { ...plan.price, type: 'usage_based_price', fixed_price: 0 } as never,
      }),
    ).rejects.toMatchObject({ error: { code: 'INVALID_REQUEST_BODY' } });
  });
});

describe('faults', () => {
  test('a lost answer: the money has moved, the caller cannot know, and a repetition moves it again', async () => {
    const { dodo, sandbox } = world;
    const buyer = await createBuyer(world);
    const { product_id: productId } = await createProduct(world);
    const of = { customer_id: buyer.customer.customer_id };
    sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: '/dodo/checkouts' });
    await expect(charge(world, buyer, productId, { uplift_attempt: 'lost' })).rejects.toThrow(APIConnectionError);
    const found = (await dodo.payments.list(of)).items.filter(({ metadata }) => metadata.uplift_attempt === 'lost');
    expect(found).toMatchObject([{ status: 'succeeded', total_amount: 4900 }]);
    const attempts = () => sandbox.ledger().filter(({ attempt }) => attempt === 'lost');
    expect(attempts()).toHaveLength(1);
    await charge(world, buyer, productId, { uplift_attempt: 'lost' });
    expect(attempts()).toHaveLength(2);
  });

  test('a 500 may come after the charge, and an answer late', async () => {
    const { sandbox } = world;
    const buyer = await createBuyer(world);
    const { product_id: productId } = await createProduct(world);
    const path = '/dodo/checkouts';
    const charges = (attempt: string) => sandbox.ledger().filter((movement) => movement.attempt === attempt);
    sandbox.faults.api({ kind: 'failAfter', method: 'POST', path });
    await expect(charge(world, buyer, productId, { uplift_attempt: 'failed' })).rejects.toMatchObject({ status: 500 });
    expect(charges('failed')).toHaveLength(1);
    sandbox.faults.api({ kind: 'answerLate', milliseconds: 20, method: 'POST', path });
    await charge(world, buyer, productId, { uplift_attempt: 'late' });
    expect(charges('late')).toHaveLength(1);
  });

  test('a lost request moves nothing; 429, 500 and a hanging call are what they are', async () => {
    const { dodo, sandbox } = world;
    const buyer = await createBuyer(world);
    const { product_id: productId } = await createProduct(world);
    const before = sandbox.ledger().length;
    sandbox.faults.api({ kind: 'dropRequest', path: '/dodo/checkouts' });
    await expect(charge(world, buyer, productId)).rejects.toThrow(APIConnectionError);
    sandbox.faults.api({ kind: 'status', status: 429, path: '/dodo/*' });
    await expect(dodo.customers.list()).rejects.toThrow(RateLimitError);
    sandbox.faults.api({ kind: 'status', status: 500 });
    await expect(charge(world, buyer, productId)).rejects.toMatchObject({
      status: 500,
      error: { code: 'INTERNAL_SERVER_ERROR' },
    });
    sandbox.faults.api({ kind: 'hang', milliseconds: 20 });
    await expect(charge(world, buyer, productId)).rejects.toThrow(APIConnectionError);
    expect(sandbox.ledger()).toHaveLength(before);
    sandbox.faults.api({ kind: 'slow', milliseconds: 20 });
    await expect(charge(world, buyer, productId)).resolves.toMatchObject({ checkout_url: null });
  });
});
