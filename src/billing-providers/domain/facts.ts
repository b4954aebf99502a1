import type { PaymentProvider } from '../../identity/index.js';

/**
 * What a provider said about a subscription, in neutral words. Facts are kept for ever the same: they are stored as JSON, so
 * every field is a plain value. Times are whole seconds since 1970 (UTC), as providers give them.
 */
export type ProviderName = PaymentProvider;

/**
 * Neutral status. `trialing` counts as active; Stripe's `unpaid` and `paused` are `past_due` without access (see
 * `accessSuspended`); `incomplete_expired` is `canceled`.
 */
export type SubscriptionStatus = 'incomplete' | 'active' | 'past_due' | 'canceled';

interface FactOrigin {
  readonly provider: ProviderName;
  /** Provider's subscription id. */
  readonly subscriptionId: string;
  /** Provider's customer id: decides whose subscription it is. */
  readonly customerId: string;
  /** Provider's event id; `fetch:...` or `response:...` for what we read ourselves. */
  readonly eventId: string;
  /** When it happened, by the provider's clock. */
  readonly occurredAt: number;
}

/** The fields of a subscription that rules look at. */
export interface SubscriptionSnapshot {
  readonly status: SubscriptionStatus;
  readonly providerStatus: string;
  /** No access whatever the grace says: the provider gave up collecting, or a trial ended without a card. */
  readonly accessSuspended: boolean;
  readonly priceId: string;
  readonly quantity: number;
  readonly currentPeriodStart: number;
  readonly currentPeriodEnd: number;
  readonly scheduleId: string | null;
  readonly latestInvoiceId: string | null;
  /** When it will end by itself; null when it renews. */
  readonly cancelAt: number | null;
  readonly canceledAt: number | null;
  readonly endedAt: number | null;
  readonly createdAt: number;
  /** Provider's item id, to name it in calls. */
  readonly itemId: string;
  /** A change that waits for its payment (`pending_if_incomplete`); null when none. */
  readonly pendingUpdate: { readonly priceId: string; readonly expiresAt: number } | null;
  /** `metadata.group_id`, when set. */
  readonly groupId: string | null;
}

export interface SubscriptionFact extends FactOrigin {
  readonly kind: 'subscription';
  readonly change:
    | 'created'
    | 'updated'
    | 'deleted'
    | 'pending_update_applied'
    | 'pending_update_expired'
    /** Read by us: the state at that moment. `covers`: ids of the events of its second that were known before reading. */
    | 'fetched'
    /**
     * Read by us, from a provider whose events carry no history (Dodo): the whole state at `occurredAt`, when the reading began.
     * Observations of one subscription are a story of their own: each counts, in the order in which they were made. Of one
     * second their ids tell it: `observed:<milliseconds of the system's clock, 15 digits>:<random>:<what>`.
     */
    | 'observed';
  readonly snapshot: SubscriptionSnapshot;
  /** Values before this event, of the fields that it changed. Orders events of one second; never a proof. */
  readonly previous: Partial<SubscriptionSnapshot>;
  readonly covers?: readonly string[];
}

export interface SchedulePhase {
  readonly startAt: number;
  readonly endAt: number | null;
  readonly priceId: string;
  readonly quantity: number;
}

export interface ScheduleFact extends FactOrigin {
  readonly kind: 'schedule';
  readonly change: 'created' | 'updated' | 'released' | 'completed' | 'canceled' | 'aborted' | 'fetched' | 'observed';
  readonly scheduleId: string;
  /** Provider's word: not_started, active, completed, released, canceled. */
  readonly scheduleStatus: string;
  readonly currentPhase: { readonly startAt: number; readonly endAt: number } | null;
  readonly phases: readonly SchedulePhase[];
  /** Phases before this event, when the event says so. */
  readonly previousPhases?: readonly SchedulePhase[];
  readonly covers?: readonly string[];
}

export interface InvoiceLine {
  readonly priceId: string;
  readonly periodStart: number;
  readonly periodEnd: number;
  readonly proration: boolean;
}

export interface InvoiceFact extends FactOrigin {
  readonly kind: 'invoice';
  readonly change: 'paid' | 'payment_failed' | 'payment_action_required' | 'uncollectible' | 'voided';
  readonly invoiceId: string;
  /** Minor units. */
  readonly total: number;
  readonly currency: string;
  readonly attemptCount: number;
  /** Null: no further automatic attempt is known. */
  readonly nextAttemptAt: number | null;
  readonly lines: readonly InvoiceLine[];
}

export type ProviderFact = SubscriptionFact | ScheduleFact | InvoiceFact;
export type FactType = {
  [Fact in ProviderFact as Fact['kind']]: `${Fact['kind']}.${Fact['change']}`;
}[ProviderFact['kind']];
