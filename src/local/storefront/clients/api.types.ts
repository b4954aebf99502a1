import type { ProviderId } from '../providers.js';

/*
 * What the storefront reads of Uplift's answers, as its documentation at /docs describes them. Written down here once more
 * on purpose: a storefront is another project, and only the HTTP API binds the two.
 */

export interface BilledPrice {
  readonly currency: string;
  /** Minor units. */
  readonly unit_amount: number;
  readonly billing_interval: 'day' | 'week' | 'month' | 'year';
  readonly interval_count: number;
}

export interface Price extends BilledPrice {
  readonly provider: ProviderId;
}

export interface Money {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

export interface Plan {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly features: readonly string[];
  readonly prices: readonly Price[];
}

export interface PlanSummary {
  readonly id: string;
  readonly code: string;
  readonly name: string;
}

export interface HistoryEntry {
  readonly type: 'new' | 'renewal' | 'change';
  readonly status: 'pending' | 'active' | 'inactive';
  readonly payment_status: 'pending' | 'paid' | 'failed' | 'N/A';
  readonly plan: PlanSummary;
  readonly old_plan: PlanSummary | null;
  readonly direction: 'upgrade' | 'downgrade' | 'lateral' | null;
  readonly effective_at: string;
}

export interface Subscription {
  readonly id: string;
  /** Where it is paid, whatever the visitor pays by elsewhere. */
  readonly provider: ProviderId;
  readonly status: 'incomplete' | 'active' | 'past_due' | 'canceled';
  readonly plan: PlanSummary;
  /** What is billed now. */
  readonly price: BilledPrice;
  readonly scheduled_plan: PlanSummary | null;
  readonly scheduled_plan_change_at: string | null;
  /** There while a change is pending: to be shown, and asked, before another change is made. */
  readonly warning: { readonly code: string; readonly message: string } | null;
  readonly deadline_at: string;
  readonly cancel_at: string | null;
  readonly canceled_at: string | null;
  readonly can_manage: boolean;
  readonly entitlement: {
    readonly entitled: boolean;
    readonly plan: PlanSummary | null;
    /** The end of the paid period, plus days of grace while the subscription renews. */
    readonly until: string | null;
    readonly reason: string | null;
  };
  /** The newest change that was to happen at once. */
  readonly latest_change: {
    readonly quote_id: string;
    readonly status: string;
    readonly failure: string | null;
    /** The bank's page, while it asks whose card it is. */
    readonly authentication_url: string | null;
  } | null;
  readonly latest_request: { readonly kind: string; readonly status: string } | null;
  readonly history: readonly HistoryEntry[];
}

export interface WebhookEvent {
  readonly id: string;
  readonly event_type: string;
  readonly status: 'pending' | 'processing' | 'completed' | 'failed';
  readonly outcome: string | null;
  readonly error: string | null;
  readonly occurred_at: string | null;
  readonly created_at: string;
}

export interface OwnedProduct {
  readonly product_code: string;
  readonly status: 'granted' | 'suspended' | 'revoked';
}

export interface ClaimedSale {
  /** Null: there is nothing to offer. */
  readonly upsell: { readonly url: string } | null;
  readonly thank_you_url: string;
}

/** How a change that happens at once is billed. */
export const PRORATION_MODES = [
  'difference_immediately',
  'prorated_immediately',
  'full_immediately',
  'do_not_bill',
] as const;
export type ProrationMode = (typeof PRORATION_MODES)[number];

/** What a change of plan would cost if it were made now. */
export interface PlanQuote {
  readonly quote_id: string;
  readonly mode: ProrationMode;
  readonly charge_now: Money;
  /** Put down for the next renewals. */
  readonly credit: Money;
  /** Null: the provider does not say. */
  readonly next_billing_at: string | null;
  readonly plan: PlanSummary;
  readonly current_plan: PlanSummary;
  /** What would be charged; null: the provider does not say. */
  readonly method: { readonly brand: string; readonly last4: string } | null;
  readonly replaces_scheduled_change: boolean;
  readonly expires_at: string;
  readonly downgrade: {
    readonly allowed: boolean;
    readonly decision: 'allow' | 'block' | 'schedule';
    readonly reasons: readonly { readonly limit: string; readonly message: string }[];
  };
}

/** Something that is sold beside a plan, as an administrator sees it. */
export interface Offer {
  readonly id: string;
  readonly code: string;
  readonly product_code: string | null;
  readonly currency: string | null;
  readonly unit_amount: number | null;
  readonly is_active: boolean;
}

export interface CrossSale {
  readonly status: string;
  /** Where to pay, when one click was not enough. */
  readonly checkout_url?: string | null;
}

export interface PaymentMethod {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
  readonly expiry_month: number;
  readonly expiry_year: number;
  readonly usable: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

export interface ProviderMethods {
  readonly provider: ProviderId;
  readonly methods: readonly PaymentMethod[];
  /** Whether the provider has a page for changing them. */
  readonly can_update: boolean;
}
