import type { ProviderName } from '../../billing-providers/index.js';

/** Reads the saved cards of a sale's customer, and how the sale was paid. */
export const READ_CARDS = 'upsell.read-cards';
export interface ReadCardsPayload {
  readonly saleUuid: string;
}

/** Reads a paid checkout that does not say what was bought. */
export const READ_CHECKOUT = 'upsell.read-checkout';
export interface ReadCheckoutPayload {
  readonly provider: ProviderName;
  readonly checkoutId: string;
}

/** Closes sessions and leaves steps whose time is over. */
export const SWEEP = 'upsell.sweep';
