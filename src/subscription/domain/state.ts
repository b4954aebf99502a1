import type {
  InvoiceFact,
  ScheduleFact,
  SubscriptionSnapshot,
  SubscriptionStatus,
} from '../../billing-providers/index.js';

/** `none`: nothing but schedules and invoices were heard of so far. */
export type LifeCycleStatus = 'none' | SubscriptionStatus;

export type HistoryType = 'new' | 'renewal' | 'change';
export type HistoryStatus = 'pending' | 'active' | 'inactive';
export type PaymentStatus = 'pending' | 'paid' | 'failed' | 'N/A';
export type ChangeDirection = 'upgrade' | 'downgrade' | 'lateral';

/** What the fold must know of a price. Amounts are integer minor units. */
export interface PlanOfPrice {
  readonly planId: string;
  readonly packageId: string;
  readonly unitAmount: number;
  readonly billingInterval: 'day' | 'week' | 'month' | 'year';
  readonly intervalCount: number;
}

/** Plans by provider price id, for every price that the facts name as a plan. */
export type PlansByPrice = ReadonlyMap<string, PlanOfPrice>;

/** A row of `subscription_histories` in the making. Times are seconds since 1970 (UTC). */
export interface HistoryEntry {
  /** Names the row among those of its subscription, the same whatever the order of arrival. */
  readonly key: string;
  readonly type: HistoryType;
  readonly status: HistoryStatus;
  readonly priceId: string;
  readonly planId: string;
  readonly oldPlanId: string | null;
  readonly direction: ChangeDirection | null;
  /** When the plan began, or will begin, to hold. */
  readonly effectiveAt: number;
  /** End of the period that its payment pays for. */
  readonly periodEnd: number | null;
  /** The invoice that the switch itself made, when it did. */
  readonly invoiceId: string | null;
  /**
   * `invoice`: follows the invoice; `period`: made no invoice of its own, so it is as paid as the period that it changed;
   * `closed`: replaced or undone before it began, so that no invoice is its own any more; `failed`: its payment failed for
   * good before it began.
   */
  readonly payment: 'invoice' | 'period' | 'closed' | 'failed';
  /** Key of the entry that billed the period, where `payment` is `period`. */
  readonly periodKey: string | null;
}

export interface InvoiceState {
  readonly outcome: 'paid' | 'failed';
  readonly lines: InvoiceFact['lines'];
}

export interface ScheduleState extends Pick<ScheduleFact, 'scheduleStatus' | 'currentPhase' | 'phases'> {
  /** When it was so; seconds since 1970. */
  readonly at: number;
}

/** Everything that the facts so far add up to. Plain values only: it is stored as JSON when old facts are folded away. */
export interface SubscriptionState {
  readonly status: LifeCycleStatus;
  readonly snapshot: SubscriptionSnapshot | null;
  /** When the snapshot was true; seconds since 1970. */
  readonly snapshotAt: number;
  /** Whether the subscription was seen from its beginning. */
  readonly seenFromStart: boolean;
  readonly schedules: Readonly<Record<string, ScheduleState>>;
  readonly invoices: Readonly<Record<string, InvoiceState>>;
  readonly history: readonly HistoryEntry[];
  /** A change that waited for its payment and was neither applied nor given up yet. */
  readonly awaitedUpdate: { readonly priceId: string } | null;
  readonly canceledAt: number | null;
}

export const INITIAL_STATE: SubscriptionState = {
  status: 'none',
  snapshot: null,
  snapshotAt: 0,
  seenFromStart: false,
  schedules: {},
  invoices: {},
  history: [],
  awaitedUpdate: null,
  canceledAt: null,
};

/** What a fact did. A fact without effect says why. */
export type Transition =
  | { readonly result: 'applied'; readonly state: SubscriptionState }
  | { readonly result: 'ignored'; readonly reason: string };

/** The pending change, of which there is at most one. */
export const pendingChangeOf = (history: readonly HistoryEntry[]): HistoryEntry | undefined =>
  history.find((entry) => entry.type === 'change' && entry.status === 'pending');
