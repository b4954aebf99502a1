/**
 * What a provider is asked to charge, and what became of it, in neutral words. Everything here is stored as JSON beside the
 * attempt, so every field is a plain value: amounts in minor units of an upper-case ISO 4217 currency, times in whole
 * seconds since 1970 (UTC).
 */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** How something was or can be paid. */
export type PaymentMethodKind = 'card' | 'pix' | 'other';

/** A card that the provider keeps for a customer. */
export interface SavedCard {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
  /** The same for each time that one card was saved; null: the provider does not say. */
  readonly fingerprint: string | null;
  /** False: the provider says that it cannot be charged again without being entered anew. */
  readonly isReusable: boolean;
}

/** What is shown on a receipt; also what a button said before. */
export interface MethodSummary {
  readonly kind: PaymentMethodKind;
  readonly brand?: string;
  readonly last4?: string;
}

interface Payable extends Money {
  readonly customerId: string;
  /** Shown on statements and receipts. */
  readonly description: string;
  /** What is sold, by the provider's id of it; there where `capabilities.sellsOwnProducts`, and of a plan everywhere. */
  readonly productPriceId?: string;
  /** Travels with the payment. The adapter adds the attempt's id. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A saved card, charged while the customer is present. */
export interface OneClickCommand extends Payable {
  readonly kind: 'one_click';
  readonly cardId: string;
  /** Where the bank's authentication page (3-D Secure) sends the customer back to. */
  readonly returnUrl: string;
  /** 1: at once. More only where `capabilities.installments` names the currency. */
  readonly installments: number;
}

/** The provider's own page: a new card, which is saved, or another method that it offers. */
export interface CheckoutCommand extends Payable {
  readonly kind: 'checkout';
  /** A plan's price starts a subscription; without one the amount is paid once. */
  readonly planPriceId?: string;
  readonly methods: readonly ('card' | 'pix')[];
  readonly successUrl: string;
  readonly cancelUrl: string;
  /** Of the page; a page that is not used until then is closed by the provider. */
  readonly expiresAt: number;
  readonly language?: string;
}

/** A Pix code: BRL only. */
export interface PixCommand extends Payable {
  readonly kind: 'pix';
  readonly name: string;
  readonly email: string;
  /** CPF or CNPJ, digits only. */
  readonly taxId?: string;
  readonly expiresInSeconds: number;
}

/** Starts a subscription on a saved card; nothing exists when the card is declined. */
export interface StartPlanCommand extends Payable {
  readonly kind: 'start_plan';
  readonly cardId: string;
  readonly planPriceId: string;
}

/**
 * How a switch at once is billed (the Dodo document's words). `difference`: the difference of the two prices, whatever the time;
 * `prorated`: by the time that is left; `full`: the whole new price, and a new period from now; `do_not_bill`: nothing now. What
 * a switch downwards leaves over is credit for the next renewals.
 */
export const PRORATION_MODES = [
  'difference_immediately',
  'prorated_immediately',
  'full_immediately',
  'do_not_bill',
] as const;
export type ProrationMode = (typeof PRORATION_MODES)[number];

/**
 * Switches a subscription at once, for what a quote said and never for more; nothing changes when the card is declined.
 * `amount` is due now, 0 for a switch downwards.
 */
export interface ChangePlanCommand extends Payable {
  readonly kind: 'change_plan';
  readonly mode: ProrationMode;
  /** What the quote promised to put down for the next renewals; minor units. */
  readonly credit: number;
  readonly subscriptionId: string;
  readonly fromPriceId: string;
  readonly planPriceId: string;
  /** The moment that the quote was made for. */
  readonly prorationAt: number;
}

export interface RefundCommand extends Money {
  readonly kind: 'refund';
  readonly customerId: string;
  readonly paymentId: string;
  readonly reason: 'requested_by_customer' | 'duplicate' | 'fraudulent';
}

export type ChargeCommand =
  OneClickCommand | CheckoutCommand | PixCommand | StartPlanCommand | ChangePlanCommand | RefundCommand;
export type ChargeKind = ChargeCommand['kind'];

/** Why money did not move, in words that a customer can be told about. */
export type ChargeFailureCode =
  | 'card_declined'
  | 'insufficient_funds'
  | 'card_expired'
  | 'security_code_incorrect'
  | 'authentication_required'
  | 'authentication_failed'
  | 'method_not_usable'
  | 'amount_changed'
  | 'provider_refused'
  | 'provider_unavailable';

export interface ChargeFailure {
  readonly code: ChargeFailureCode;
  /** The provider's own word, for operators: never shown. */
  readonly providerCode?: string;
}

/** Provider's ids of what an attempt made, as far as they are known. */
export interface ChargeReferences {
  readonly paymentId?: string;
  readonly checkoutId?: string;
  readonly subscriptionId?: string;
  readonly refundId?: string;
}

/** What the customer has to do next. */
export type NextStep =
  | { readonly kind: 'authenticate'; readonly url: string }
  | { readonly kind: 'checkout'; readonly url: string; readonly expiresAt: number }
  | { readonly kind: 'pix'; readonly copyPasteCode: string; readonly expiresAt: number };

/** What became of a charge. `expired` and `canceled` are terminal at the provider. */
export type ChargeOutcome = { readonly references: ChargeReferences } & (
  | {
      readonly status: 'succeeded';
      readonly amount: number;
      /** Where it is told; else it is the command's. */
      readonly currency?: string;
      readonly method?: MethodSummary;
    }
  | { readonly status: 'failed'; readonly failure: ChargeFailure }
  | { readonly status: 'requires_action'; readonly next: NextStep }
  | {
      readonly status: 'pending';
      readonly next?: NextStep;
      /** Nothing has happened since it was opened: what the customer was told to do still holds, and is not told again. */
      readonly isUntouched?: true;
    }
  | { readonly status: 'expired' }
  | { readonly status: 'canceled' }
);
