import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  charges,
  errorOf,
  expectStatus,
  loseEveryAnswer,
  METADATA,
  newAttempt,
  oneClick,
  post,
  queryFor,
  saveCard,
} from './money.js';
import { startWorld, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const find = (command: ReturnType<typeof oneClick>, attempt: string, references = {}) =>
  world.provider.findCharge(queryFor(world, command, attempt, references));

describe('a one-click charge', () => {
  it('takes the money of the saved card, once, under the attempt’s own key', async () => {
    const command = oneClick(await saveCard(world));
    const attempt = newAttempt();
    world.recorder.take();
    const outcome = await world.provider.chargeOneClick(command, attempt);
    const calls = world.recorder.take();
    expect(calls.map(({ line, idempotencyKey }) => [line, idempotencyKey])).toEqual([
      ['POST /v1/payment_intents', attempt],
    ]);
    expect(calls[0]?.body).not.toContain('off_session');
    expectStatus(outcome, 'succeeded');
    expect(outcome).toMatchObject({ amount: 4_990, method: { kind: 'card', brand: 'visa', last4: '4242' } });
    expect(await world.stripe.paymentIntents.retrieve(outcome.references.paymentId ?? '')).toMatchObject({
      customer: command.customerId,
      currency: 'brl',
      description: 'Second course',
      metadata: { ...METADATA, uplift_attempt: attempt },
    });
    expect(charges(world)).toMatchObject([{ amount: 4_990, idempotency_key: attempt }]);
  });

  it('charges once however often the attempt is sent', async () => {
    const command = oneClick(await saveCard(world));
    const attempt = newAttempt();
    const first = await world.provider.chargeOneClick(command, attempt);
    const again = await Promise.all([1, 2, 3].map(() => world.provider.chargeOneClick(command, attempt)));
    expect(again).toEqual([first, first, first]);
    expect(charges(world)).toHaveLength(1);
  });

  it('is never made for another amount under the same attempt', async () => {
    const command = oneClick(await saveCard(world));
    const attempt = newAttempt();
    await world.provider.chargeOneClick(command, attempt);
    const error = await errorOf(world.provider.chargeOneClick({ ...command, amount: 1 }, attempt));
    expect(error.outcome).toBe('unknown');
    expect(charges(world)).toHaveLength(1);
  });

  it.each([
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
    ['pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', 'insufficient_funds', 'insufficient_funds'],
  ] as const)(
    'that is declined is an outcome, with the payment that is left over: %s',
    async (card, code, providerCode) => {
      const command = oneClick(await saveCard(world, card));
      const attempt = newAttempt();
      let outcome = await world.provider.chargeOneClick(command, attempt);
      if (outcome.status === 'requires_action' && outcome.next.kind === 'authenticate') {
        await post(outcome.next.url, { outcome: 'authenticate' });
        outcome = (await find(command, attempt, outcome.references)) ?? outcome;
      }
      expectStatus(outcome, 'failed');
      expect(outcome.failure).toEqual({ code, providerCode });
      expect(outcome.references.paymentId).toMatch(/^pi_/);
      expect(await find(command, attempt)).toEqual(outcome);
      expect(charges(world)).toEqual([]);
    },
  );

  it('with a card that is not the customer’s is a method that cannot be used', async () => {
    const { customerId } = await saveCard(world);
    for (const cardId of [(await saveCard(world)).cardId, 'pm_of_nobody']) {
      expect(await world.provider.chargeOneClick(oneClick({ customerId, cardId }), newAttempt())).toEqual({
        status: 'failed',
        references: {},
        failure: { code: 'method_not_usable', providerCode: 'resource_missing' },
      });
    }
    expect(charges(world)).toEqual([]);
  });

  it.each([{ amount: 0 }, { installments: 2 }])(
    'of something that Stripe does not take is refused: %j',
    async (more) => {
      const command = oneClick(await saveCard(world), more);
      expect((await errorOf(world.provider.chargeOneClick(command, newAttempt()))).outcome).toBe('refused');
      expect(charges(world)).toEqual([]);
    },
  );
});

describe('a bank that wants to see the owner', () => {
  it('is where the customer is sent, and pays after that', async () => {
    const command = oneClick(await saveCard(world, 'pm_card_threeDSecure2Required'));
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(command, attempt);
    expectStatus(outcome, 'requires_action');
    expect(outcome.next).toEqual({ kind: 'authenticate', url: expect.stringContaining(`${world.sandbox.url}/3ds/`) });
    expect(charges(world)).toEqual([]);
    expect(await find(command, attempt, outcome.references)).toEqual(outcome);
    await post((outcome.next as { url: string }).url, { outcome: 'authenticate' });
    expect(await find(command, attempt, outcome.references)).toMatchObject({ status: 'succeeded', amount: 4_990 });
    expect(charges(world)).toHaveLength(1);
  });

  it('and does not recognise them, makes the charge fail', async () => {
    const command = oneClick(await saveCard(world, 'pm_card_threeDSecure2Required'));
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(command, attempt);
    expectStatus(outcome, 'requires_action');
    await post((outcome.next as { url: string }).url, { outcome: 'fail' });
    expect(await find(command, attempt)).toMatchObject({
      status: 'failed',
      failure: { code: 'authentication_failed' },
      references: outcome.references,
    });
  });
});

describe('a one-click charge without an answer', () => {
  it.each([
    ['the answer is lost', { kind: 'loseResponse' }],
    ['the connection breaks', { kind: 'dropRequest' }],
    ['Stripe answers 503', { kind: 'status', status: 503 }],
  ] as const)('is repeated once, under the same key, when %s', async (_name, fault) => {
    const command = oneClick(await saveCard(world));
    const attempt = newAttempt();
    world.recorder.take();
    world.sandbox.faults.api({ ...fault, path: '/v1/payment_intents' });
    expect((await world.provider.chargeOneClick(command, attempt)).status).toBe('succeeded');
    expect(world.recorder.take().map(({ idempotencyKey }) => idempotencyKey)).toEqual([attempt, attempt]);
    expect(charges(world)).toHaveLength(1);
  });

  it('stays unknown when it was made and every answer is lost; reading finds exactly one', async () => {
    const command = oneClick(await saveCard(world));
    const attempt = newAttempt();
    loseEveryAnswer(world, 'POST', '/v1/payment_intents');
    world.recorder.take();
    expect((await errorOf(world.provider.chargeOneClick(command, attempt))).outcome).toBe('unknown');
    expect(new Set(world.recorder.take().map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set([attempt]));
    world.sandbox.faults.clear();
    expect(await find(command, attempt)).toMatchObject({ status: 'succeeded', amount: 4_990 });
    expect(await find(command, newAttempt())).toBeUndefined();
    expect(charges(world)).toHaveLength(1);
  });

  it('never goes on under a new key, although Stripe keeps its own failure under this one', async () => {
    const command = oneClick(await saveCard(world));
    const attempt = newAttempt();
    world.sandbox.faults.api({ kind: 'status', status: 500, path: '/v1/payment_intents' });
    expect((await errorOf(world.provider.chargeOneClick(command, attempt))).outcome).toBe('unknown');
    world.recorder.take();
    expect((await errorOf(world.provider.chargeOneClick(command, attempt))).outcome).toBe('unknown');
    const keys = world.recorder.take().map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys)).toEqual(new Set([attempt]));
    expect(await find(command, attempt)).toBeUndefined();
    expect(charges(world)).toEqual([]);
  });

  it('was not made when Stripe was busy, or nobody could be reached', async () => {
    const command = oneClick(await saveCard(world));
    world.sandbox.faults.api({ kind: 'status', status: 429 });
    expect((await errorOf(world.provider.chargeOneClick(command, newAttempt()))).outcome).toBe('unavailable');
    expect(charges(world)).toEqual([]);
  });

  it('is found among many payments, and a list that breaks off proves nothing', async () => {
    const command = oneClick(await saveCard(world));
    const attempt = newAttempt();
    await world.provider.chargeOneClick(command, attempt);
    for (let count = 0; count < 105; count += 1) {
      await world.stripe.paymentIntents.create({ amount: 100, currency: 'brl', customer: command.customerId });
    }
    expect(await find(command, attempt)).toMatchObject({ status: 'succeeded' });
    world.sandbox.faults.api({ kind: 'status', status: 500, method: 'GET', path: '/v1/payment_intents*', times: 2 });
    expect((await errorOf(find(command, newAttempt()))).outcome).toBe('unknown');
  });
});

