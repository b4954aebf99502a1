import type { ChargeFailureCode } from '../../billing-providers/index.js';
import type { Language } from '../../config/index.js';
import type { SaleItemStatus } from './sale-item.js';
import type { SaleStatus } from './sale.js';
import type { SessionStatus } from './session.js';

/**
 * What the two pages show, as it goes over the wire. Amounts in minor units of the currency beside them, times ISO 8601 in
 * UTC by product time.
 */
export interface View {
  readonly session: {
    readonly id: string;
    readonly status: SessionStatus;
    readonly expires_at: string;
    /** What countdowns are counted from: the browser's clock may be wrong. */
    readonly server_time: string;
  };
  readonly language: Language;
  readonly step: StepView | null;
  readonly pending: PendingView | null;
  readonly last_failure: { readonly code: ChargeFailureCode; readonly message: string } | null;
  readonly redirect_url: string | null;
  /** A path of this service; the page adds its token. */
  readonly thank_you_url: string;
}

export interface StepView {
  readonly id: string;
  /** From 1. */
  readonly number: number;
  readonly kind: string;
  readonly headline: string;
  readonly body: string | null;
  readonly accept_label: string | null;
  readonly decline_label: string | null;
  readonly image: string | null;
  readonly expires_at: string | null;
  readonly is_expired: boolean;
  readonly offers: readonly OfferView[];
}

export interface OfferView {
  readonly offer_uuid: string;
  readonly name: string;
  readonly description: string | null;
  readonly selling_points: readonly string[];
  readonly image: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly tax: 'included';
  readonly interval: IntervalView | null;
  readonly compare: {
    readonly current_plan: string;
    readonly current_amount: number;
    /** Per interval. */
    readonly difference: number;
  } | null;
  readonly quote_required: boolean;
  readonly methods: readonly MethodView[];
  readonly installments: readonly { readonly count: number; readonly amount: number }[];
  /** Brought back to accept: digest of all that is agreed to. */
  readonly terms: string;
}

export interface IntervalView {
  readonly unit: 'day' | 'week' | 'month' | 'year';
  readonly count: number;
}

export type MethodView =
  | { readonly kind: 'saved_card'; readonly card_id: string; readonly brand: string; readonly last4: string }
  | { readonly kind: 'new_card' }
  | { readonly kind: 'pix' };

/** A payment that is not final. */
export interface PendingView {
  readonly kind: 'authenticate' | 'checkout' | 'pix' | 'processing';
  readonly offer_uuid: string;
  readonly amount: number;
  readonly currency: string;
  /** The bank's page, or the provider's checkout. */
  readonly url?: string;
  readonly expires_at?: string;
  readonly pix?: { readonly code: string; readonly qr_image: string; readonly expires_at: string };
}

export interface QuoteView {
  readonly quote_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly method: { readonly brand?: string; readonly last4?: string } | null;
  readonly expires_at: string;
  readonly terms: string;
}

export interface ThankYouView {
  readonly language: Language;
  readonly sale: { readonly id: string; readonly status: SaleStatus; readonly is_closed: boolean };
  readonly items: readonly ThankYouItemView[];
  readonly totals: readonly { readonly amount: number; readonly currency: string }[];
  readonly pending: PendingView | null;
  readonly resume_url: string | null;
  readonly return_url: string | null;
  readonly server_time: string;
}

export interface ThankYouItemView {
  readonly name: string;
  readonly kind: 'main' | 'upsell';
  readonly status: SaleItemStatus;
  readonly amount: number;
  readonly currency: string;
  readonly delivery: string | null;
  readonly image: string | null;
  /** What a plan is billed from its next period on; null: it does not renew. */
  readonly renewal: RenewalView | null;
}

export interface RenewalView {
  readonly amount: number;
  readonly currency: string;
  readonly interval: IntervalView;
}
