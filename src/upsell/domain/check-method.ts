import type { ChargeFailureCode, SavedCard } from '../../billing-providers/index.js';

/** Why a saved card cannot be charged by one click. */
export type MethodProblem = 'expired' | 'not_reusable' | 'currency_not_supported';

/** What decides whether a card can be charged. */
export interface MethodSituation {
  /** ISO 4217, upper case; undefined: not asked about. */
  readonly currency: string | undefined;
  readonly now: Date;
}

/** Card schemes that are of one country, and pay in its currency alone. */
const CURRENCY_OF_SCHEME: Readonly<Record<string, string>> = {
  elo: 'BRL',
  hipercard: 'BRL',
  rupay: 'INR',
  interac: 'CAD',
  eftpos_au: 'AUD',
};

/** All that keeps the card from being charged, the most lasting first; empty: nothing that can be known before. */
export function findMethodProblems(card: SavedCard, { currency, now }: MethodSituation): readonly MethodProblem[] {
  return [
    ...when(isCardExpired(card, now), 'expired'),
    // Cards of a session may have been stored by a version before, which knew nothing of it.
    ...when(card.isReusable === false, 'not_reusable'),
    ...when(currency !== undefined && !paysIn(card, currency), 'currency_not_supported'),
  ];
}

/** Whether the card can be charged now, as far as can be known before. */
export const isChargeable = (card: SavedCard, situation: MethodSituation): boolean =>
  findMethodProblems(card, situation).length === 0;

/** Whether the time of the card is over: it is good to the end of its month (UTC). */
const isCardExpired = (card: Pick<SavedCard, 'expiryMonth' | 'expiryYear'>, now: Date): boolean =>
  card.expiryYear * 12 + card.expiryMonth < now.getUTCFullYear() * 12 + now.getUTCMonth() + 1;

/** Whether a failure says something of the card: a provider that was not there, or a price that changed, does not. */
export const isFaultOfCard = (code: ChargeFailureCode): boolean =>
  code !== 'provider_unavailable' && code !== 'amount_changed';

const paysIn = ({ brand }: SavedCard, currency: string): boolean =>
  (CURRENCY_OF_SCHEME[brand.toLowerCase()] ?? currency) === currency;

const when = (isSo: boolean, problem: MethodProblem): MethodProblem[] => (isSo ? [problem] : []);
