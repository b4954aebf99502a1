/** What a small merchant offers after a sale, in centavos. */
export const OFFERS = { course: 5_900, sample: 1_900, poster: 2_900, lens: 9_900 } as const;
export type OfferCode = keyof typeof OFFERS;
export const OFFER_CODES = Object.keys(OFFERS) as readonly OfferCode[];
export const KIT = 14_900;
/** An offer that has become dearer. */
export const DEARER = 100;

export interface Step {
  readonly kind: 'one_click' | 'pix_or_card' | 'multi_offer';
  readonly offers: readonly OfferCode[];
  readonly yes: number | null;
  readonly no: number | null;
  /** Seconds from the first impression. */
  readonly countdown?: number;
}

export const VERSIONS: readonly (readonly Step[])[] = [
  [
    { kind: 'one_click', offers: ['course'], yes: 2, no: 1 },
    { kind: 'pix_or_card', offers: ['sample'], yes: 2, no: 2, countdown: 600 },
    { kind: 'multi_offer', offers: ['poster', 'lens'], yes: null, no: null },
  ],
  [
    { kind: 'multi_offer', offers: ['lens', 'course'], yes: 1, no: 1 },
    { kind: 'pix_or_card', offers: ['sample'], yes: null, no: null, countdown: 600 },
  ],
];

const CARD_WAYS = ['good', 'declining', 'asking'] as const;
export type Way = (typeof CARD_WAYS)[number] | 'new_card' | 'pix';

/** What the provider can do; everything else is the same at both. */
export interface Abilities {
  readonly pix: boolean;
  /** Whether a payment that is open there can be closed. */
  readonly closes: boolean;
  /** What a failed authentication is called. */
  readonly unauthenticated: string;
}

/** A try to pay for an offer. `truth` is what the provider knows, `status` what the merchant has been told. */
export interface Payment {
  readonly sale: number;
  readonly position: number;
  readonly offer: OfferCode;
  readonly amount: number;
  /** Of the sale's items. */
  readonly item: number;
  readonly kind: 'authenticate' | 'checkout' | 'pix';
  /** Milliseconds: the customer is waited for until then. */
  readonly until: number;
  status: 'open' | 'paid' | 'over' | 'returned';
  truth: 'open' | 'paid' | 'failed' | 'closed';
  failure: string | null;
}

export interface Item {
  readonly offer: OfferCode | 'kit';
  readonly amount: number;
  status: 'pending' | 'paid' | 'failed' | 'expired' | 'refunded';
}

/** A page that the customer has seen, and may still have open in a tab. */
export interface Page {
  readonly sale: number;
  readonly position: number;
  readonly offers: readonly { readonly code: OfferCode; readonly amount: number }[];
}

export interface Sale {
  readonly version: number;
  /** Milliseconds. */
  readonly expiresAt: number;
  readonly items: Item[];
  readonly events: string[];
  /** Null: nothing was offered after it. */
  session: 'open' | 'charging' | 'completed' | 'expired' | 'killed' | null;
  position: number | null;
  offered: readonly OfferCode[];
  stepEndsAt: number | null;
  failure: string | null;
  pending: Payment | null;
  status: 'approved' | 'extended' | 'finalized';
  isClosed: boolean;
}

export type Refusal = { readonly status: number; readonly code: string };
