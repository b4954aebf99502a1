import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import type { ChangePlanCommand } from '../../../src/billing-providers/index.js';
import {
  charges,
  errorOf,
  expectStatus,
  loseEveryAnswer,
  METADATA,
  newAttempt,
  queryFor,
  saveCard,
  secondsOf,
  startPlan,
} from './money.js';
import { HOUR, periodEndOf, startWorld, writesOf, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const find = (command: { kind: 'start_plan' | 'change_plan'; customerId: string }, attempt: string, references = {}) =>
  world.provider.findCharge(queryFor(world, command, attempt, references));

const subscriptionsOf = async (customer: string) =>
  (await world.stripe.subscriptions.list({ customer, status: 'all' })).data;

describe('starting a plan on a saved card', () => {
  it('makes the subscription and takes its first payment, once', async () => {
    const command = startPlan(world, await saveCard(world));
    const attempt = newAttempt();
    world.recorder.take();
    const outcome = await world.provider.startPlan(command, attempt);
    expect(world.recorder.take().map(({ line, idempotencyKey }) => [line, idempotencyKey])).toEqual([
      ['POST /v1/subscriptions', attempt],
    ]);
    expectStatus(outcome, 'succeeded');
    expect(outcome).toMatchObject({ amount: 3_000, method: { kind: 'card', brand: 'visa', last4: '4242' } });
    expect(await world.provider.startPlan(command, attempt)).toEqual(outcome);
    expect(await find(command, attempt)).toEqual(outcome);
    const [subscription, ...others] = await subscriptionsOf(command.customerId);
    expect(others).toEqual([]);
    expect(subscription).toMatchObject({
      id: outcome.references.subscriptionId,
      status: 'active',
      default_payment_method: command.cardId,
      metadata: { ...METADATA, uplift_attempt: attempt },
    });
    expect(charges(world)).toMatchObject([{ amount: 3_000, payment_intent: outcome.references.paymentId }]);
  });

  it.each([
    ['pm_card_chargeCustomerFail', 'card_declined'],
    ['pm_card_threeDSecure2Required', 'authentication_required'],
  ] as const)('leaves nothing behind when it is declined: %s', async (card, code) => {
    const command = startPlan(world, await saveCard(world, card));
    const attempt = newAttempt();
    const outcome = await world.provider.startPlan(command, attempt);
    expect(outcome).toMatchObject({ status: 'failed', references: {}, failure: { code } });
    expect(await find(command, attempt)).toBeUndefined();
    expect(await subscriptionsOf(command.customerId)).toEqual([]);
    expect(charges(world)).toEqual([]);
  });

  it('is found when every answer was lost, and is one subscription', async () => {
    const command = startPlan(world, await saveCard(world));
    const attempt = newAttempt();
    loseEveryAnswer(world, 'POST', '/v1/subscriptions');
    expect((await errorOf(world.provider.startPlan(command, attempt))).outcome).toBe('unknown');
    world.sandbox.faults.clear();
    expect(await find(command, attempt)).toMatchObject({ status: 'succeeded', amount: 3_000 });
    expect(await find(command, newAttempt())).toBeUndefined();
    expect(await subscriptionsOf(command.customerId)).toHaveLength(1);
    expect(charges(world)).toHaveLength(1);
  });

  it('is found with what it cost although it was renewed and switched since', async () => {
    const command = startPlan(world, await saveCard(world));
    const attempt = newAttempt();
    const { references } = await world.provider.startPlan(command, attempt);
    const [subscription] = await subscriptionsOf(command.customerId);
    await world.stripe.subscriptions.update(subscription?.id ?? '', {
      items: [{ id: subscription?.items.data[0]?.id ?? '', price: world.prices.ultra }],
      proration_behavior: 'always_invoice',
      metadata: { uplift_attempt: newAttempt() },
    });
    const query = { ...queryFor(world, command, attempt), sentAt: secondsOf(world) };
    await world.sandbox.advance({ days: 40 });
    expect(await world.provider.findCharge(query)).toMatchObject({ status: 'succeeded', amount: 3_000, references });
  });
});

async function prepare(more: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const subscription = await world.subscribe(more as Stripe.SubscriptionCreateParams);
  await world.sandbox.advance({ days: 10 });
  const prorationAt = secondsOf(world);
  const { ultra, pro } = world.prices;
  const preview = await world.provider.previewPlanChange({
    subscriptionId: subscription.id,
    targetPriceId: ultra,
    mode: 'prorated_immediately',
    prorationAt,
  });
  const command: ChangePlanCommand = {
    kind: 'change_plan',
    mode: 'prorated_immediately',
    credit: 0,
    customerId: subscription.customer as string,
    amount: preview.amountDue,
    currency: preview.currency,
    description: 'Ultra',
    metadata: METADATA,
    subscriptionId: subscription.id,
    fromPriceId: pro,
    planPriceId: ultra,
    prorationAt,
  };
  return { subscription, preview, command, paidBefore: charges(world).length };
}

const priceOf = async (id: string) => (await world.read(id)).items.data[0]?.price.id;

describe('what a switch would cost', () => {
  it('is asked for a moment, names the card, and changes nothing', async () => {
    const { subscription, preview } = await prepare();
    expect(preview).toEqual({
      amountDue: expect.any(Number),
      credit: 0,
      nextBillingAt: periodEndOf(subscription),
      currency: 'USD',
      prorationAt: secondsOf(world),
      method: { kind: 'card', brand: 'visa', last4: '4242' },
    });
    expect(preview.amountDue).toBeGreaterThan(3_000);
    expect(await priceOf(subscription.id)).toBe(world.prices.pro);
    expect(charges(world)).toHaveLength(1);
  });

  it('is billed to the subscription’s own card before the customer’s, or to nobody known', async () => {
    const { id: customer } = await world.stripe.customers.create({});
    const own = await world.stripe.paymentMethods.attach('pm_card_mastercard', { customer });
    const subscription = await world.subscribe({ customer, default_payment_method: own.id } as never);
    const ask = {
      subscriptionId: subscription.id,
      targetPriceId: world.prices.ultra,
      mode: 'prorated_immediately' as const,
      prorationAt: secondsOf(world),
    };
    expect((await world.provider.previewPlanChange(ask)).method).toMatchObject({ brand: 'mastercard' });
    const free = await world.subscribe({
      customer: (await world.stripe.customers.create({})).id,
      items: [{ price: world.prices.free }],
    });
    expect((await world.provider.previewPlanChange({ ...ask, subscriptionId: free.id })).method).toBeNull();
  });

  it('is refused for a subscription that is not there', async () => {
    const ask = {
      subscriptionId: 'sub_none',
      targetPriceId: world.prices.ultra,
      mode: 'prorated_immediately' as const,
      prorationAt: secondsOf(world),
    };
    expect((await errorOf(world.provider.previewPlanChange(ask))).outcome).toBe('refused');
  });
});

describe('switching a plan at once', () => {
  it('takes exactly what was quoted, also a while later, and keeps the quantity', async () => {
    const { command, paidBefore } = await prepare({ items: [{ price: world.prices.pro, quantity: 3 }] });
    await world.sandbox.advance({ seconds: 600 });
    const attempt = newAttempt();
    world.recorder.take();
    const outcome = await world.provider.changePlan(command, attempt);
    const [write] = world.recorder.take().filter(({ idempotencyKey }) => idempotencyKey === `${attempt}:switch`);
    expect(write?.line).toBe(`POST /v1/subscriptions/${command.subscriptionId}`);
    expectStatus(outcome, 'succeeded');
    expect(outcome).toMatchObject({
      amount: command.amount,
      references: { subscriptionId: command.subscriptionId, paymentId: expect.stringMatching(/^pi_/) },
    });
    const after = await world.read(command.subscriptionId);
    expect(after.items.data).toMatchObject([{ price: { id: world.prices.ultra }, quantity: 3 }]);
    expect(after.metadata).toMatchObject({ ...METADATA, uplift_attempt: attempt });
    expect(charges(world).slice(paidBefore)).toMatchObject([{ amount: command.amount }]);
  });

  it('is done once, however often the attempt is sent', async () => {
    const { command, paidBefore } = await prepare();
    const attempt = newAttempt();
    const first = await world.provider.changePlan(command, attempt);
    expect(await world.provider.changePlan(command, attempt)).toEqual(first);
    expect(await find(command, attempt, first.references)).toEqual(first);
    expect(charges(world)).toHaveLength(paidBefore + 1);
  });

  it('that costs nothing charges nothing, and does not tell what an older invoice cost', async () => {
    const { subscription, command, paidBefore } = await prepare();
    const { data } = await world.stripe.invoices.list({ subscription: subscription.id });
    const preview = await world.provider.previewPlanChange({
      subscriptionId: subscription.id,
      targetPriceId: world.prices.free,
      mode: 'prorated_immediately',
      prorationAt: command.prorationAt,
    });
    const { amountDue: amount, credit } = preview;
    expect(credit).toBeGreaterThan(1_500);
    const down = { ...command, planPriceId: world.prices.free, amount, credit };
    const attempt = newAttempt();
    expect(data[0]?.amount_paid).toBe(3_000);
    expect(await world.provider.changePlan(down, attempt)).toMatchObject({ status: 'succeeded', amount: 0 });
    expect(await find(down, attempt)).toMatchObject({ status: 'succeeded', amount: 0 });
    expect(charges(world)).toHaveLength(paidBefore);
  });

  it('changes nothing when it costs something else by now', async () => {
    const { command, paidBefore } = await prepare();
    world.recorder.take();
    const outcomes = await Promise.all([
      world.provider.changePlan({ ...command, amount: command.amount + 1 }, newAttempt()),
      world.provider.changePlan({ ...command, currency: 'EUR' }, newAttempt()),
      world.provider.changePlan({ ...command, prorationAt: command.prorationAt - 5 * 24 * HOUR }, newAttempt()),
      world.provider.changePlan({ ...command, fromPriceId: world.prices.basic }, newAttempt()),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'failed', references: {}, failure: { code: 'amount_changed' } });
    }
    expect(writesOf(world.recorder).filter((line) => !line.endsWith('/create_preview'))).toEqual([]);
    expect(charges(world)).toHaveLength(paidBefore);
  });

  it('changes nothing when the card is declined', async () => {
    const { command, subscription, paidBefore } = await prepare();
    await failingCard(subscription);
    const outcome = await world.provider.changePlan(command, newAttempt());
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'card_declined' } });
    expect(await priceOf(subscription.id)).toBe(world.prices.pro);
    expect(charges(world)).toHaveLength(paidBefore);
  });

  it('is found when every answer was lost; the repetition sees that it is done', async () => {
    const { command, paidBefore } = await prepare();
    const attempt = newAttempt();
    loseEveryAnswer(world, 'POST', `/v1/subscriptions/${command.subscriptionId}`);
    expect((await errorOf(world.provider.changePlan(command, attempt))).outcome).toBe('unknown');
    world.sandbox.faults.clear();
    expect(await find(command, attempt)).toMatchObject({ status: 'succeeded', amount: command.amount });
    expect(await find(command, newAttempt())).toBeUndefined();
    expect(await world.provider.changePlan(command, attempt)).toMatchObject({
      status: 'succeeded',
      amount: command.amount,
    });
    expect(charges(world)).toHaveLength(paidBefore + 1);
  });

  it('was not done when it could not even be read', async () => {
    const { command } = await prepare();
    world.sandbox.faults.api({ kind: 'status', status: 500, method: 'GET', times: 2 });
    expect((await errorOf(world.provider.changePlan(command, newAttempt()))).outcome).toBe('unavailable');
  });

  it('takes a pending change back', async () => {
    const { command, subscription } = await prepare();
    await schedule(subscription.id);
    expect((await world.provider.changePlan(command, newAttempt())).status).toBe('succeeded');
    expect((await world.read(subscription.id)).schedule).toBeNull();
  });

  it('brings a pending change back when the card is declined', async () => {
    const { command, subscription } = await prepare();
    await schedule(subscription.id);
    await failingCard(subscription);
    expect((await world.provider.changePlan(command, newAttempt())).status).toBe('failed');
    const { schedule: restored } = await world.read(subscription.id);
    expect(restored?.phases.at(-1)?.items[0]?.price).toBe(world.prices.basic);
  });

  it('and starting cannot be canceled: what they are is told', async () => {
    const { command } = await prepare();
    const attempt = newAttempt();
    const outcome = await world.provider.changePlan(command, attempt);
    expect(await world.provider.cancelCharge(queryFor(world, command, attempt))).toEqual(outcome);
  });
});

const schedule = (subscriptionId: string) =>
  world.provider.schedulePlanChange({ subscriptionId, targetPriceId: world.prices.basic, requestId: newAttempt() });

async function failingCard({ id, customer }: Stripe.Subscription): Promise<void> {
  const card = await world.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer as string });
  await world.stripe.subscriptions.update(id, { default_payment_method: card.id });
}
