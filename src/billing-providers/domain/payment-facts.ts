import type { ChargeFailure, MethodSummary, PaymentMethodKind } from './charge.js';
import type { ProviderName } from './facts.js';

/**
 * What a provider said about a payment. Facts are plain values; amounts are minor units of an upper-case ISO 4217 currency,
 * times whole seconds since 1970 (UTC).
 */
interface PaymentFactOrigin {
  readonly provider: ProviderName;
  readonly eventId: string;
  readonly occurredAt: number;
}

/** What we or the merchant wrote on a payment (its metadata). */
export interface PaymentLabels {
  /** Of our own charge (`uplift_attempt`): the attempt's uuid. */
  readonly attemptId: string | null;
  /** What was bought (`offer_uuid`). */
  readonly offerUuid: string | null;
  readonly groupId: string | null;
}

export interface PaymentFact extends PaymentFactOrigin, PaymentLabels {
  readonly kind: 'payment';
  readonly change: 'succeeded' | 'failed' | 'processing' | 'requires_action' | 'canceled';
  readonly paymentId: string;
  readonly customerId: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly methodKind: PaymentMethodKind;
  /** Of a subscription: its first payment, a renewal, or a change; the event does not always say which. */
  readonly subscriptionId: string | null;
  /** Provider's ids of what was sold, where the event says it; a sale can be told by them. */
  readonly priceIds: readonly string[];
  readonly failure?: ChargeFailure;
}

/** A page of the provider that was paid, abandoned, or waits for a payment that takes time. */
export interface CheckoutFact extends PaymentFactOrigin, PaymentLabels {
  readonly kind: 'checkout';
  readonly change: 'completed' | 'async_payment_succeeded' | 'async_payment_failed' | 'expired';
  readonly checkoutId: string;
  readonly mode: 'payment' | 'subscription' | 'setup';
  /** Money has arrived (`payment_status` is `paid`): completed alone does not mean it. */
  readonly paid: boolean;
  /** The payment; of a subscription, the first invoice. Null until there is one. */
  readonly paymentId: string | null;
  readonly subscriptionId: string | null;
  readonly customerId: string | null;
  readonly amount: number;
  readonly currency: string;
}

export interface RefundFact extends PaymentFactOrigin {
  readonly kind: 'refund';
  readonly paymentId: string;
  /** The refund that the event is about; null where it speaks of the payment. */
  readonly refundId: string | null;
  /** All refunds of the payment together; null where the event knows one of them only: then the payment must be read. */
  readonly refundedAmount: number | null;
  /** Of the payment; of the one refund where the event knows no more. */
  readonly amount: number;
  readonly currency: string;
}

export interface DisputeFact extends PaymentFactOrigin {
  readonly kind: 'dispute';
  readonly disputeId: string;
  readonly paymentId: string;
  /** `warning`: an inquiry, no money was taken yet. */
  readonly status: 'warning' | 'open' | 'won' | 'lost';
  readonly amount: number;
  readonly currency: string;
}

export type MoneyFact = PaymentFact | CheckoutFact | RefundFact | DisputeFact;

/** A payment read from the provider: what a sale is made of. */
export interface FoundPayment extends PaymentLabels {
  readonly paymentId: string;
  readonly checkoutId: string | null;
  readonly customerId: string | null;
  readonly paid: boolean;
  /** Was paid, and all of it was given back since. */
  readonly isRefunded: boolean;
  /** All refunds that succeeded, together. */
  readonly refundedAmount: number;
  /** Those refunds, where events tell of one each; absent where they tell of all together. */
  readonly refundIds?: readonly string[];
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly amount: number;
  readonly currency: string;
  readonly method: MethodSummary;
  /** Prices on the checkout's lines, in their order; empty where there was no checkout. */
  readonly priceIds: readonly string[];
  /** The invoice of a renewal or of a plan change: never a sale. */
  readonly isRecurring: boolean;
}
