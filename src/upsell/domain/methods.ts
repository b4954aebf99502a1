import type { PaymentMethodKind, SavedCard } from '../../billing-providers/index.js';
import type { OfferMethod } from '../../catalog/index.js';
import { isChargeable } from './check-method.js';
import type { StepKind } from './funnel.js';

/** A way to pay for an offer, as the customer is shown it. */
export type PaymentChoice =
  | { readonly kind: 'saved_card'; readonly cardId: string; readonly brand: string; readonly last4: string }
  | { readonly kind: 'new_card' }
  | { readonly kind: 'pix' };

/** Stands for the card that a subscription is billed to: which one that is, the quote says. */
export const SUBSCRIPTION_CARD = 'subscription';

/** What decides how an offer can be paid. */
export interface PaymentSituation {
  readonly stepKind: StepKind;
  /** How the offer is sold to this customer: once, as a new subscription, or as a change of the one they have. */
  readonly sells: 'one_time' | 'start_plan' | 'upgrade_plan';
  readonly allowedMethods: readonly OfferMethod[];
  readonly currency: string;
  /** How the main sale was paid: without a card there is none to charge by one click. */
  readonly saleMethodKind: PaymentMethodKind;
  readonly cards: readonly SavedCard[];
  /** Currencies that the provider takes Pix in. */
  readonly pixCurrencies: readonly string[];
  readonly now: Date;
}

/** Every way in which the offer can be paid, the one that paid the sale first. Empty: it cannot be sold here. */
export function computePaymentChoices(situation: PaymentSituation): readonly PaymentChoice[] {
  const { allowedMethods, sells, saleMethodKind } = situation;
  if (sells === 'upgrade_plan') {
    return allowedMethods.includes('card')
      ? [{ kind: 'saved_card', cardId: SUBSCRIPTION_CARD, brand: '', last4: '' }]
      : [];
  }
  const cards: PaymentChoice[] = allowedMethods.includes('card')
    ? [...savedCards(situation), { kind: 'new_card' }]
    : [];
  const pix: PaymentChoice[] = isPixPossible(situation) ? [{ kind: 'pix' }] : [];
  return saleMethodKind === 'pix' ? [...pix, ...cards] : [...cards, ...pix];
}

/** A one-click step is about cards; everywhere else the offer itself decides. */
export const isPixPossible = (situation: PaymentSituation): boolean =>
  situation.sells === 'one_time' &&
  situation.stepKind !== 'one_click' &&
  situation.allowedMethods.includes('pix') &&
  situation.pixCurrencies.includes(situation.currency);

function savedCards({ saleMethodKind, cards, currency, now }: PaymentSituation): PaymentChoice[] {
  if (saleMethodKind !== 'card') return [];
  return onePerCard(cards.filter((card) => isChargeable(card, { currency, now }))).map(({ id, brand, last4 }) => ({
    kind: 'saved_card',
    cardId: id,
    brand,
    last4,
  }));
}

/** A card that was saved by several purchases is shown once, as the provider prefers it; each of its ids can be charged. */
function onePerCard(cards: readonly SavedCard[]): readonly SavedCard[] {
  const isFirst = ({ fingerprint }: SavedCard, at: number): boolean =>
    !fingerprint || cards.findIndex((other) => other.fingerprint === fingerprint) === at;
  return cards.filter(isFirst);
}
