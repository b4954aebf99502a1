import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { errorOf, newAttempt } from './money.js';
import { CARDS, GROUP, startPlansWorld, type PlansWorld } from './dodo-plans-world.js';

let world: PlansWorld;
beforeEach(async () => {
  world = await startPlansWorld();
});
afterEach(() => world.close());

describe('starting a plan on a saved card', () => {
  const start = async (card: string) => {
    const bought = await world.dodo.subscriptions.list({ customer_id: await customerWith(card) });
    const customerId = bought.items[0]?.customer.customer_id ?? '';
    const [saved] = await world.provider.listPaymentMethods(customerId);
    return {
      kind: 'start_plan',
      customerId,
      cardId: saved?.id ?? '',
      planPriceId: world.products.pro,
      amount: 8_000,
      currency: 'USD',
      description: 'Pro',
      metadata: { ...GROUP, group_id: 'team-8' },
    } as const;
  };
  const customerWith = async (card: string): Promise<string> =>
    (await world.subscribe({ card, product: world.products.starter })).customer.customer_id;
  const plansOf = async (customer_id: string): Promise<DodoPayments.SubscriptionListResponse[]> =>
    (await world.dodo.subscriptions.list({ customer_id })).items.filter(
      ({ product_id }) => product_id === world.products.pro,
    );
  const findStart = (command: { readonly customerId: string }, attemptId: string) =>
    world.provider.findCharge({
      kind: 'start_plan',
      attemptId,
      customerId: command.customerId,
      references: {},
      sentAt: world.seconds(),
    });

  it('makes the subscription and takes its first payment, once', async () => {
    const command = await start(CARDS.good);
    const attempt = newAttempt();
    const outcome = await world.provider.startPlan(command, attempt);
    expect(outcome).toMatchObject({ status: 'succeeded', amount: 8_000, method: { last4: '4242' } });
    const [plan, ...others] = await plansOf(command.customerId);
    expect(others).toEqual([]);
    expect(plan).toMatchObject({
      subscription_id: outcome.references.subscriptionId,
      status: 'active',
      metadata: { group_id: 'team-8', user_id: 'user-1' },
    });
    expect(world.charges().at(-1)).toEqual({ amount: 8_000, attempt });
    expect(await findStart(command, attempt)).toEqual(outcome);
  });

  it('leaves one that never began when the card is declined', async () => {
    const command = await start(CARDS.declinedLater);
    const attempt = newAttempt();
    expect(await world.provider.startPlan(command, attempt)).toMatchObject({
      status: 'failed',
      failure: { code: 'card_declined' },
    });
    expect((await plansOf(command.customerId)).map(({ status }) => status)).toEqual(['failed']);
    expect(world.charges()).toHaveLength(1);
  });

  it('is found when the answer was lost', async () => {
    const command = await start(CARDS.good);
    const attempt = newAttempt();
    world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: '/dodo/checkouts' });
    expect((await errorOf(world.provider.startPlan(command, attempt))).outcome).toBe('unknown');
    expect(await findStart(command, attempt)).toMatchObject({ status: 'succeeded', amount: 8_000 });
    expect(await findStart(command, newAttempt())).toBeUndefined();
    expect(await plansOf(command.customerId)).toHaveLength(1);
  });
});
