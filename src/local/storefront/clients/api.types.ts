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
  readonly provider: string;
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
