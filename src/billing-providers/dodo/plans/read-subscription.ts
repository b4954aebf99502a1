import type { DodoPayments } from 'dodopayments';
import type { DodoCalls } from '../dodo-calls.js';
import { requireId } from '../payments/read-payment.js';

/** A subscription that must be there. @throws ProviderError */
export async function readSubscription(calls: DodoCalls, subscriptionId: string): Promise<DodoPayments.Subscription> {
  const subscription = await calls.read('subscriptions.retrieve', (dodo, options) =>
    dodo.subscriptions.retrieve(subscriptionId, options),
  );
  return requireId(subscription, subscription?.subscription_id === subscriptionId);
}
