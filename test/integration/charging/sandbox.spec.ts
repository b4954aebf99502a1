import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import type { ChargeCommand } from '../../../src/billing-providers/index.js';
import { ChargingService, type ChargeAttempt } from '../../../src/charging/index.js';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { Jobs } from '../../../src/common/jobs/index.js';
import { startWorld, type World } from '../../e2e/world.js';
import { eventually } from '../../support/eventually.js';
import { attemptIn } from './support.js';

let world: World;
let charging: ChargingService;
let customerId: string;

async function start(name: string, deliver: boolean): Promise<void> {
  world = await startWorld({ name, deliver });
  charging = world.application.app.get(ChargingService);
  customerId = (await world.stripe.customers.create({ email: 'ana@example.com' })).id;
  await world.application.database.query(
    `INSERT INTO users (external_id, name, email) VALUES ('ana', 'Ana', 'ana@example.com')`,
  );
}
afterEach(() => world.close());

async function oneClick(card = 'pm_card_visa'): Promise<ChargeCommand> {
  const { id: cardId } = await world.stripe.paymentMethods.attach(card, { customer: customerId });
  const returnUrl = 'http://uplift.test/back';
  return { ...money(), kind: 'one_click', cardId, returnUrl, installments: 1 };
}
const pix = (): ChargeCommand => ({
  ...money(),
  kind: 'pix',
  name: 'Ana',
  email: 'ana@example.com',
  expiresInSeconds: 3_600,
});
const money = () => ({ amount: 4_900, currency: 'BRL', customerId, description: 'Colour grading', metadata: {} });

function claim(command: ChargeCommand, intentKey = `sandbox:${randomUUID()}`): Promise<ChargeAttempt> {
  const { amount, currency } = command;
  const subject = { purpose: 'sandbox', subjectId: '1', provider: 'stripe', userId: '1' } as const;
  return world.application.app
    .get(UnitOfWork)
    .run(async (tx) => attemptIn(await charging.claim(tx, { ...subject, intentKey, amount, currency, command })));
}
const charge = async (command: ChargeCommand, intentKey?: string) =>
  charging.execute((await claim(command, intentKey)).uuid);
const statusOf = async (uuid: string) => (await charging.find(uuid))?.status;
const becomes = (uuid: string, status: string) =>
  eventually(async () => (await statusOf(uuid)) === status, { within: 20_000 });
const runJob = (task: string, uuid?: string) =>
  world.application.app.get(Jobs).handlers.get(task)?.({ uuid } as never) ?? Promise.reject(new Error(`no ${task}`));
const movements = () => world.sandbox.ledger().map(({ type, amount, outcome }) => `${type} ${amount} ${outcome}`);
/** Sent long ago by the database's clock: when the provider's frozen clock says that it was. */
const sentLongAgo = (uuid: string) =>
  world.application.database.query('UPDATE charge_attempts SET sent_at = $2 WHERE uuid = $1', [
    uuid,
    world.sandbox.now(),
  ]);

/** However often the client and the adapter repeat it themselves. */
const PAYMENTS = { method: 'POST', path: '/v1/payment_intents', times: -1 } as const;
/** The charge is made, its answer is lost, and no repetition comes through. */
function loseTheAnswer(): void {
  world.sandbox.faults.api({ kind: 'loseResponse', ...PAYMENTS, times: 1 });
  world.sandbox.faults.api({ kind: 'dropRequest', ...PAYMENTS });
}

const ONE_CHARGE = ['charge 4900 succeeded'];

