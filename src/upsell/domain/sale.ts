import type { PaymentMethodKind, ProviderName } from '../../billing-providers/index.js';
import type { Language } from '../../config/index.js';

/** approved: paid. extended: with at least one upsell paid. finalized: over without one. */
export type SaleStatus = 'approved' | 'extended' | 'finalized';

/** Who told of the sale first: a checkout's event, a payment's, the storefront's server; or it is a cross-sell of our own. */
export type SaleSource = 'checkout' | 'payment' | 'claim' | 'cross_sell';

/** A paid purchase at the merchant's own checkout, or a cross-sell. */
export interface Sale {
  /** Our id (`sales.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly provider: ProviderName;
  readonly providerPaymentId: string;
  readonly providerCheckoutId: string | null;
  /** Whose saved cards may be charged; null: nothing can be sold to them in addition. */
  readonly providerCustomerId: string | null;
  readonly userId: string;
  /** Whose subscription a plan offer starts or changes; null: unknown, or one of several. */
  readonly groupId: string | null;
  /** What was bought. */
  readonly offerId: string;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly methodKind: PaymentMethodKind;
  readonly status: SaleStatus;
  readonly source: SaleSource;
  /** Null: what the browser asks for. */
  readonly language: Language | null;
  readonly returnUrl: string | null;
  readonly paidAt: Date;
  /** Nothing is offered any more: fulfilment may begin. A payment that comes late may still add to it. */
  readonly closedAt: Date | null;
  readonly createdAt: Date;
}

/** Anything else is refused. */
export const SALE_TRANSITIONS: Readonly<Record<SaleStatus, readonly SaleStatus[]>> = {
  approved: ['extended', 'finalized'],
  extended: [],
  finalized: ['extended'], // a Pix or a bank that took its time
};

export const SALE_STATUSES = Object.keys(SALE_TRANSITIONS) as readonly SaleStatus[];

/** The statuses that lead to `to`. */
export const saleStatusesBefore = (to: SaleStatus): readonly SaleStatus[] =>
  SALE_STATUSES.filter((from) => SALE_TRANSITIONS[from].includes(to));

/**
 * How a sale was paid, as far as its teller knows; undefined: what is known stays. A checkout's event does not say, and `other`
 * may be any of the ways in which it could be paid, or none that we know: it never replaces a way that somebody knew.
 */
export const computeToldMethod = (source: SaleSource, kind: PaymentMethodKind): PaymentMethodKind | undefined =>
  source === 'checkout' || kind === 'other' ? undefined : kind;
