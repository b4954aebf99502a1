import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventsOf, HOUR, startWorld, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function sell(card = 'pm_card_visa'): Promise<string> {
  const { id } = await world.stripe.paymentIntents.create({
    amount: 700,
    currency: 'usd',
    payment_method: card,
    confirm: true,
    allowed_payment_method_types: ['card'],
  });
  await world.sandbox.idle();
  world.receiver.takeTypes();
  return id;
}

const control = async (path: string, body: object): Promise<{ status: number; body: { id: string } }> => {
  const answer = await fetch(`${world.sandbox.url}/sandbox/stripe${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { id: string } };
};

const movementsOf = (intent: string) =>
  world.sandbox
    .ledger()
    .filter(({ payment_intent: id }) => id === intent)
    .map(({ type, amount }) => [type, amount]);

describe('refunds', () => {
  test('are told, listed by payment, counted on the charge and made once per key', async () => {
    const { stripe, sandbox, receiver } = world;
    const intent = await sell();
    await sell();
    const request = { payment_intent: intent, amount: 200, metadata: { item: '1' } };
    const first = await stripe.refunds.create(request, { idempotencyKey: 'refund-1' });
    const again = await stripe.refunds.create(request, { idempotencyKey: 'refund-1' });
    expect(again.id).toBe(first.id);
    await sandbox.idle();
    expect(receiver.takeTypes().toSorted()).toEqual(['charge.refunded', 'refund.created'].toSorted());
    const [partial] = eventsOf(receiver, 'charge.refunded');
    expect(partial!.data.object).toMatchObject({ amount_refunded: 200, refunded: false, payment_intent: intent });

    const rest = await stripe.refunds.create({ payment_intent: intent, reason: 'requested_by_customer' });
    expect(rest).toMatchObject({ amount: 500, status: 'succeeded', reason: 'requested_by_customer' });
    const listed = await stripe.refunds.list({ payment_intent: intent });
    expect(listed.data.map(({ id }) => id)).toEqual([rest.id, first.id]);
    expect(listed.data[1]!.metadata).toEqual({ item: '1' });
    await sandbox.idle();
    expect(eventsOf(receiver, 'charge.refunded').at(-1)!.data.object.refunded).toBe(true);
    await expect(stripe.refunds.create({ payment_intent: intent })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    expect(movementsOf(intent)).toEqual([
      ['charge', 700],
      ['refund', 200],
      ['refund', 500],
    ]);
  });

  test('may take a while, or bounce', async () => {
    const { stripe, sandbox, receiver } = world;
    const slow = await stripe.refunds.create({ payment_intent: await sell('pm_card_pendingRefund') });
    expect(slow.status).toBe('pending');
    const intent = await sell('pm_card_refundFail');
    const bouncing = await stripe.refunds.create({ payment_intent: intent });
    expect(bouncing.status).toBe('succeeded');
    await sandbox.idle();
    receiver.takeTypes();
    await sandbox.advance({ seconds: HOUR });
    expect(receiver.takeTypes()).toEqual([
      'refund.updated',
      'charge.refund.updated',
      'refund.updated',
      'charge.refund.updated',
      'refund.failed',
    ]);
    expect((await stripe.refunds.retrieve(slow.id)).status).toBe('succeeded');
    const failed = await stripe.refunds.retrieve(bouncing.id, { expand: ['charge'] });
    expect(failed).toMatchObject({ status: 'failed', charge: { refunded: false, amount_refunded: 0 } });
    expect(movementsOf(intent).at(-1)).toEqual(['refund_reversal', 700]);
  });
});

describe('a dispute', () => {
  test('takes the money at once and gives it back when it is won', async () => {
    const { stripe, sandbox, receiver } = world;
    const intent = await sell();
    const opened = await control('/disputes', { payment_intent: intent });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
    expect(await stripe.disputes.retrieve(opened.body.id, { expand: ['charge'] })).toMatchObject({
      object: 'dispute',
      amount: 700,
      status: 'needs_response',
      payment_intent: intent,
      charge: { disputed: true },
    });
    expect((await control('/disputes', { payment_intent: intent })).status).toBe(400);
    await expect(stripe.refunds.create({ payment_intent: intent })).rejects.toMatchObject({ code: 'charge_disputed' });

    await control(`/disputes/${opened.body.id}/close`, { status: 'won' });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['charge.dispute.closed', 'charge.dispute.funds_reinstated']);
    const listed = await stripe.disputes.list({ payment_intent: intent });
    expect(listed.data.map(({ status }) => status)).toEqual(['won']);
    expect(movementsOf(intent).slice(1)).toEqual([
      ['dispute', 700],
      ['dispute_reversal', 700],
    ]);
    expect((await control(`/disputes/${opened.body.id}/close`, { status: 'lost' })).status).toBe(400);
  });

  test('that is lost keeps the part that it is about', async () => {
    const { sandbox, receiver } = world;
    const intent = await sell();
    const { body } = await control('/disputes', { payment_intent: intent, amount: 300 });
    await control(`/disputes/${body.id}/close`, { status: 'lost' });
    await sandbox.idle();
    expect(receiver.takeTypes().at(-1)).toBe('charge.dispute.closed');
    expect(eventsOf(receiver, 'charge.dispute.closed')[0]!.data.object).toMatchObject({ amount: 300, status: 'lost' });
    expect(movementsOf(intent).slice(1)).toEqual([['dispute', 300]]);
    expect((await control('/disputes', { payment_intent: 'pi_none' })).status).toBe(400);
  });
});
