import type { DodoPayments } from 'dodopayments';
import { createBuyer, createPlan, startDodoWorld, type Buyer, type DodoWorld } from './dodo-support.js';

/** April has thirty days, as the cycle of the provider's own example. */
export const CYCLE_START = new Date('2026-04-01T00:00:00Z');
export const MID_CYCLE = { days: 15 };

export interface Plans {
  readonly starter: string;
  readonly basic: string;
  readonly pro: string;
}

export async function startPlansWorld(): Promise<{ world: DodoWorld; plans: Plans }> {
  const world = await startDodoWorld({ startAt: CYCLE_START });
  const [starter, basic, pro] = await Promise.all([
    createPlan(world, 'Starter', 2000),
    createPlan(world, 'Basic', 3000),
    createPlan(world, 'Pro', 8000),
  ]);
  return { world, plans: { starter: starter.product_id, basic: basic.product_id, pro: pro.product_id } };
}

export interface Subscriber extends Buyer {
  readonly id: string;
}

/** Subscribes on the hosted page and waits until everything about it has been told. */
export async function subscribe(world: DodoWorld, productId: string, card?: string): Promise<Subscriber> {
  const buyer = await createBuyer(world, card, productId);
  const payment = await world.dodo.payments.retrieve(buyer.paymentId);
  return { ...buyer, id: payment.subscription_id! };
}

export const read = (world: DodoWorld, { id }: Pick<Subscriber, 'id'>): Promise<DodoPayments.Subscription> =>
  world.dodo.subscriptions.retrieve(id);

/** The day, in virtual time, without the hour. */
export const dayOf = (moment: string): string => moment.slice(0, 10);

type Body = DodoPayments.SubscriptionChangePlanParams;

export const changeTo = (
  product: string,
  mode: Body['proration_billing_mode'] = 'difference_immediately',
  more: Partial<Body> = {},
): Body => ({
  product_id: product,
  quantity: 1,
  proration_billing_mode: mode,
  on_payment_failure: 'prevent_change',
  ...more,
});

/** What moved for a customer: the amounts of charges, with a minus where they failed, and of credit put down. */
export const movementsOf = ({ sandbox }: DodoWorld, { customer }: Buyer): [string, number][] =>
  sandbox
    .ledger()
    .filter((movement) => movement.customer === customer.customer_id)
    .map(({ type, amount, outcome }) => [type, outcome === 'failed' ? -amount : amount]);

/** Gives a customer a card whose charges fail once its owner is not there, and makes the subscription use it. */
export async function breakCard(world: DodoWorld, subscriber: Subscriber): Promise<void> {
  const page = await world.dodo.subscriptions.updatePaymentMethod(subscriber.id, { payment_method: { type: 'new' } });
  await fetch(page.payment_link!, { method: 'POST', body: new URLSearchParams({ card: '4000000000000341' }) });
  await world.sandbox.idle();
  world.receiver.takeTypes();
}
