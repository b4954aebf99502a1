import type { ProviderName } from '../../billing-providers/index.js';
import type { Offer } from '../../catalog/index.js';
import type { Language } from '../../config/index.js';

/** pending: a payment is under way. expired: it was given up, or its page closed. */
export type CrossSellStatus = 'pending' | 'paid' | 'failed' | 'expired';

/** One try of an existing customer to buy an offer by itself. */
export interface CrossSell {
  /** Our id (`cross_sells.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly userId: string;
  readonly groupId: string | null;
  readonly offerId: string;
  /** The moment that it was offered at; null where the customer asked for it. */
  readonly triggerId: string | null;
  readonly provider: ProviderName;
  readonly providerCustomerId: string;
  /** The saved card that is charged; null on the provider's own page. */
  readonly cardId: string | null;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly language: Language;
  readonly returnUrl: string;
  readonly status: CrossSellStatus;
  readonly chargeAttemptId: string | null;
  /** Once it is paid. */
  readonly saleId: string | null;
}

/** Anything else is refused. What failed or expired may still be paid: a bank's answer can come late. */
export const CROSS_SELL_TRANSITIONS: Readonly<Record<CrossSellStatus, readonly CrossSellStatus[]>> = {
  pending: ['paid', 'failed', 'expired'],
  paid: [],
  failed: ['paid'],
  expired: ['paid'],
};

export const CROSS_SELL_STATUSES = Object.keys(CROSS_SELL_TRANSITIONS) as readonly CrossSellStatus[];

/** The statuses that lead to `to`. */
export const crossSellStatusesBefore = (to: CrossSellStatus): readonly CrossSellStatus[] =>
  CROSS_SELL_STATUSES.filter((from) => CROSS_SELL_TRANSITIONS[from].includes(to));

/**
 * What must happen once: that a user buys an offer; a plan, for a group. Who has it no more, because it was given back or has
 * ended, may buy it again: then it is another intent.
 *
 * @param groupId whom a plan is for; null: it is no plan
 * @param ended how often they have bought it and have it no more
 */
export function toCrossSellIntent(userId: string, offerId: string, groupId: string | null, ended: number): string {
  const what = groupId === null ? `cross:${userId}:${offerId}` : `cross:${userId}:${offerId}@${groupId}`;
  return ended === 0 ? what : `${what}:${ended}`;
}

/** Whether one of the others sells the same product. */
export const sellsTheSame = (offer: Pick<Offer, 'product'>, others: readonly Pick<Offer, 'product'>[]): boolean =>
  others.some(({ product }) => product !== null && product.id === offer.product?.id);
