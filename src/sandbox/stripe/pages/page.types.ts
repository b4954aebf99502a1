/** What a checkout session was asked to make. The id is the session's. */
export interface CheckoutOrder {
  readonly id: string;
  readonly items: readonly { readonly id: string; readonly price: string; readonly quantity: number }[];
  readonly metadata: Record<string, string>;
  readonly description: string | null;
  readonly trialEnd: number | null;
  readonly billingMode: 'classic' | 'flexible';
  readonly setupFutureUsage: 'on_session' | 'off_session' | null;
  /** The same wish for a card alone: a Pix is never kept. */
  readonly cardSetup: 'on_session' | 'off_session' | null;
  readonly pixSeconds: number | null;
  /** Why the last try failed; shown until the next one. */
  refusal: string | null;
}

/** The bearer address of a portal session. The id is the secret part of the address. */
export interface PortalVisit {
  readonly id: string;
  readonly session: string;
  /** Virtual seconds: five minutes after creation, one hour after each activity. */
  expiresAt: number;
}

/**
 * A page of the bank (3-D Secure) that somebody is sent to. Kept after it was used, so that a second press of its button
 * leads on as the first one did. The id is in the address.
 */
export type Authentication =
  | { readonly id: string; readonly kind: 'payment'; readonly returnUrl: string | null }
  | { readonly id: string; readonly kind: 'setup'; readonly returnUrl: string | null }
  | { readonly id: string; readonly kind: 'checkout'; readonly session: string; readonly form: CheckoutForm };

/** What a person enters on the checkout page. */
export interface CheckoutForm {
  readonly method: 'card' | 'pix';
  /** A number of the test list. */
  readonly card: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly taxId: string | null;
}

/** A Pix code that was handed out. The id is the payment intent's; a new code replaces the old one. */
export interface PixCode {
  readonly id: string;
  readonly method: string;
  /** What a banking app reads out of the QR code. */
  readonly data: string;
  /** Virtual seconds. */
  readonly expiresAt: number;
}
