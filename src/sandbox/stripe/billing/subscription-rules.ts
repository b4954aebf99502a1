import type { CardFailure } from '../objects/test-cards.js';
import type { PaymentIntent, SetupIntent, Subscription } from '../objects/wire-types.js';
import { invalidRequest, StripeApiError } from '../wire/stripe-error.js';

export const isEnded = ({ status }: Subscription): boolean => status === 'canceled' || status === 'incomplete_expired';

export const periodEndOf = (subscription: Subscription): number => subscription.items.data[0]!.current_period_end;

export function requireNotEnded(subscription: Subscription): void {
  if (isEnded(subscription))
    throw invalidRequest('A canceled subscription can only update its cancellation_details and metadata.');
}

/** Cancelling belongs to the schedule while one is attached. */
export function requireNoSchedule(subscription: Subscription, param: string): void {
  if (subscription.schedule === null) return;
  throw invalidRequest(
    `The subscription is managed by the subscription schedule \`${subscription.schedule}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
    param,
  );
}

/** What was tried, as the error shows it. */
interface Tried {
  readonly payment_intent?: PaymentIntent;
  readonly setup_intent?: SetupIntent;
}

export const cardError = (failure: CardFailure, tried: Tried = {}): StripeApiError =>
  new StripeApiError(402, {
    type: 'card_error',
    code: failure.code,
    ...(failure.declineCode ? { decline_code: failure.declineCode } : {}),
    message: failure.message,
    ...(tried.payment_intent?.latest_charge ? { charge: tried.payment_intent.latest_charge } : {}),
    ...tried,
  });

/** With `error_if_incomplete` nothing may wait for the owner of the card. */
export const subscriptionPaymentError = (failure: CardFailure): StripeApiError =>
  failure.code === 'authentication_required'
    ? new StripeApiError(402, {
        type: 'card_error',
        code: 'subscription_payment_intent_requires_action',
        message:
          'Payment for this subscription requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with `subscription.latest_invoice`.',
      })
    : cardError(failure);
