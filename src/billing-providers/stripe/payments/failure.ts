import type { ChargeFailure, ChargeFailureCode } from '../../domain/charge.js';

/**
 * Stripe's decline codes (docs.stripe.com/declines/codes) and error codes (docs.stripe.com/error-codes) in our words. The
 * issuer's suspicion (`fraudulent`, `lost_card`, `stolen_card`, `pickup_card`) is told as a plain decline: Stripe asks not to
 * tell a customer more.
 */
export const FAILURE_CODES: ReadonlyMap<string, ChargeFailureCode> = new Map<string, ChargeFailureCode>([
  ['insufficient_funds', 'insufficient_funds'],
  ['expired_card', 'card_expired'],
  ['invalid_expiry_month', 'card_expired'],
  ['invalid_expiry_year', 'card_expired'],
  ['incorrect_cvc', 'security_code_incorrect'],
  ['invalid_cvc', 'security_code_incorrect'],
  ['authentication_required', 'authentication_required'],
  ['payment_intent_action_required', 'authentication_required'],
  ['invoice_payment_intent_requires_action', 'authentication_required'],
  ['subscription_payment_intent_requires_action', 'authentication_required'],
  ['authentication_not_handled', 'authentication_failed'],
  ['payment_intent_authentication_failure', 'authentication_failed'],
  ['card_not_supported', 'method_not_usable'],
  ['currency_not_supported', 'method_not_usable'],
  ['incorrect_number', 'method_not_usable'],
  ['invalid_number', 'method_not_usable'],
  ['invalid_account', 'method_not_usable'],
  ['payment_method_not_available', 'method_not_usable'],
  ['payment_method_unactivated', 'method_not_usable'],
  ['payment_method_unexpected_state', 'method_not_usable'],
  ['payment_method_customer_decline', 'provider_refused'],
  ['payment_method_provider_decline', 'provider_refused'],
  ['payment_intent_payment_attempt_expired', 'provider_refused'],
  ['payment_intent_payment_attempt_failed', 'provider_refused'],
  ['issuer_not_available', 'provider_unavailable'],
  ['processing_error', 'provider_unavailable'],
  ['reenter_transaction', 'provider_unavailable'],
  ['try_again_later', 'provider_unavailable'],
]);

/** What Stripe says of a payment that failed: an error's fields, or `last_payment_error`. */
export interface StripeFailure {
  readonly code?: string | null | undefined;
  readonly declineCode?: string | null | undefined;
}

/** The decline code says more than the error code. A word of tomorrow is a decline, of which nothing more is known. */
export function toChargeFailure({ code, declineCode }: StripeFailure): ChargeFailure {
  const providerCode = declineCode || code;
  return {
    code: FAILURE_CODES.get(declineCode ?? '') ?? FAILURE_CODES.get(code ?? '') ?? 'card_declined',
    ...(providerCode ? { providerCode } : {}),
  };
}
