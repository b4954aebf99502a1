import type { BillingAddress, Metadata, PaymentMethodItem } from './wire-types.js';

/** A saved way to pay: what the API shows, whose it is, and what only its bank knows. */
export interface SavedMethod {
  readonly id: string;
  readonly customer: string;
  /** A number of the test list; null for a wallet. */
  readonly number: string | null;
  readonly item: PaymentMethodItem;
}

export interface CartItem {
  readonly product_id: string;
  readonly quantity: number;
  /** Minor units; what the buyer pays for one where the product lets its buyer choose. */
  readonly amount: number | null;
  readonly addons: readonly { readonly addon_id: string; readonly quantity: number }[];
}

/** A checkout session. The API shows next to nothing of it. Times in milliseconds of virtual time. */
export interface Checkout {
  readonly id: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  status: 'open' | 'complete' | 'expired';
  readonly cart: readonly CartItem[];
  /** Null until somebody says who they are. */
  customer: string | null;
  readonly newCustomer: { readonly email: string; readonly name: string | null } | null;
  readonly alwaysNewCustomer: boolean;
  readonly billing: BillingAddress | null;
  readonly metadata: Metadata;
  readonly trialDays: number | null;
  readonly showsSavedMethods: boolean;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
  /** The newest payment that it made: every try makes one of its own. */
  payment: string | null;
  /** Why the last try failed; shown until the next one. */
  refusal: string | null;
}

/** One line of a payment, as `line-items` shows it. Amounts in minor units. */
export interface PaymentLine {
  /** `product_id` or `addon_id`, which is what a partial refund names. */
  readonly id: string;
  readonly name: string | null;
  readonly amount: number;
  /** Dodo refuses to refund a prorated line. */
  readonly isProrated: boolean;
}

/** What a payment is made of and how it goes on; never sent as it is. The id is the payment's. */
export interface PaymentNote {
  readonly id: string;
  readonly lines: readonly PaymentLine[];
  readonly method: string | null;
  /** Where the buyer goes after the bank's page. */
  readonly returnUrl: string | null;
}

/** Which lines a refund takes back. The id is the refund's. */
export interface RefundNote {
  readonly id: string;
  readonly lines: readonly { readonly id: string; readonly amount: number }[];
}

/** A page of the bank for somebody who pays at the checkout. */
export interface CheckoutAuthentication {
  readonly id: string;
  readonly checkout: string;
  readonly form: CheckoutForm;
}

/** What a person enters on the checkout page. */
export interface CheckoutForm {
  /** A number of the test list, the id of a saved method, or `wallet`. */
  readonly method: string;
  readonly email: string | null;
  readonly name: string | null;
  /** MM/YY */
  readonly expiry: string | null;
  readonly billing: BillingAddress;
}

/** The bearer address of a customer portal. The id is the secret part of it. */
export interface PortalVisit {
  readonly id: string;
  readonly customer: string;
  readonly returnUrl: string | null;
  /** Milliseconds of virtual time. */
  readonly expiresAt: number;
}

/** What a customer has left of plan changes downwards; renewals of the same subscription use it up. */
export interface CreditBalance {
  /** The subscription's. */
  readonly id: string;
  readonly currency: string;
  /** Minor units, never negative. */
  amount: number;
}
