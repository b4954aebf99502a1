import type { Trap } from '../hook/protocol.js';

export const PROVIDERS = ['stripe', 'dodo'] as const;
export type ProviderId = (typeof PROVIDERS)[number];

export const PLANS = { starter: 2_000, basic: 3_000, pro: 8_000 } as const;
export type PlanCode = keyof typeof PLANS;

export const MODES = ['prorated_immediately', 'difference_immediately', 'full_immediately'] as const;

/** The kit in reais can be paid on by Pix. */
export const BOUGHT = ['kit', 'kit_brl'] as const;
export type Bought = (typeof BOUGHT)[number];

export const ENDINGS = ['pay', 'pay late', 'refuse', 'walk away'] as const;
export type Ending = (typeof ENDINGS)[number];

/** What somebody wants. Where it is not possible as things stand (nothing to accept, say), nothing happens. */
export type Deed =
  | { readonly do: 'subscribe'; readonly plan: PlanCode }
  /** At the merchant's own checkout, by a card that is kept; some cards ask for their owner each time. */
  | { readonly do: 'buy'; readonly goods: Bought; readonly card: 'plain' | 'asking' }
  /** What a funnel offers; and what is done with a bank's page or a Pix code, where there is one. */
  | { readonly do: 'accept'; readonly method: 'card' | 'pix'; readonly ending: Ending }
  | { readonly do: 'decline' }
  | { readonly do: 'cross-sell' }
  | { readonly do: 'schedule'; readonly plan: PlanCode }
  | { readonly do: 'undo' }
  | { readonly do: 'switch'; readonly plan: PlanCode; readonly mode: (typeof MODES)[number] }
  | { readonly do: 'cancel' }
  | { readonly do: 'resume' }
  | { readonly do: 'refund' }
  /** The merchant's server tells of a moment; what is offered then is bought by one click. */
  | { readonly do: 'trigger' }
  /** The customer's bank takes back what was paid, and decides. */
  | { readonly do: 'dispute'; readonly ends: 'won' | 'lost' }
  /** Another card: one that pays, or one that can be saved and declines whatever is charged. */
  | { readonly do: 'card'; readonly pays: boolean }
  /** Time passes over the customer's next renewal, and past the hour in which invoices are drafts. */
  | { readonly do: 'renew' }
  | { readonly do: 'wait'; readonly minutes: number };

export const API_FAULTS = ['dropRequest', 'loseResponse', 'failAfter', 'hang', 'rateLimit', 'answerLate'] as const;
export const EVENT_FAULTS = ['duplicate', 'duplicateAsNewEvent', 'reorder', 'delay', 'drop'] as const;

/** Seen from the customer: the API process that they ask first, the other one, the worker. */
export type Victim = 'asked' | 'other' | 'worker';

export type Fault =
  | { readonly kind: 'kill' | 'crash-database'; readonly who: Victim; readonly at: Omit<Trap, 'action'> }
  | {
      readonly kind: (typeof API_FAULTS)[number];
      /** Calls of this kind that go well before it. */
      readonly skip: number;
      readonly method: 'POST' | 'GET' | 'any';
    }
  | {
      readonly kind: (typeof EVENT_FAULTS)[number];
      readonly times: number;
      readonly seed: number;
      readonly days: number;
    }
  | { readonly kind: 'poison'; readonly provider: ProviderId; readonly variant: number };

export interface Act {
  readonly customer: number;
  readonly deed: Deed;
  /** Which of the two API processes is asked first. */
  readonly replica: 0 | 1;
  /** Twice: on both at once. */
  readonly clicks: 'once' | 'twice' | 'twice with one key';
  readonly withKey: boolean;
  readonly faults: readonly Fault[];
}

/** All that happens in one run. It is made from the seed alone. */
export interface Plan {
  readonly seed: number;
  /** The provider of each customer. */
  readonly customers: readonly ProviderId[];
  readonly acts: readonly Act[];
}
