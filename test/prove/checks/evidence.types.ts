import type { Movement } from '../../../src/sandbox/index.js';

/** A movement of money at a provider, with the attempt of ours that it says it belongs to. */
export interface MoneyMoved extends Pick<Movement, 'provider' | 'type' | 'amount' | 'outcome' | 'at'> {
  readonly payment: string | null;
  readonly customer: string | null;
  /** Or, where there are none, the subscription that it was taken for. */
  readonly invoice: string | null;
  readonly attempt: string | null;
}

export interface AttemptRow {
  readonly uuid: string;
  readonly intent: string;
  readonly status: string;
  readonly kind: string;
  readonly payment: string | null;
  readonly customer: string;
  readonly sentAt: Date | null;
  readonly amount: number;
}

/** What the API said had happened. */
export interface Promised {
  readonly customer: string;
  /** For people. */
  readonly what: string;
  /** How the intent of the attempt begins or ends that has to have moved the money. */
  readonly intent: string;
}

export interface EventRow {
  readonly provider: string;
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly error: string | null;
}

/** A subscription, in our words or in the provider's translated to ours. Times are ISO 8601. */
export interface SubscriptionState {
  readonly id: string;
  readonly customer: string;
  readonly status: string;
  readonly plan: string;
  readonly deadline: string;
  /** Plan and moment of what is to come. */
  readonly pending: string | null;
}

export interface ItemRow {
  readonly uuid: string;
  readonly customer: string;
  readonly offer: string;
  readonly status: string;
  readonly amount: number;
  readonly refunded: number;
  readonly provider: string;
  readonly payment: string | null;
  readonly isPlan: boolean;
  /** A dispute of it is open, or lost. */
  readonly isDisputed: boolean;
  /** Of the product that it gives access to; null where there is no row. */
  readonly entitlement: string | null;
}

/** An answer of the service that says that it is its own fault. */
export interface ServerError {
  readonly act: number;
  readonly what: string;
  readonly status: number;
  readonly code: string;
  /** Kinds of the faults of that act. */
  readonly faults: readonly string[];
}

/** All that is known when a run is over. Checks look at nothing else. */
export interface Evidence {
  readonly moved: readonly MoneyMoved[];
  readonly attempts: readonly AttemptRow[];
  readonly promises: readonly Promised[];
  readonly events: readonly EventRow[];
  /** Ids of events that were answered with 2xx. */
  readonly acknowledged: readonly string[];
  readonly poisoned: readonly string[];
  /** Ids of failed events that the admin API shows. */
  readonly shownFailed: readonly string[];
  /** Ten virtual minutes after the last fault. */
  readonly openAttempts: readonly Pick<AttemptRow, 'uuid' | 'intent' | 'status' | 'customer'>[];
  readonly chargingSessions: readonly string[];
  readonly ours: readonly SubscriptionState[];
  readonly theirs: readonly SubscriptionState[];
  readonly items: readonly ItemRow[];
  /** `name: row` of each row that an invariant returned. */
  readonly brokenInvariants: readonly string[];
  readonly serverErrors: readonly ServerError[];
  /** Log lines that no process should ever write. */
  readonly unhandled: readonly string[];
  /** What was still under way when it should long have been done. */
  readonly unsettled: readonly string[];
}

export interface Violation {
  readonly check: string;
  readonly text: string;
}

/** @returns a text for each violation: which customer, which rows */
export type Check = (evidence: Evidence) => readonly string[];
