import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  charges,
  checkout,
  errorOf,
  expectStatus,
  loseEveryAnswer,
  METADATA,
  newAttempt,
  post,
  queryFor,
  saveCard,
  secondsOf,
} from './money.js';
import { HOUR, startWorld, type World } from './support.js';

let world: World;
let customerId: string;
beforeEach(async () => {
  world = await startWorld();
  ({ customerId } = await saveCard(world));
});
afterEach(() => world.close());

type Command = ReturnType<typeof checkout>;
const find = (command: Command, attempt: string, references = {}) =>
  world.provider.findCharge(queryFor(world, command, attempt, references));
const cancel = (command: Command, attempt: string, references = {}) =>
  world.provider.cancelCharge(queryFor(world, command, attempt, references));

async function open(more: Partial<Command> = {}) {
  const command = checkout(world, customerId, more);
  const attempt = newAttempt();
  const outcome = await world.provider.createCheckout(command, attempt);
  expectStatus(outcome, 'pending');
  if (outcome.next?.kind !== 'checkout') throw new Error('no page to go to');
  return { command, attempt, references: outcome.references, url: outcome.next.url, expiresAt: outcome.next.expiresAt };
}

const CARD = { card: '4242424242424242' };

describe('a checkout of ours', () => {
  it('is a page in the customer’s language that knows its attempt', async () => {
    world.recorder.take();
    const { attempt, references, url, command, expiresAt } = await open();
    const [call] = world.recorder.take();
    expect(call).toMatchObject({ line: 'POST /v1/checkout/sessions', idempotencyKey: attempt });
    expect(call?.body).toContain('payment_method_options[card][setup_future_usage]=off_session');
    expect(call?.body).toContain(`payment_intent_data[metadata][uplift_attempt]=${attempt}`);
    expect(new URL(url).origin).toBe(world.sandbox.url);
    expect(expiresAt).toBe(command.expiresAt);
    expect(await world.stripe.checkout.sessions.retrieve(references.checkoutId ?? '')).toMatchObject({
      mode: 'payment',
      customer: customerId,
      client_reference_id: attempt,
      locale: 'pt-BR',
      amount_total: 4_990,
      currency: 'brl',
      metadata: { ...METADATA, uplift_attempt: attempt },
    });
  });

  it('is paid once, and keeps the card for the next time', async () => {
    const { command, attempt, references, url } = await open();
    expect(await find(command, attempt)).toMatchObject({ status: 'pending', references, next: { url } });
    await post(url, CARD);
    await post(url, CARD);
    const outcome = await find(command, attempt, references);
    expectStatus(outcome, 'succeeded');
    expect(outcome).toMatchObject({ amount: 4_990, method: { kind: 'card', brand: 'visa', last4: '4242' } });
    expect(await find(command, attempt)).toEqual(outcome);
    const intent = await world.stripe.paymentIntents.retrieve(outcome.references.paymentId ?? '');
    expect(intent.metadata).toMatchObject({ uplift_attempt: attempt });
    expect(charges(world)).toHaveLength(1);
    expect(await world.provider.listPaymentMethods(customerId)).toHaveLength(2);
  });

  it('is one page for one attempt', async () => {
    const { command, attempt, references } = await open();
    const again = await world.provider.createCheckout(command, attempt);
    expect(again.references).toEqual(references);
    const { data } = await world.stripe.checkout.sessions.list({ customer: customerId });
    expect(data).toHaveLength(1);
  });

  it('stays open as long as Stripe lets it, whatever was asked for', async () => {
    const soon = await open({ expiresAt: secondsOf(world) + 60 });
    expect(soon.expiresAt - secondsOf(world)).toBeGreaterThanOrEqual(1_800);
    const late = await open({ expiresAt: secondsOf(world) + 100 * HOUR });
    expect(late.expiresAt - secondsOf(world)).toBeLessThanOrEqual(24 * HOUR);
  });

  it('whose expiry had to be moved is not made twice by a repetition: reading finds it', async () => {
    const { command, attempt, references } = await open({ expiresAt: secondsOf(world) + 60 });
    await world.sandbox.advance({ seconds: 30 });
    expect((await errorOf(world.provider.createCheckout(command, attempt))).outcome).toBe('unknown');
    expect(await find(command, attempt)).toMatchObject({ status: 'pending', references });
    const { data } = await world.stripe.checkout.sessions.list({ customer: customerId });
    expect(data).toHaveLength(1);
  });

  it('that nobody uses expires', async () => {
    const { command, attempt, references } = await open();
    await world.sandbox.advance({ seconds: HOUR + 1 });
    expect(await find(command, attempt)).toEqual({ status: 'expired', references });
    expect(await cancel(command, attempt)).toEqual({ status: 'expired', references });
  });

  it('is found when every answer was lost', async () => {
    const command = checkout(world, customerId);
    const attempt = newAttempt();
    loseEveryAnswer(world, 'POST', '/v1/checkout/sessions');
    expect((await errorOf(world.provider.createCheckout(command, attempt))).outcome).toBe('unknown');
    world.sandbox.faults.clear();
    expect(await find(command, attempt)).toMatchObject({ status: 'pending', next: { kind: 'checkout' } });
    expect(await find(command, newAttempt())).toBeUndefined();
  });

  it('is closed by canceling, also twice, and cannot be paid then', async () => {
    const { command, attempt, references, url } = await open();
    const expired = { status: 'expired', references };
    expect(await Promise.all([cancel(command, attempt), cancel(command, attempt, references)])).toEqual([
      expired,
      expired,
    ]);
    expect(await cancel(command, attempt, references)).toEqual(expired);
    await post(url, CARD);
    expect(charges(world)).toEqual([]);
  });

  it('that was paid while it was being canceled is told as paid', async () => {
    const { command, attempt, references, url } = await open();
    world.recorder.before(`POST /v1/checkout/sessions/${references.checkoutId}/expire`, () => post(url, CARD));
    expect(await cancel(command, attempt)).toMatchObject({ status: 'succeeded', amount: 4_990 });
  });
});

