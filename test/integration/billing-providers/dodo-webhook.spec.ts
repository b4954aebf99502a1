import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MoneyFact, ProviderEvent } from '../../../src/billing-providers/index.js';
import {
  control,
  createBuyer,
  createPlan,
  createProduct,
  DAY,
  WEBHOOK_SECRET,
  type ReceivedEvent,
} from '../sandbox/dodo-support.js';
import { oneClick, providerFor, settingsFor, startDodoWorld, type DodoWorld } from './dodo-support.js';
import { METADATA, newAttempt } from './money.js';

let world: DodoWorld;
let product: string;
beforeAll(async () => {
  world = await startDodoWorld();
  product = (await createProduct(world)).product_id;
});
beforeEach(async () => {
  world.sandbox.faults.clear();
  await world.sandbox.idle();
  world.receiver.received.length = 0;
});
afterAll(() => world.close());

/** What arrived since the last time, verified and normalised as the inbox does it. */
async function takeEvents(): Promise<ProviderEvent[]> {
  await world.sandbox.idle();
  return world.receiver.received.splice(0).map(({ id, body, headers }) => {
    const verified = world.provider.verifyWebhook(Buffer.from(body), headers);
    const event = world.provider.normalise(Buffer.from(body), { eventId: verified?.eventId ?? '' });
    const { eventType, occurredAt } = event;
    expect(verified).toEqual({ eventId: id, eventType, occurredAt, livemode: false });
    return event;
  });
}

const takeFacts = async (): Promise<MoneyFact[]> =>
  (await takeEvents()).flatMap((event) => (event.kind === 'money' ? [event.fact] : []));

