import type { DodoPayments } from 'dodopayments';

/** "Can only request USD or INR for billing_currency" (docs.dodopayments.com/api-reference/error-codes, UNSUPPORTED_CURRENCY). */
const REQUESTABLE: readonly string[] = ['USD', 'INR'] satisfies DodoPayments.Currency[];

/**
 * Keeps Dodo's adaptive pricing from selling in the customer's own currency what was agreed in another. Where it cannot be asked
 * for, the product's own currency holds unless adaptive pricing is on, and a preview tells.
 */
export const toBillingCurrency = (currency: string): { billing_currency?: DodoPayments.Currency } =>
  REQUESTABLE.includes(currency) ? { billing_currency: currency as DodoPayments.Currency } : {};
