import type { SavedCard } from '../../billing-providers/index.js';
import type { ErrorCode } from '../../common/errors/index.js';
import { findMethodProblems, type MethodProblem } from './check-method.js';
import { isAllowedCount, type Installments } from './installments.js';
import { isPixPossible, SUBSCRIPTION_CARD, type PaymentSituation } from './methods.js';
import type { Lapse, SessionStatus } from './session.js';

/** How a customer wants to pay. */
export type PaymentWish =
  | { readonly kind: 'saved_card'; readonly cardId: string }
  | { readonly kind: 'new_card' }
  | { readonly kind: 'pix'; readonly taxId?: string };

/** The offer that is accepted, as it can be sold to this customer now. */
export interface AcceptedOffer {
  readonly situation: PaymentSituation;
  /** Digest of everything that would be agreed to now; with the quote, where one was brought. */
  readonly terms: string;
  readonly installments: readonly Installments[];
  /** An upgrade: the quote that was brought is good. Null: none is needed. */
  readonly isQuoteGood: boolean | null;
}

/** All that an accept is judged by. */
export interface AcceptContext {
  readonly session: { readonly status: SessionStatus; readonly lapse: Lapse };
  /** Uuid of the current step; null when the session is over. */
  readonly stepUuid: string | null;
  readonly offeredOfferIds: readonly string[];
  readonly wish: {
    readonly stepUuid: string;
    readonly offerId: string | undefined;
    readonly terms: string;
    readonly method: PaymentWish;
    readonly installments: number;
  };
  /** Undefined: owned, declined, withdrawn or not payable any more. */
  readonly offer: AcceptedOffer | undefined;
  /** The customer's cards as the provider has them now; undefined: not read yet. */
  readonly cards: readonly SavedCard[] | undefined;
}

export type AcceptRefusal = Extract<
  ErrorCode,
  | 'upsell_session_over'
  | 'upsell_step_stale'
  | 'upsell_payment_pending'
  | 'upsell_step_expired'
  | 'offer_not_found'
  | 'upsell_offer_changed'
  | 'payment_method_not_allowed'
  | 'one_click_not_available'
  | 'payment_method_not_found'
  | 'payment_method_expired'
  | 'payment_method_not_reusable'
  | 'payment_method_currency_not_supported'
  | 'installments_not_allowed'
>;

export type AcceptJudgement =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly code: AcceptRefusal }
  /** Good so far: the next question is the provider's. */
  | { readonly kind: 'read_cards' };

const refused = (code: AcceptRefusal): AcceptJudgement => ({ kind: 'refused', code });

/**
 * Whether money may be asked for, by the first rule that says no: the session, the step, its time, the offer, what was agreed,
 * the method, the card, instalments. No charge without all of them.
 */
export function checkAccept(context: AcceptContext): AcceptJudgement {
  const code = checkPlace(context) ?? checkOffer(context) ?? checkMethod(context);
  if (code) return refused(code);
  if (needsCards(context.wish.method)) {
    if (context.cards === undefined) return { kind: 'read_cards' };
    const refusal = checkCard(context);
    if (refusal) return refused(refusal);
  }
  const refusal = checkInstallments(context);
  return refusal ? refused(refusal) : { kind: 'ok' };
}

function checkPlace({ session, stepUuid, wish }: AcceptContext): AcceptRefusal | undefined {
  if (stepUuid === null || session.lapse === 'expired' || session.lapse === 'killed') return 'upsell_session_over';
  if (wish.stepUuid !== stepUuid) return 'upsell_step_stale';
  if (session.status === 'charging') return 'upsell_payment_pending';
  return session.lapse === 'step_expired' ? 'upsell_step_expired' : undefined;
}

function checkOffer({ offeredOfferIds, wish, offer }: AcceptContext): AcceptRefusal | undefined {
  if (wish.offerId === undefined || !offeredOfferIds.includes(wish.offerId)) return 'offer_not_found';
  if (offer === undefined || offer.terms !== wish.terms) return 'upsell_offer_changed';
  return offer.isQuoteGood === false ? 'upsell_offer_changed' : undefined;
}

function checkMethod({ wish: { method }, offer }: AcceptContext): AcceptRefusal | undefined {
  const situation = offer?.situation;
  if (situation === undefined) return 'upsell_offer_changed';
  if (method.kind === 'pix') return isPixPossible(situation) ? undefined : 'payment_method_not_allowed';
  if (!situation.allowedMethods.includes('card')) return 'payment_method_not_allowed';
  const isOfSubscription = method.kind === 'saved_card' && method.cardId === SUBSCRIPTION_CARD;
  if ((situation.sells === 'upgrade_plan') !== isOfSubscription) return 'payment_method_not_allowed';
  if (isOfSubscription || method.kind === 'new_card') return undefined;
  return situation.saleMethodKind === 'card' ? undefined : 'one_click_not_available';
}

const needsCards = (method: PaymentWish): boolean =>
  method.kind === 'saved_card' && method.cardId !== SUBSCRIPTION_CARD;

function checkCard({ wish: { method }, cards, offer }: AcceptContext): AcceptRefusal | undefined {
  const card = cards?.find(({ id }) => method.kind === 'saved_card' && id === method.cardId);
  if (!card || !offer) return 'payment_method_not_found';
  const { currency, now } = offer.situation;
  const [problem] = findMethodProblems(card, { currency, now });
  return problem && REFUSAL_OF_PROBLEM[problem];
}

/** How a card that cannot be charged is refused. */
export const REFUSAL_OF_PROBLEM = {
  expired: 'payment_method_expired',
  not_reusable: 'payment_method_not_reusable',
  currency_not_supported: 'payment_method_currency_not_supported',
} as const satisfies Readonly<Record<MethodProblem, AcceptRefusal>>;

/** Only what is charged by one click can be spread: the provider's own page asks for the whole amount. */
function checkInstallments({ wish, offer }: AcceptContext): AcceptRefusal | undefined {
  if (wish.installments === 1) return undefined;
  const isSpread = wish.method.kind === 'saved_card' && offer?.situation.sells === 'one_time';
  return isSpread && isAllowedCount(wish.installments, offer.installments) ? undefined : 'installments_not_allowed';
}
