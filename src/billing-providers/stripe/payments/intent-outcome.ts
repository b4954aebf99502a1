import type { Stripe } from 'stripe';
import type { ChargeKind, ChargeOutcome, NextStep } from '../../domain/charge.js';
import { toChargeFailure } from './failure.js';
import { methodOfCharge } from './method.js';

type PaymentIntent = Stripe.PaymentIntent;

/** Needed to read an outcome: brand and digits stand on the charge. */
export const INTENT_DETAILS = ['latest_charge'];

/** docs.stripe.com/error-codes#payment-intent-payment-attempt-expired */
const ATTEMPT_EXPIRED = 'payment_intent_payment_attempt_expired';
/** Errors of a Pix that are not its expiry. */
const PIX_FAILURES = new Set([
  'payment_method_customer_decline',
  'payment_method_provider_decline',
  'processing_error',
  'payment_intent_payment_attempt_failed',
]);

/**
 * What became of a payment (docs.stripe.com/payments/paymentintents/lifecycle).
 *
 * An action that we cannot hand over is a failure: the payment is still open then, and whoever drives the attempt cancels it.
 */
export function toIntentOutcome(intent: PaymentIntent, kind: ChargeKind): ChargeOutcome {
  const references = { paymentId: intent.id };
  switch (intent.status) {
    case 'succeeded': {
      const method = methodOfCharge(intent.latest_charge);
      return { status: 'succeeded', references, amount: intent.amount_received, ...(method ? { method } : {}) };
    }
    case 'canceled':
      return { status: 'canceled', references };
    case 'requires_action':
      return toActionOutcome(intent);
    case 'requires_payment_method':
      return toUnpaidOutcome(intent, kind);
    default:
      return { status: 'pending', references }; // processing, or a word of tomorrow: Stripe will say more
  }
}

function toActionOutcome(intent: PaymentIntent): ChargeOutcome {
  const references = { paymentId: intent.id };
  const next = toNextStep(intent.next_action);
  if (next?.kind === 'pix') return { status: 'pending', references, next };
  if (next) return { status: 'requires_action', references, next };
  const providerCode = `next_action:${intent.next_action?.type ?? 'none'}`;
  return { status: 'failed', references, failure: { code: 'authentication_required', providerCode } };
}

function toNextStep(action: PaymentIntent['next_action']): NextStep | undefined {
  const url = action?.redirect_to_url?.url;
  if (url) return { kind: 'authenticate', url };
  const { data, expires_at: expiresAt } = action?.pix_display_qr_code ?? {};
  if (!data || expiresAt === undefined) return undefined;
  return { kind: 'pix', copyPasteCode: data, expiresAt };
}

/** A Pix that nobody pays, or a bank's page that nobody answers, puts the payment back to where it began. */
function toUnpaidOutcome(intent: PaymentIntent, kind: ChargeKind): ChargeOutcome {
  const references = { paymentId: intent.id };
  const { code, decline_code: declineCode } = intent.last_payment_error ?? {};
  const isExpired = code === ATTEMPT_EXPIRED || (kind === 'pix' && !PIX_FAILURES.has(code ?? ''));
  if (isExpired) return { status: 'expired', references };
  if (!intent.last_payment_error) return { status: 'pending', references }; // nobody has tried yet
  return { status: 'failed', references, failure: toChargeFailure({ code, declineCode }) };
}
