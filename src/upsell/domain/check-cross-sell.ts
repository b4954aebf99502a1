import type { SavedCard } from '../../billing-providers/index.js';
import type { OfferMethod } from '../../catalog/index.js';
import type { ErrorCode } from '../../common/errors/index.js';
import { REFUSAL_OF_PROBLEM, type PaymentWish } from './check-accept.js';
import { findMethodProblems, isChargeable, type MethodSituation } from './check-method.js';

/** What decides whether an offer can be bought by itself. */
export interface CrossSellContext {
  readonly isOnSale: boolean;
  /** The customer has the product, or is at the plan. */
  readonly isOwned: boolean;
  /** A plan is wanted, and the group has one: switching has a quote, and a route of its own. */
  readonly hasOtherPlan: boolean;
  /** Digest of all that would be agreed to now; undefined: it is not sold to this customer there. */
  readonly terms: string | undefined;
  /** What the customer was shown; undefined: they were told by somebody else. */
  readonly agreedTerms: string | undefined;
  /** The same product, or a plan, is being paid for just now. */
  readonly isBeingBought: boolean;
}

export type CrossSellRefusal = Extract<
  ErrorCode,
  | 'offer_not_found'
  | 'offer_owned'
  | 'subscription_already_active'
  | 'offer_not_available'
  | 'upsell_offer_changed'
  | 'upsell_payment_pending'
>;

/** Why the offer cannot be bought, by the first rule that says no; undefined: it can. */
export function checkCrossSell(context: CrossSellContext): CrossSellRefusal | undefined {
  if (!context.isOnSale) return 'offer_not_found';
  if (context.isOwned) return 'offer_owned';
  if (context.hasOtherPlan) return 'subscription_already_active';
  if (context.terms === undefined) return 'offer_not_available';
  if (context.agreedTerms !== undefined && context.agreedTerms !== context.terms) return 'upsell_offer_changed';
  return context.isBeingBought ? 'upsell_payment_pending' : undefined;
}

/** What a payment method is chosen by. */
export interface MethodChoice extends MethodSituation {
  readonly currency: string;
  readonly allowedMethods: readonly OfferMethod[];
  /** What the provider's own page would take for this offer. */
  readonly pageMethods: readonly OfferMethod[];
  /** The customer's, as the provider has them now, in its order. */
  readonly cards: readonly SavedCard[];
  /** Whether a card has failed to pay this very offer lately: the next one is chosen by the customer alone. */
  readonly hasFailed: boolean;
  readonly wish: { readonly cardId?: string; readonly isCheckout?: boolean };
}

type SavedOrPage = Extract<PaymentWish, { readonly kind: 'saved_card' | 'new_card' }>;

export type MethodJudgement =
  | { readonly kind: 'chosen'; readonly method: SavedOrPage }
  | {
      readonly kind: 'refused';
      readonly code:
        | 'payment_method_not_found'
        | 'payment_method_not_allowed'
        | (typeof REFUSAL_OF_PROBLEM)[keyof typeof REFUSAL_OF_PROBLEM];
    };

/**
 * The card that the customer names, else the first that can be charged, else the provider's own page. After a card has failed no
 * card is charged by itself, neither that one nor another: a customer who says yes again has not said yes to a method of ours.
 */
export function chooseMethod(choice: MethodChoice): MethodJudgement {
  const { wish, cards, allowedMethods, pageMethods, hasFailed } = choice;
  const takesCards = allowedMethods.includes('card');
  if (wish.cardId !== undefined && !wish.isCheckout) return judgeNamed(choice, wish.cardId, takesCards);
  const card = hasFailed ? undefined : cards.find((each) => isChargeable(each, choice));
  if (takesCards && card && !wish.isCheckout) return chosen({ kind: 'saved_card', cardId: card.id });
  return pageMethods.length > 0
    ? chosen({ kind: 'new_card' })
    : { kind: 'refused', code: 'payment_method_not_allowed' };
}

function judgeNamed(choice: MethodChoice, cardId: string, takesCards: boolean): MethodJudgement {
  if (!takesCards) return { kind: 'refused', code: 'payment_method_not_allowed' };
  const card = choice.cards.find(({ id }) => id === cardId);
  if (!card) return { kind: 'refused', code: 'payment_method_not_found' };
  const [problem] = findMethodProblems(card, choice);
  return problem ? { kind: 'refused', code: REFUSAL_OF_PROBLEM[problem] } : chosen({ kind: 'saved_card', cardId });
}

const chosen = (method: SavedOrPage): MethodJudgement => ({ kind: 'chosen', method });
