import type { DisputeFact, ProviderName, RefundFact } from '../../billing-providers/index.js';

/** Reads the saved cards of a sale's customer, and how the sale was paid. */
export const READ_CARDS = 'upsell.read-cards';
export interface ReadCardsPayload {
  readonly saleUuid: string;
}

/** Reads a payment, or a paid checkout, that does not say what was bought. */
export const READ_PAYMENT = 'upsell.read-checkout'; // its name from when checkouts alone were read: jobs may wait under it
export type ReadPaymentPayload = { readonly provider: ProviderName } & (
  { readonly checkoutId: string } | { readonly paymentId: string }
);

/** Reads what a refund or a dispute is about, whose payment has another name than ours has; and what a refund comes to. */
export const READ_RETURNED = 'upsell.read-returned';
export interface ReadReturnedPayload {
  readonly fact: RefundFact | DisputeFact;
  /** How often it was read before in vain. */
  readonly tries?: number;
}

/** Closes sessions and leaves steps whose time is over. */
export const SWEEP = 'upsell.sweep';