describe('canceling a one-click charge', () => {
  const cancel = (command: ReturnType<typeof oneClick>, attempt: string, references = {}) =>
    world.provider.cancelCharge(queryFor(world, command, attempt, references));

  it('makes it terminal, and does so twice as well', async () => {
    const command = oneClick(await saveCard(world, 'pm_card_threeDSecure2Required'));
    const attempt = newAttempt();
    const { references, ...open } = await world.provider.chargeOneClick(command, attempt);
    expect(open.status).toBe('requires_action');
    const canceled = { status: 'canceled', references };
    expect(await Promise.all([cancel(command, attempt, references), cancel(command, attempt)])).toEqual([
      canceled,
      canceled,
    ]);
    expect(await cancel(command, attempt)).toEqual(canceled);
    await post(`${world.sandbox.url}/3ds/${references.paymentId}`, { outcome: 'authenticate' });
    expect(charges(world)).toEqual([]);
  });

  it('closes what a decline left over', async () => {
    const command = oneClick(await saveCard(world, 'pm_card_chargeCustomerFail'));
    const attempt = newAttempt();
    const { references } = await world.provider.chargeOneClick(command, attempt);
    expect(await cancel(command, attempt, references)).toEqual({ status: 'canceled', references });
  });

  it('tells of success when it was paid meanwhile', async () => {
    const command = oneClick(await saveCard(world, 'pm_card_threeDSecure2Required'));
    const attempt = newAttempt();
    const outcome = await world.provider.chargeOneClick(command, attempt);
    expectStatus(outcome, 'requires_action');
    const { url } = outcome.next as { url: string };
    const line = `POST /v1/payment_intents/${outcome.references.paymentId}/cancel`;
    world.recorder.before(line, () => post(url, { outcome: 'authenticate' }));
    expect(await cancel(command, attempt)).toMatchObject({ status: 'succeeded', amount: 4_990 });
    expect(charges(world)).toHaveLength(1);
  });

  it('survives a lost answer', async () => {
    const command = oneClick(await saveCard(world, 'pm_card_threeDSecure2Required'));
    const attempt = newAttempt();
    const { references } = await world.provider.chargeOneClick(command, attempt);
    world.sandbox.faults.api({ kind: 'loseResponse', path: '*/cancel' });
    expect(await cancel(command, attempt, references)).toEqual({ status: 'canceled', references });
  });

  it('promises nothing of one that is not to be found', async () => {
    const command = oneClick(await saveCard(world));
    expect((await errorOf(cancel(command, newAttempt()))).outcome).toBe('unknown');
  });
});
