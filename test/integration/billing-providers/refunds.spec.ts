import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RefundCommand } from '../../../src/billing-providers/index.js';
import {
  errorOf,
  expectStatus,
  loseEveryAnswer,
  newAttempt,
  oneClick,
  queryFor,
  saveCard,
  startPlan,
} from './money.js';
import { startWorld, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function pay(): Promise<RefundCommand & { paymentId: string }> {
  const command = oneClick(await saveCard(world));
  const { references } = await world.provider.chargeOneClick(command, newAttempt());
  return toRefund(command.customerId, references.paymentId ?? '', 'BRL');
}

const toRefund = (customerId: string, paymentId: string, currency: string) =>
  ({ kind: 'refund', customerId, paymentId, amount: 1_990, currency, reason: 'requested_by_customer' }) as const;

const refunds = () => world.sandbox.ledger().filter(({ type }) => type === 'refund');

describe('a refund', () => {
  it('gives the money back once under one attempt', async () => {
    const command = await pay();
    const attempt = newAttempt();
    const outcome = await world.provider.refund(command, attempt);
    expectStatus(outcome, 'succeeded');
    expect(outcome).toEqual({
      status: 'succeeded',
      amount: 1_990,
      references: { paymentId: command.paymentId, refundId: expect.stringMatching(/^re_/) },
    });
    expect(await world.provider.refund(command, attempt)).toEqual(outcome);
    const query = queryFor(world, command, attempt);
    for (const references of [{}, { paymentId: command.paymentId }, outcome.references]) {
      expect(await world.provider.findCharge({ ...query, references })).toEqual(outcome);
    }
    expect(await world.provider.cancelCharge(query)).toEqual(outcome);
    expect(refunds()).toMatchObject([{ amount: 1_990, idempotency_key: attempt }]);
  });

  it('may be made in parts, each under its own attempt, and not beyond what was paid', async () => {
    const command = await pay();
    expect((await world.provider.refund(command, newAttempt())).status).toBe('succeeded');
    expect((await world.provider.refund(command, newAttempt())).status).toBe('succeeded');
    expect((await errorOf(world.provider.refund(command, newAttempt()))).outcome).toBe('refused');
    expect(refunds()).toHaveLength(2);
  });

  it('is found when every answer was lost', async () => {
    const command = await pay();
    const attempt = newAttempt();
    loseEveryAnswer(world, 'POST', '/v1/refunds');
    expect((await errorOf(world.provider.refund(command, attempt))).outcome).toBe('unknown');
    world.sandbox.faults.clear();
    const query = queryFor(world, command, attempt, { paymentId: command.paymentId });
    expect(await world.provider.findCharge(query)).toMatchObject({ status: 'succeeded', amount: 1_990 });
    expect(await world.provider.findCharge({ ...query, attemptId: newAttempt() })).toBeUndefined();
    expect(refunds()).toHaveLength(1);
  });

  it('of a plan’s first invoice goes to the payment behind it', async () => {
    const start = startPlan(world, await saveCard(world));
    const { references } = await world.provider.startPlan(start, newAttempt());
    const { latest_invoice: invoice } = await world.stripe.subscriptions.retrieve(references.subscriptionId ?? '');
    const command = toRefund(start.customerId, invoice as string, 'USD');
    const attempt = newAttempt();
    const outcome = await world.provider.refund(command, attempt);
    expect(outcome).toMatchObject({ status: 'succeeded', references: { paymentId: references.paymentId } });
    const query = queryFor(world, command, attempt, { paymentId: command.paymentId });
    expect(await world.provider.findCharge(query)).toEqual(outcome);
  });

  it('of nothing is refused', async () => {
    const command = await pay();
    const error = await errorOf(world.provider.refund({ ...command, paymentId: 'pi_none' }, newAttempt()));
    expect(error.outcome).toBe('refused');
  });
});
