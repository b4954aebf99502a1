import type { ProviderFact } from './facts.js';

/** What a provider lists about money, each kind in a list of its own. */
export type MoneyList = 'payments' | 'checkouts' | 'refunds' | 'disputes';

/** A part of a list. Every part together is the whole list, newest first; something that is new meanwhile may come twice. */
export interface ListedPage<Item> {
  readonly items: readonly Item[];
  /** Elements that do not make sense, left out of `items`. */
  readonly unreadable: number;
  /** Leads to the next page, also in another process and later; null: this is the last. */
  readonly next: string | null;
}

/** How a fetched fact is placed among the events: see `SubscriptionFact.covers`. */
export interface ReadStamp {
  /** Newest event time already received for the subscription. */
  readonly occurredAt: number;
  readonly covers: readonly string[];
}

/** A subscription as a list has it, which is what a reading of that moment would have said. */
export interface ListedSubscription {
  readonly subscriptionId: string;
  readonly customerId: string;
  /** Seconds since 1970; null while it lives. */
  readonly endedAt: number | null;
  /** @returns its facts; a text where it has another shape than the one that is understood */
  facts(stamp: ReadStamp): readonly ProviderFact[] | string;
}
