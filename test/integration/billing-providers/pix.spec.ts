import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  charges,
  errorOf,
  expectStatus,
  loseEveryAnswer,
  METADATA,
  newAttempt,
  pix,
  post,
  queryFor,
  saveCard,
  secondsOf,
} from './money.js';
import { startWorld, type World } from './support.js';

let world: World;
let customerId: string;
beforeEach(async () => {
  world = await startWorld();
  ({ customerId } = await saveCard(world));
});
afterEach(() => world.close());

type Command = ReturnType<typeof pix>;
const find = (command: Command, attempt: string, references = {}) =>
  world.provider.findCharge(queryFor(world, command, attempt, references));

async function create(more: Partial<Command> = {}) {
  const command = pix(customerId, more);
  const attempt = newAttempt();
  const outcome = await world.provider.createPixCharge(command, attempt);
  expectStatus(outcome, 'pending');
  return { command, attempt, outcome, paymentId: outcome.references.paymentId ?? '' };
}

describe('a Pix', () => {
  it('is a code with an end, and a payment that knows its attempt', async () => {
    const { attempt, outcome, paymentId } = await create();
    expect(outcome.next).toEqual({
      kind: 'pix',
      copyPasteCode: expect.stringMatching(/^000201/),
      expiresAt: secondsOf(world) + 1_800,
    });
    expect(await world.stripe.paymentIntents.retrieve(paymentId)).toMatchObject({
      customer: customerId,
      amount: 4_990,
      currency: 'brl',
      metadata: { ...METADATA, uplift_attempt: attempt },
    });
  });

  it('is one code for one attempt', async () => {
    const { command, attempt, outcome } = await create();
    expect(await world.provider.createPixCharge(command, attempt)).toEqual(outcome);
    expect(await find(command, attempt)).toEqual(outcome);
  });

  it('is paid once', async () => {
    const { command, attempt, paymentId } = await create();
    await post(`${world.sandbox.url}/pix/${paymentId}`);
    await post(`${world.sandbox.url}/pix/${paymentId}`);
    expect(await find(command, attempt, { paymentId })).toMatchObject({
      status: 'succeeded',
      amount: 4_990,
      method: { kind: 'pix' },
    });
    expect(charges(world)).toHaveLength(1);
  });

  it('expires, and can be made terminal after that', async () => {
    const { command, attempt, paymentId } = await create();
    await world.sandbox.advance({ seconds: 1_801 });
    const references = { paymentId };
    expect(await find(command, attempt)).toEqual({ status: 'expired', references });
    expect(await world.provider.cancelCharge(queryFor(world, command, attempt, references))).toEqual({
      status: 'canceled',
      references,
    });
  });

  it('cannot be paid after it was canceled', async () => {
    const { command, attempt, paymentId } = await create();
    const canceled = await world.provider.cancelCharge(queryFor(world, command, attempt));
    expect(canceled).toEqual({ status: 'canceled', references: { paymentId } });
    await post(`${world.sandbox.url}/pix/${paymentId}`);
    expect(charges(world)).toEqual([]);
  });

  it('is found when every answer was lost', async () => {
    const command = pix(customerId);
    const attempt = newAttempt();
    loseEveryAnswer(world, 'POST', '/v1/payment_intents');
    expect((await errorOf(world.provider.createPixCharge(command, attempt))).outcome).toBe('unknown');
    world.sandbox.faults.clear();
    expect(await find(command, attempt)).toMatchObject({ status: 'pending', next: { kind: 'pix' } });
  });

  it('needs no tax id, but reais', async () => {
    const { taxId: _taxId, ...command } = pix(customerId);
    expect((await world.provider.createPixCharge(command, newAttempt())).status).toBe('pending');
    const error = await errorOf(world.provider.createPixCharge(pix(customerId, { currency: 'USD' }), newAttempt()));
    expect(error.outcome).toBe('refused');
  });
});
