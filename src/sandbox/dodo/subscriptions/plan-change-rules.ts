import type { Metadata, Subscription } from '../objects/wire-types.js';
import { refused } from '../wire/dodo-error.js';
import type { ProrationMode } from './rules/proration.js';
import type { PaymentFailurePolicy, PlanTerms, SubscriptionNote } from './subscription-records.js';

export interface PlanChangeRequest {
  readonly terms: PlanTerms;
  readonly mode: ProrationMode;
  readonly effectiveAt: 'immediately' | 'next_billing_date';
  readonly onPaymentFailure: PaymentFailurePolicy;
  /** Of the payment; undefined: the subscription's. */
  readonly metadata: Metadata | undefined;
  readonly replacesSchedule: boolean;
  readonly collectsViaLink: boolean;
}

/**
 * Whether a subscription can change its plan now. The preview is under the same rules.
 *
 * @throws Dodo's 409 for what is under way, its 422 for what is not allowed
 */
export function checkPlanChange(
  subscription: Subscription,
  { awaited }: SubscriptionNote,
  { effectiveAt, mode, replacesSchedule, collectsViaLink }: PlanChangeRequest,
): void {
  if (effectiveAt === 'next_billing_date' && mode !== 'full_immediately')
    throw refused(
      'INVALID_PRORATION_MODE_WITH_NEXT_BILLING_DATE',
      'Only full_immediately is supported when effective_at is next_billing_date',
    );
  if (collectsViaLink)
    throw refused('UNSUPPORTED_ACTION', 'Plan changes via payment link are not enabled for this business');
  if (subscription.status !== 'active')
    throw refused(
      'INACTIVE_SUBSCRIPTION_PLAN_CHANGE_NOT_SUPPORTED',
      'Changing plans is not supported for inactive subscriptions',
    );
  if (subscription.cancel_at_next_billing_date)
    throw refused(
      'PLAN_CHANGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION',
      'Changing plans is not supported for subscriptions that are scheduled for cancellation',
    );
  if (awaited?.kind === 'plan_change' || awaited?.kind === 'applied_change')
    throw refused(
      'PENDING_PLAN_CHANGE_EXISTS',
      'A pending plan change already exists for this subscription. Please wait for the current payment to complete.',
      409,
    );
  if (awaited)
    throw refused(
      'PREVIOUS_PAYMENT_PENDING',
      'Cannot create new charge as previous payment is not successful yet',
      409,
    );
  if (subscription.scheduled_change && !replacesSchedule)
    throw refused(
      'SCHEDULED_PLAN_CHANGE_EXISTS',
      'A scheduled plan change already exists for this subscription. Please cancel the existing scheduled change before creating a new one.',
      409,
    );
}
