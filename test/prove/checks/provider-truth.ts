import type { DodoPayments } from 'dodopayments';
import type { Stripe } from 'stripe';
import type { SubscriptionState } from './evidence.types.js';

const STRIPE_STATUS: Readonly<Record<string, string>> = {
  trialing: 'active',
  active: 'active',
  past_due: 'past_due',
  unpaid: 'past_due',
  paused: 'past_due',
  incomplete: 'incomplete',
  incomplete_expired: 'canceled',
  canceled: 'canceled',
};
const DODO_STATUS: Readonly<Record<string, string>> = {
  pending: 'incomplete',
  active: 'active',
  past_due: 'past_due',
  on_hold: 'past_due',
  paused: 'past_due',
  cancelled: 'canceled',
  failed: 'canceled',
  expired: 'canceled',
};

/** @param planOf the code of our plan behind a price of the provider */
type PlanOf = (priceId: string) => string;

export const toPending = (plan: string | null, at: Date | null): string | null =>
  plan === null || at === null ? null : `${plan} at ${toSecond(at)}`;

/** Our rows have whole seconds, as Stripe has. */
export const toSecond = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** Of what has ended only that it has is compared: providers differ in what they leave standing in it. */
export const toState = (state: SubscriptionState): SubscriptionState =>
  state.status === 'canceled' ? { ...state, deadline: '', pending: null } : state;

/** All subscriptions of a customer, as Stripe has them, in our words. */
export async function readStripe(stripe: Stripe, customer: string, planOf: PlanOf): Promise<SubscriptionState[]> {
  const states: SubscriptionState[] = [];
  for await (const subscription of stripe.subscriptions.list({ customer, status: 'all' })) {
    const [item] = subscription.items.data;
    if (!item) throw new Error(`${subscription.id} has no item`);
    states.push(
      toState({
        id: subscription.id,
        customer,
        status: STRIPE_STATUS[subscription.status] ?? subscription.status,
        plan: planOf(item.price.id),
        deadline: toSecond(new Date(item.current_period_end * 1_000)),
        pending: await readNextPhase(stripe, subscription, item.price.id, planOf),
      }),
    );
  }
  return states;
}

async function readNextPhase(stripe: Stripe, { schedule }: Stripe.Subscription, price: string, planOf: PlanOf) {
  if (!schedule) return null;
  const { phases, current_phase: current } = await stripe.subscriptionSchedules.retrieve(schedule as string);
  const next = phases.find((phase) => current !== null && phase.start_date >= current.end_date);
  const nextPrice = next?.items[0]?.price as string | undefined;
  if (!next || !nextPrice || nextPrice === price) return null;
  return toPending(planOf(nextPrice), new Date(next.start_date * 1_000));
}

export async function readDodo(dodo: DodoPayments, customer: string, planOf: PlanOf): Promise<SubscriptionState[]> {
  const { items } = await dodo.subscriptions.list({ customer_id: customer, page_number: 0, page_size: 100 });
  const states: SubscriptionState[] = [];
  for (const { subscription_id } of items) {
    const subscription = await dodo.subscriptions.retrieve(subscription_id);
    const { scheduled_change: change } = subscription;
    states.push(
      toState({
        id: subscription_id,
        customer,
        status: DODO_STATUS[subscription.status] ?? subscription.status,
        plan: planOf(subscription.product_id),
        deadline: toSecond(new Date(subscription.next_billing_date)),
        pending: change ? toPending(planOf(change.product_id), new Date(change.effective_at)) : null,
      }),
    );
  }
  return states;
}
