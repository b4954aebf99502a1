import type { Stripe } from 'stripe';
import type { ChargeOutcome, CheckoutCommand } from '../../domain/charge.js';
import { toLocale } from '../locale.js';
import { Declined, type StripeCalls } from '../stripe-calls.js';
import { toCheckoutOutcome } from './checkout-outcome.js';
import { toChargeFailure } from './failure.js';
import { labelled } from '../../payload/labels.js';

type Parameters = Stripe.Checkout.SessionCreateParams;

/** Stripe's bounds from the moment of creation (docs.stripe.com/api/checkout/sessions/create), and a minute for the way. */
const SHORTEST_SECONDS = 31 * 60;
const LONGEST_SECONDS = 24 * 3_600 - 60;

/**
 * The provider's own page. A repeated call whose expiry had to be moved into Stripe's bounds has other parameters by then:
 * Stripe refuses it under the same key, which is `unknown`, and reading finds the page.
 */
export async function createChargeCheckout(
  calls: StripeCalls,
  command: CheckoutCommand,
  attemptId: string,
  now: number,
): Promise<ChargeOutcome> {
  const parameters: Parameters = {
    customer: command.customerId,
    client_reference_id: attemptId,
    allowed_payment_method_types: [...command.methods],
    success_url: command.successUrl,
    cancel_url: command.cancelUrl,
    expires_at: Math.min(Math.max(command.expiresAt, now + SHORTEST_SECONDS), now + LONGEST_SECONDS),
    locale: toLocale(command.language),
    metadata: labelled(command.metadata, attemptId),
    ...(command.planPriceId === undefined ? toPayment(command, attemptId) : toPlan(command, attemptId)),
  };
  const session = await calls.money('checkout.sessions.create', attemptId, (stripe, options) =>
    stripe.checkout.sessions.create(parameters, options),
  );
  if (!(session instanceof Declined)) return toCheckoutOutcome(session);
  return { status: 'failed', references: {}, failure: toChargeFailure(session) };
}

/** The card is saved for the next time. That is a wish of the card alone: Stripe refuses it for a payment by Pix. */
function toPayment(command: CheckoutCommand, attemptId: string): Parameters {
  return {
    mode: 'payment',
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: command.currency.toLowerCase(),
          unit_amount: command.amount,
          product_data: { name: command.description },
        },
      },
    ],
    payment_intent_data: { description: command.description, metadata: labelled(command.metadata, attemptId) },
    ...(command.methods.includes('card')
      ? { payment_method_options: { card: { setup_future_usage: 'off_session' as const } } }
      : {}),
  };
}

/** A subscription keeps its card by itself. */
function toPlan(command: CheckoutCommand, attemptId: string): Parameters {
  return {
    mode: 'subscription',
    line_items: [{ price: command.planPriceId as string, quantity: 1 }],
    subscription_data: { description: command.description, metadata: labelled(command.metadata, attemptId) },
  };
}
