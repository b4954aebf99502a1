/** What a checkout session was asked to make. The id is the session's. */
export interface CheckoutOrder {
  readonly id: string;
  readonly items: readonly { readonly id: string; readonly price: string; readonly quantity: number }[];
  readonly metadata: Record<string, string>;
  readonly description: string | null;
  readonly trialEnd: number | null;
  readonly billingMode: 'classic' | 'flexible';
  readonly setupFutureUsage: 'on_session' | 'off_session' | null;
}

/** The bearer address of a portal session. The id is the secret part of the address. */
export interface PortalVisit {
  readonly id: string;
  readonly session: string;
  /** Virtual seconds: five minutes after creation, one hour after each activity. */
  expiresAt: number;
}
