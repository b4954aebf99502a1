import type { Stripe } from 'stripe';
import type { ChargeOutcome, StartPlanCommand } from '../../domain/charge.js';
import { Declined, type StripeCalls } from '../stripe-calls.js';
import { labelled } from '../../payload/labels.js';
import { latestInvoiceOf, PLAN_DETAILS, toFailure, toPlanOutcome } from './plan-outcome.js';

/** Starts a plan on a saved card. `error_if_incomplete`: a declined card leaves no subscription behind. */
export async function startPlan(
  calls: StripeCalls,
  command: StartPlanCommand,
  attemptId: string,
): Promise<ChargeOutcome> {
  const parameters = {
    customer: command.customerId,
    items: [{ price: command.planPriceId, quantity: 1 }],
    default_payment_method: command.cardId,
    payment_behavior: 'error_if_incomplete',
    description: command.description,
    metadata: labelled(command.metadata, attemptId),
    expand: PLAN_DETAILS,
  } satisfies Stripe.SubscriptionCreateParams;
  const subscription = await calls.money('subscriptions.create', attemptId, (stripe, options) =>
    stripe.subscriptions.create(parameters, options),
  );
  if (subscription instanceof Declined) return toFailure(subscription);
  return toPlanOutcome(subscription, latestInvoiceOf(subscription));
}
