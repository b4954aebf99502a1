import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBuyer, createProduct, DAY, HOUR, type Buyer } from '../sandbox/dodo-support.js';
import { refund, startDodoWorld, writesOf, type DodoWorld } from './dodo-support.js';
import { errorOf, expectStatus, newAttempt, queryFor } from './money.js';

let world: DodoWorld;
beforeAll(async () => {
  world = await startDodoWorld();
});
beforeEach(() => {
  world.sandbox.faults.clear();
  world.recorder.take();
});
afterAll(() => world.close());

const returnsOf = ({ customer }: Buyer) =>
  world.sandbox
    .ledger()
    .filter((one) => one.customer === customer.customer_id && one.type === 'refund' && one.outcome === 'succeeded');
const find = (command: ReturnType<typeof refund>, attempt: string, references = {}) =>
  world.provider.findCharge(queryFor(world, command, attempt, { paymentId: command.paymentId, ...references }));

describe('a refund', () => {
  it('of everything names no items', async () => {
    const buyer = await createBuyer(world);
    const attempt = newAttempt();
    world.recorder.take();
    const outcome = await world.provider.refund(refund(buyer), attempt);
    expect(writesOf(world.recorder).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { payment_id: buyer.paymentId, reason: 'requested_by_customer', metadata: { uplift_attempt: attempt } },
    ]);
    expect(outcome).toEqual({
      status: 'succeeded',
      references: { paymentId: buyer.paymentId, refundId: expect.stringMatching(/^ref_/) },
      amount: 4_900,
    });
    expect(await find(refund(buyer), attempt)).toEqual(outcome);
    expect(await find(refund(buyer), attempt, outcome.references)).toEqual(outcome);
    expect(await world.provider.findPayment({ paymentId: buyer.paymentId })).toMatchObject({
      paid: true,
      isRefunded: true,
      refundedAmount: 4_900,
    });
    expect(returnsOf(buyer)).toMatchObject([{ amount: 4_900 }]);
  });

  it('of a part goes by the items, and so does what is left', async () => {
    const buyer = await createBuyer(world);
    const part = await world.provider.refund(refund(buyer, { amount: 900 }), newAttempt());
    expect(part).toMatchObject({ status: 'succeeded', amount: 900 });
    expect(await world.provider.findPayment({ paymentId: buyer.paymentId })).toMatchObject({
      isRefunded: false,
      refundedAmount: 900,
    });
    world.recorder.take();
    expect(await world.provider.refund(refund(buyer, { amount: 4_000 }), newAttempt())).toMatchObject({
      status: 'succeeded',
      amount: 4_000,
    });
    expect(JSON.parse(writesOf(world.recorder)[0]?.body ?? '')).toMatchObject({
      items: [{ amount: 4_000, tax_inclusive: true }],
    });
    expect(await world.provider.findPayment({ paymentId: buyer.paymentId })).toMatchObject({
      isRefunded: true,
      refundedAmount: 4_900,
    });
    expect(returnsOf(buyer).map(({ amount }) => amount)).toEqual([900, 4_000]);
  });

  it.each([
    ['more than was paid', { amount: 4_901 }],
    ['another currency', { currency: 'EUR' }],
  ])('of %s is not made', async (_name, more) => {
    const buyer = await createBuyer(world);
    world.recorder.take();
    expect(await world.provider.refund(refund(buyer, more), newAttempt())).toEqual({
      status: 'failed',
      references: { paymentId: buyer.paymentId },
      failure: { code: 'provider_refused', providerCode: 'amount_not_refundable' },
    });
    expect(writesOf(world.recorder)).toEqual([]);
    expect(returnsOf(buyer)).toEqual([]);
  });

  it('of what has gone back already, or is too old, is a failure', async () => {
    const [twice, old] = [await createBuyer(world), await createBuyer(world)];
    await world.provider.refund(refund(twice), newAttempt());
    expect(await world.provider.refund(refund(twice), newAttempt())).toMatchObject({
      status: 'failed',
      failure: { code: 'provider_refused' },
    });
    expect(returnsOf(twice)).toHaveLength(1);
    await world.sandbox.advance({ seconds: 91 * DAY });
    expect(await world.provider.refund(refund(old), newAttempt())).toMatchObject({
      status: 'failed',
      failure: { code: 'provider_refused', providerCode: 'REFUND_WINDOW_EXPIRED' },
    });
  });

  it.each([
    ['4000000000007726', { status: 'succeeded', amount: 4_900 }],
    ['4000000000005126', { status: 'failed', failure: { code: 'provider_refused', providerCode: 'refund_failed' } }],
  ])('that takes its time is pending, and found when it is over: %s', async (card, end) => {
    const buyer = await createBuyer(world, card);
    const attempt = newAttempt();
    const outcome = await world.provider.refund(refund(buyer), attempt);
    expectStatus(outcome, 'pending');
    expect(outcome.references.refundId).toMatch(/^ref_/);
    await world.sandbox.advance({ seconds: 2 * HOUR });
    expect(await find(refund(buyer), attempt, outcome.references)).toMatchObject(end);
    expect(await find(refund(buyer), attempt)).toMatchObject(end);
  });
});

describe('a refund without an answer', () => {
  it.each([
    ['the answer is lost', { kind: 'loseResponse' }, 1],
    ['the connection breaks', { kind: 'dropRequest' }, 0],
    ['Dodo answers 500', { kind: 'status', status: 500 }, 0],
  ] as const)('is unknown and sent once when %s; reading finds what there is', async (_name, fault, made) => {
    const buyer = await createBuyer(world);
    const attempt = newAttempt();
    world.recorder.take();
    world.sandbox.faults.api({ ...fault, method: 'POST', path: '*/refunds' });
    expect((await errorOf(world.provider.refund(refund(buyer), attempt))).outcome).toBe('unknown');
    expect(writesOf(world.recorder)).toHaveLength(1);
    expect(returnsOf(buyer)).toHaveLength(made);
    expect((await find(refund(buyer), attempt))?.status).toBe(made === 1 ? 'succeeded' : undefined);
    expect(await find(refund(buyer), newAttempt())).toBeUndefined();
  });

  it.each([
    ['the payment cannot be read', 'GET', '*/payments/*', 500],
    ['Dodo is busy', 'POST', '*/refunds', 429],
  ])('was not made when %s', async (_name, method, path, status) => {
    const buyer = await createBuyer(world);
    world.sandbox.faults.api({ kind: 'status', status, method, path, times: 2 });
    expect((await errorOf(world.provider.refund(refund(buyer), newAttempt()))).outcome).toBe('unavailable');
    expect(returnsOf(buyer)).toEqual([]);
  });

  it('of a payment that Dodo does not have is refused', async () => {
    await createProduct(world);
    const command = refund(await createBuyer(world), { paymentId: 'pay_of_nobody' });
    expect((await errorOf(world.provider.refund(command, newAttempt()))).outcome).toBe('refused');
  });
});