describe('a checkout that takes Pix', () => {
  const both = { methods: ['card', 'pix'] } satisfies Partial<Command>;
  const PIX = { method: 'pix', name: 'Ada', email: 'ada@example.com', tax_id: '12345678909' };

  it('is complete before it is paid, and tells the code meanwhile', async () => {
    const { command, attempt, references, url } = await open(both);
    await post(url, PIX);
    const waiting = await find(command, attempt, references);
    expectStatus(waiting, 'pending');
    expect(waiting.next?.kind).toBe('pix');
    await post(`${world.sandbox.url}/pix/${waiting.references.paymentId}`);
    expect(await find(command, attempt, references)).toMatchObject({
      status: 'succeeded',
      amount: 4_990,
      method: { kind: 'pix' },
    });
  });

  it('is expired when nobody pays the code', async () => {
    const { command, attempt, references, url } = await open(both);
    await post(url, PIX);
    await world.sandbox.advance({ days: 1 });
    expect(await find(command, attempt, references)).toMatchObject({ status: 'expired' });
  });

  it('cannot be taken back while the code can be paid, and says so', async () => {
    const { command, attempt, references, url } = await open(both);
    await post(url, PIX);
    const error = await errorOf(cancel(command, attempt, references));
    expect([error.outcome, error.details.providerCode]).toEqual(['refused', 'charge_not_cancelable']);
  });
});

describe('a checkout of a plan', () => {
  const plan = () => ({ planPriceId: world.prices.pro, amount: 3_000, currency: 'USD' });

  it('starts the subscription with our labels, and names its payment', async () => {
    const { command, attempt, references, url } = await open(plan());
    await post(url, CARD);
    const outcome = await find(command, attempt, references);
    expectStatus(outcome, 'succeeded');
    expect(outcome).toMatchObject({ amount: 3_000, method: { kind: 'card', last4: '4242' } });
    const { subscriptionId, paymentId } = outcome.references;
    expect(await world.stripe.subscriptions.retrieve(subscriptionId ?? '')).toMatchObject({
      customer: customerId,
      metadata: { ...METADATA, uplift_attempt: attempt },
    });
    expect(charges(world)).toMatchObject([{ payment_intent: paymentId, amount: 3_000 }]);
  });
});
