import type { InvoiceLine, SubscriptionItem } from '../objects/wire-types.js';

export type ProrationBehavior = 'none' | 'create_prorations' | 'always_invoice';
export type PaymentBehavior =
  'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete' | 'pending_if_incomplete';

/** A proration that waits for the next invoice of its subscription (Stripe: a pending invoice item). */
export interface PendingLine {
  readonly id: string;
  readonly subscription: string;
  readonly line: InvoiceLine;
}

/** What a change of items comes to, before anything is changed. The preview shows it, the update performs it. */
export interface ItemChange {
  readonly items: SubscriptionItem[];
  readonly anchor: number;
  readonly resetsPeriod: boolean;
  /** To bill now; undefined: nothing is billed now. */
  readonly linesNow: InvoiceLine[] | undefined;
  /** To bill with the next invoice. */
  readonly linesLater: InvoiceLine[];
  readonly endsTrial: boolean;
}

/** A change that waits for its payment (`pending_if_incomplete`). The id is the subscription's. */
export interface PendingChange {
  readonly id: string;
  readonly invoice: string;
  readonly change: ItemChange;
}

/** What a schedule object does not say. The id is the schedule's. */
export interface ScheduleNote {
  readonly id: string;
  /** The last phase was given without an end: nothing is left to do once it has started. */
  readonly openEnded: boolean;
}