describe('webhooks as they come over the wire', () => {
  it('tell of a charge, and of each of its refunds', async () => {
    const buyer = await createBuyer(world);
    await takeEvents();
    const attemptId = newAttempt();
    const { references } = await world.provider.chargeOneClick(oneClick(buyer, product), attemptId);
    const paymentId = references.paymentId ?? '';
    expect(await takeFacts()).toMatchObject([
      {
        kind: 'payment',
        change: 'succeeded',
        attemptId,
        offerUuid: METADATA.offer_uuid,
        groupId: METADATA.group_id,
        paymentId,
        customerId: buyer.customer.customer_id,
        amount: 4_900,
        currency: 'USD',
        methodKind: 'card',
        subscriptionId: null,
        priceIds: [product],
      },
    ]);
    for (const amount of [990, 1_000]) {
      const refund = await world.dodo.refunds.create({ payment_id: paymentId, items: [{ item_id: product, amount }] });
      expect(await takeFacts()).toMatchObject([
        { kind: 'refund', paymentId, refundId: refund.refund_id, refundedAmount: null, amount, currency: 'USD' },
      ]);
    }
    expect(await world.provider.findPayment({ paymentId })).toMatchObject({ refundedAmount: 1_990 });
  });

  it('tell of a decline in our words', async () => {
    const buyer = await createBuyer(world, '4000000000009979');
    await takeEvents();
    await world.provider.chargeOneClick(oneClick(buyer, product), newAttempt());
    expect(await takeFacts()).toMatchObject([
      { kind: 'payment', change: 'failed', failure: { code: 'card_declined', providerCode: 'STOLEN_CARD' } },
    ]);
  });

  it.each([
    ['won', 'won'],
    ['cancelled', 'won'],
    ['lost', 'lost'],
    ['accepted', 'lost'],
    ['challenged', 'open'],
    ['expired', 'open'],
  ])('tell of a dispute that is %s', async (status, expected) => {
    const { paymentId } = await createBuyer(world);
    await takeEvents();
    const opened = await control(world, 'dodo/disputes', { payment_id: paymentId });
    const { dispute_id: disputeId } = (await opened.json()) as { dispute_id: string };
    await control(world, `dodo/disputes/${disputeId}/close`, { status });
    const told = (await takeFacts()).map((fact) => (fact.kind === 'dispute' ? fact : undefined));
    // Each delivery is as the dispute stands then, so the first one may tell of the end already.
    expect(told.at(-1)).toMatchObject({ disputeId, paymentId, status: expected, amount: 4_900, currency: 'USD' });
    expect(told).toHaveLength(2);
  });

  it('of a subscription say only that it is to be read, each of them', async () => {
    const plan = await createPlan(world, 'Pro', 3_000);
    const buyer = await createBuyer(world, undefined, plan.product_id);
    const { subscription_id: subscriptionId } = await world.dodo.payments.retrieve(buyer.paymentId);
    const events = await takeEvents();
    expect(events.map(({ kind, eventType }) => [kind, eventType]).toSorted()).toEqual([
      ['money', 'payment.succeeded'],
      ['must_read', 'subscription.active'],
      ['must_read', 'subscription.renewed'],
      ['must_read', 'subscription.updated'],
    ]);
    const expected = { subscriptionId, customerId: buyer.customer.customer_id, why: 'state_at_delivery' };
    for (const event of events.filter(({ kind }) => kind === 'must_read')) expect(event).toMatchObject(expected);
    await world.sandbox.advance({ seconds: 32 * DAY });
    expect(await takeFacts()).toMatchObject([{ change: 'succeeded', subscriptionId, priceIds: [], amount: 3_000 }]);
  });

  it('keep their id when they are told again, whatever has become of the payment', async () => {
    const buyer = await createBuyer(world, '4000000000000077');
    await takeEvents();
    world.receiver.answers.push(500);
    world.receiver.received.length = 0;
    const { references } = await world.provider.chargeOneClick(oneClick(buyer, product), newAttempt());
    await world.sandbox.idle();
    await control(world, `dodo/payments/${references.paymentId}/settle`, { status: 'succeeded' });
    await world.sandbox.idle();
    const ids = new Set(world.receiver.received.map(({ id }) => id));
    const facts = await takeFacts();
    expect(facts.length).toBeGreaterThanOrEqual(2);
    expect(new Set(facts.map(({ eventId }) => eventId))).toEqual(ids);
    expect(ids.size).toBe(2);
    expect(facts.at(-1)).toMatchObject({ change: 'succeeded', paymentId: references.paymentId });
  });

  it('are not believed when they were changed on the way, or are not ours', async () => {
    await createBuyer(world);
    await world.sandbox.idle();
    const [{ body, headers }] = world.receiver.received as [ReceivedEvent];
    const verify = (bytes: string, more: Record<string, string | undefined> = {}) =>
      world.provider.verifyWebhook(Buffer.from(bytes), { ...headers, ...more });
    expect(verify(body)).toBeDefined();
    expect(verify(body.replace('4900', '9900'))).toBeUndefined();
    expect(verify(body, { 'webhook-id': 'msg_other' })).toBeUndefined();
    expect(verify(body, { 'webhook-signature': undefined })).toBeUndefined();
    expect(world.provider.verifyWebhook(Buffer.from(body), {})).toBeUndefined();
    const other = `whsec_${Buffer.from('of somebody else').toString('base64')}`;
    const others = (webhookSecrets: string[]) => providerFor(world, settingsFor(world.sandbox.url, { webhookSecrets }));
    expect(others([other]).verifyWebhook(Buffer.from(body), headers)).toBeUndefined();
    expect(others([other, WEBHOOK_SECRET]).verifyWebhook(Buffer.from(body), headers)).toBeDefined();
  });

  it('are of the mode of our own key', async () => {
    await createBuyer(world);
    await world.sandbox.idle();
    const [{ body, headers }] = world.receiver.received as [ReceivedEvent];
    const live = providerFor(world, settingsFor(world.sandbox.url, { livemode: true }));
    expect(live.verifyWebhook(Buffer.from(body), headers)?.livemode).toBe(true);
  });
});
