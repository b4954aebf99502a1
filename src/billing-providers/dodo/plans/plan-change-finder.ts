import type { DodoPayments } from 'dodopayments';
import type { ChargeQuery } from '../../billing-provider.js';
import type { ChargeOutcome } from '../../domain/charge.js';
import { isOfAttempt } from '../../payload/labels.js';
import type { DodoCalls } from '../dodo-calls.js';
import { chooseOfAttempt } from '../payments/choose-payment.js';
import { collectFromList, findInList } from '../payments/pages.js';
import { readPayment } from '../payments/read-payment.js';
import { isMarkedBy, targetOf } from './change-mark.js';
import { toChangeOutcome } from './change-outcome.js';
import { readSubscription } from './read-subscription.js';

type Payment = DodoPayments.Payment;

/**
 * What became of a switch at once: by its payment, else by the mark on the subscription, for a switch that cost nothing.
 *
 * @param payment the attempt's, when there is one in the complete list of the customer's
 * @returns undefined when nothing of it was done
 * @throws ProviderError
 */
export async function findPlanChange(
  calls: DodoCalls,
  query: ChargeQuery,
  payment: Payment | undefined,
): Promise<ChargeOutcome | undefined> {
  const subscriptionId = payment?.subscription_id ?? query.references.subscriptionId;
  const subscription =
    subscriptionId === undefined ? await findMarked(calls, query) : await readSubscription(calls, subscriptionId);
  if (!subscription) return undefined;
  if (payment) return toChangeOutcome(subscription, payment, targetOf(payment));
  const isDone = isMarkedBy(subscription, query.attemptId) && subscription.product_id === targetOf(subscription);
  return isDone ? toChangeOutcome(subscription, undefined, subscription.product_id) : undefined;
}

const findMarked = (
  calls: DodoCalls,
  { customerId, attemptId }: ChargeQuery,
): Promise<DodoPayments.SubscriptionListResponse | undefined> =>
  findInList(
    calls,
    'subscriptions.list',
    (dodo, position, options) => dodo.subscriptions.list({ customer_id: customerId, ...position }, options),
    (subscription) => isMarkedBy(subscription, attemptId),
  );

/** Among the subscription's own, which are few. */
export async function findPaymentOfChange(
  calls: DodoCalls,
  subscriptionId: string,
  attemptId: string,
): Promise<Payment | undefined> {
  const labelled = await collectFromList(
    calls,
    'payments.list',
    (dodo, position, options) => dodo.payments.list({ subscription_id: subscriptionId, ...position }, options),
    (payment) => isOfAttempt(payment, attemptId),
  );
  const chosen = chooseOfAttempt(labelled);
  return chosen && readPayment(calls, chosen.payment_id);
}
