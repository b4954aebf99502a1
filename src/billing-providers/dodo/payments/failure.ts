import type { ChargeFailure, ChargeFailureCode } from '../../domain/charge.js';

/**
 * Dodo's decline codes (docs.dodopayments.com/api-reference/transaction-failures) and the error codes that are an answer to a
 * customer (docs.dodopayments.com/api-reference/error-codes) in our words. The bank's suspicion (`STOLEN_CARD`, `LOST_CARD`,
 * `PICKUP_CARD`, `FRAUDULENT`) is told as a plain decline: a customer must not be told more.
 */
export const FAILURE_CODES: ReadonlyMap<string, ChargeFailureCode> = new Map<string, ChargeFailureCode>([
  ['INSUFFICIENT_FUNDS', 'insufficient_funds'],
  ['EXPIRED_CARD', 'card_expired'],
  ['INVALID_EXPIRY_YEAR', 'card_expired'],
  ['INCORRECT_CVC', 'security_code_incorrect'],
  ['INVALID_CVC', 'security_code_incorrect'],
  ['AUTHENTICATION_REQUIRED', 'authentication_required'],
  ['AUTHENTICATION_FAILURE', 'authentication_failed'],
  ['AUTHENTICATION_TIMEOUT', 'authentication_failed'],
  ['CARD_NOT_ACTIVATED', 'method_not_usable'],
  ['INCORRECT_NUMBER', 'method_not_usable'],
  ['INVALID_ACCOUNT', 'method_not_usable'],
  ['INVALID_CARD_NUMBER', 'method_not_usable'],
  ['INVALID_CARD_OWNER', 'method_not_usable'],
  ['LIVE_MODE_TEST_CARD', 'method_not_usable'],
  ['MANDATE_INVALID', 'method_not_usable'],
  ['MANDATE_REQUIRED', 'method_not_usable'],
  ['MANDATE_REQUIRED_SYSTEM', 'method_not_usable'],
  ['NOT_FOUND', 'method_not_usable'],
  ['NO_ELIGIBLE_PAYMENT_METHODS', 'method_not_usable'],
  ['PAYMENT_METHOD_UNSUPPORTED', 'method_not_usable'],
  ['PROVIDER_UNSUPPORTED', 'method_not_usable'],
  ['REVOCATION_OF_AUTHORIZATION', 'method_not_usable'],
  ['TRANSACTION_NOT_ALLOWED', 'method_not_usable'],
  ['UNSUPPORTED_BILLING_CURRENCY', 'method_not_usable'],
  ['UNSUPPORTED_COUNTRY', 'method_not_usable'],
  ['UNSUPPORTED_CURRENCY', 'method_not_usable'],
  ['NETWORK_ERROR', 'provider_unavailable'],
  ['NETWORK_TIMEOUT', 'provider_unavailable'],
  ['ORDER_CREATION_FAILED', 'provider_unavailable'],
  ['PROCESSING_ERROR', 'provider_unavailable'],
  ['REENTER_TRANSACTION', 'provider_unavailable'],
  ['TRY_AGAIN_LATER', 'provider_unavailable'],
  ['UNKNOWN_ERROR', 'provider_unavailable'],
  ['CUSTOMER_CANCELLED', 'provider_refused'],
  ['CUSTOMER_HAS_EXISTING_SUBSCRIPTION', 'provider_refused'],
  ['INVALID_AMOUNT', 'provider_refused'],
  ['INVALID_REQUEST', 'provider_refused'],
  ['PAYMENT_METHOD_PROVIDER_DECLINED', 'provider_refused'],
  ['PREVIOUS_PAYMENT_PENDING', 'provider_refused'],
]);

/** What Dodo answers to a purchase that is no fault of ours: it was refused, and nothing was charged. */
export const PURCHASE_DECLINES: ReadonlySet<string> = new Set([
  'NO_ELIGIBLE_PAYMENT_METHODS',
  'UNSUPPORTED_BILLING_CURRENCY',
  'UNSUPPORTED_COUNTRY',
  'UNSUPPORTED_CURRENCY',
  'CUSTOMER_HAS_EXISTING_SUBSCRIPTION',
  'PREVIOUS_PAYMENT_PENDING',
]);

/** A word of tomorrow is a decline, of which nothing more is known. @param providerCode a payment's `error_code` */
export function toChargeFailure(providerCode: string | null | undefined): ChargeFailure {
  const code = FAILURE_CODES.get(providerCode?.toUpperCase() ?? '') ?? 'card_declined';
  return providerCode ? { code, providerCode } : { code };
}