describe('without a word from the provider’s events', () => {
  beforeEach(() => start('charging-sandbox-silent', false));

  it('a charge whose answer is lost once is answered by its repetition', async () => {
    const command = await oneClick();
    world.sandbox.faults.api({ kind: 'loseResponse', ...PAYMENTS, times: 1 });
    expect(await charge(command)).toMatchObject({ status: 'succeeded' });
    expect(movements()).toEqual(ONE_CHARGE);
  });

  it('a charge whose answer is lost is repeated until it is known, and made once', async () => {
    const command = await oneClick();
    loseTheAnswer();
    const { uuid, status } = await charge(command);
    expect(status).toBe('unknown');
    world.sandbox.faults.clear();
    await becomes(uuid, 'succeeded');
    expect(await charging.find(uuid)).toMatchObject({ method: { kind: 'card', brand: 'visa', last4: '4242' } });
    expect(movements()).toEqual(ONE_CHARGE);
  });

  it('a connection that hangs is not charged twice', async () => {
    const command = await oneClick();
    world.sandbox.faults.api({ kind: 'hang', milliseconds: 100, ...PAYMENTS });
    const { uuid, status } = await charge(command);
    expect(status).toBe('unknown');
    world.sandbox.faults.clear();
    await becomes(uuid, 'succeeded');
    expect(movements()).toEqual(ONE_CHARGE);
  });

  it('a 500 that the provider repeats for ever is never followed by another charge, until two lists lack it', async () => {
    const command = await oneClick();
    world.sandbox.faults.api({ kind: 'status', status: 500, ...PAYMENTS, times: 1 });
    const { uuid, status } = await charge(command);
    expect(status).toBe('unknown');
    await runJob('charging.resolve', uuid);
    expect(await statusOf(uuid)).toBe('unknown');
    await sentLongAgo(uuid);
    await runJob('charging.resolve', uuid);
    expect(await charging.find(uuid)).toMatchObject({ status: 'unknown', absentAt: expect.any(Date) });
    await world.application.database.query(
      `UPDATE charge_attempts SET absent_at = absent_at - interval '301 seconds' WHERE uuid = $1`,
      [uuid],
    );
    await runJob('charging.resolve', uuid);
    expect(await charging.find(uuid)).toMatchObject({ status: 'failed', failureCode: 'provider_unavailable' });
    expect(movements()).toEqual([]);
  });

  it('a process that died after the charge finds it by the attempt’s id alone', async () => {
    const { uuid } = await charge(await oneClick());
    await world.application.database.query(
      `UPDATE charge_attempts SET status = 'sent', provider_references = '{}', provider_payment_id = NULL WHERE uuid = $1`,
      [uuid],
    );
    await sentLongAgo(uuid);
    await runJob('charging.take-up', uuid);
    await becomes(uuid, 'succeeded');
    expect(movements()).toEqual(ONE_CHARGE);
  });

  it('fifty buyers of one thing are one charge', async () => {
    const command = await oneClick();
    const { uuid } = await claim(command);
    await Promise.all(Array.from({ length: 50 }, () => charging.execute(uuid)));
    expect(await statusOf(uuid)).toBe('succeeded');
    expect(movements()).toEqual(ONE_CHARGE);
  });

  it('an authentication that nobody finishes is closed at the provider', async () => {
    const attempt = await charge(await oneClick('pm_card_authenticationRequired'));
    expect(attempt).toMatchObject({ status: 'requires_action', nextStep: { kind: 'authenticate' } });
    await world.sandbox.advance({ seconds: 15 * 60 });
    await runJob('charging.sweep');
    await becomes(attempt.uuid, 'expired');
    const payment = await world.stripe.paymentIntents.retrieve(attempt.references.paymentId ?? '');
    expect(payment.status).toBe('canceled');
    expect(movements()).toEqual([]);
  });

  it('what a declined card leaves is closed at the provider', async () => {
    const attempt = await charge(await oneClick('pm_card_chargeCustomerFail'));
    expect(attempt).toMatchObject({ status: 'failed', failureCode: 'card_declined' });
    await eventually(async () => {
      const payment = await world.stripe.paymentIntents.retrieve(attempt.references.paymentId ?? '');
      return payment.status === 'canceled';
    });
    expect(await statusOf(attempt.uuid)).toBe('failed');
  });

  it('a Pix that is called off can no longer be paid', async () => {
    const attempt = await charge(pix());
    expect(attempt).toMatchObject({ status: 'pending', nextStep: { kind: 'pix' } });
    expect(await charging.cancel(attempt.uuid)).toMatchObject({ status: 'canceled', nextStep: null });
    const payment = await world.stripe.paymentIntents.retrieve(attempt.references.paymentId ?? '');
    expect(payment.status).toBe('canceled');
  });
});

describe('with the provider’s events', () => {
  beforeEach(() => start('charging-sandbox-told', true));

  it('a lost answer is told by the event, and made once', async () => {
    const command = await oneClick();
    loseTheAnswer();
    const { uuid } = await charge(command);
    await becomes(uuid, 'succeeded');
    await world.settle();
    expect(
      (
        await world.application.database.query(
          `SELECT cause FROM charge_attempt_moves WHERE to_status = 'succeeded' AND cause LIKE 'webhook:%'`,
        )
      ).length,
    ).toBe(1);
    expect(movements()).toEqual(ONE_CHARGE);
  });

  it('a Pix that nobody pays expires', async () => {
    const { uuid } = await charge(pix());
    await world.advance({ seconds: 3_601 });
    await becomes(uuid, 'expired');
    expect(movements().filter((movement) => movement.endsWith('succeeded'))).toEqual([]);
  });

  it('money that comes too late goes back, once', async () => {
    const intentKey = `sandbox:${randomUUID()}`;
    const first = await charge(await oneClick('pm_card_authenticationRequired'), intentKey);
    // As if two lists had lacked it, while the bank's page was still open.
    await world.application.database.query(`UPDATE charge_attempts SET status = 'failed' WHERE uuid = $1`, [
      first.uuid,
    ]);
    const second = await charge(await oneClick(), intentKey);
    expect(second.status).toBe('succeeded');
    const page = first.nextStep?.kind === 'authenticate' ? first.nextStep.url : '';
    await fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome: 'authenticate' }) });
    await becomes(first.uuid, 'refunded');
    await world.settle();
    expect(movements()).toEqual(['charge 4900 succeeded', 'charge 4900 succeeded', 'refund 4900 succeeded']);
    expect(await statusOf(second.uuid)).toBe('succeeded');
  });
});
