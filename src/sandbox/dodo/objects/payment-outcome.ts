import type { SavedMethod } from './records.js';
import { EXPIRED, getTestCard, type CardFailure } from './test-cards.js';

export type PaymentOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly failure: CardFailure }
  /** The money takes its time. */
  | { readonly kind: 'processing' }
  /** The card's bank wants to see its owner, who is not there. */
  | { readonly kind: 'authenticate'; readonly hasLink: boolean };

export interface Presence {
  /** Whether the owner of the card sits at a page, and has proved to their bank who they are where it asks. */
  readonly isPresent: boolean;
  /** Milliseconds of virtual time. */
  readonly now: number;
}

/** What a bank answers to a charge. A wallet pays, and is there only while its owner is. */
export function decideOutcome(method: SavedMethod, { isPresent, now }: Presence): PaymentOutcome {
  if (method.number === null) return { kind: 'succeeded' };
  const card = getTestCard(method.number);
  const failure = card.failure ?? (isPresent ? undefined : card.absentFailure);
  if (isExpired(method, now)) return { kind: 'failed', failure: EXPIRED };
  if (failure) return { kind: 'failed', failure };
  if (isPresent) return { kind: 'succeeded' };
  if (card.authentication) return { kind: 'authenticate', hasLink: card.authentication === 'link' };
  return { kind: card.isSlow ? 'processing' : 'succeeded' };
}

/** A card is good until the end of its month, UTC. */
export function isExpired({ item }: Pick<SavedMethod, 'item'>, now: number): boolean {
  const { expiry_month: month, expiry_year: year } = item.card ?? {};
  if (!month || !year) return false;
  return now >= Date.UTC(2000 + (Number(year) % 100), Number(month), 1);
}

/** Whether Dodo would take this method for a charge without its owner, in this currency. */
export function isEligible(method: SavedMethod, currency: string): boolean {
  if (method.number === null || method.item.recurring_enabled === false) return false;
  return getTestCard(method.number).currencies?.includes(currency) ?? true;
}
