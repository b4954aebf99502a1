import type { ChargeFailureCode } from '../../billing-providers/index.js';
import type { PaymentWish } from './check-accept.js';
import type { TriggerKind } from './upsell-rule.js';
import type { MethodView } from './view.js';

/** An offer that a customer can take now, in the Dodo document's words. */
export interface EligibleOffer {
  readonly eligible: true;
  readonly product: {
    readonly id: string;
    readonly name: string;
    /** Minor units of `currency`. */
    readonly price: number;
    readonly currency: string;
  };
  /** What one click would charge. */
  readonly paymentMethodId: string;
  /** Digest of all that is agreed to: brought back to accept. */
  readonly terms: string;
  readonly expires_at: string;
  /** The moment that it is offered at. */
  readonly source: 'post_purchase' | TriggerKind;
  /** True: what is charged now is asked for first, and brought back in place of `terms`. */
  readonly quote_required: boolean;
  /** Of the last payment for this very offer. */
  readonly last_failure: { readonly code: ChargeFailureCode; readonly message: string } | null;
}

export interface Ineligible {
  readonly eligible: false;
  /** payment_pending: an answer to what was offered is being paid for. */
  readonly reason?: 'no_payment_method' | 'payment_pending';
}

export type Eligibility = EligibleOffer | Ineligible;

/** What became of a yes. `sessionId` names the purchase: the session after a sale, or the cross-sell. */
export interface FaceAnswer {
  readonly isPaid: boolean;
  readonly sessionId: string;
  /** Of one that is not final. */
  readonly status?: 'checkout' | 'authenticate' | 'pix' | 'processing';
  /** The provider's page, or the bank's. */
  readonly checkoutUrl?: string;
}

export const INELIGIBLE: Ineligible = { eligible: false };
export const NO_METHOD: Ineligible = { eligible: false, reason: 'no_payment_method' };
export const PENDING: Ineligible = { eligible: false, reason: 'payment_pending' };

/** The saved card that one click charges, if any. */
export const findSavedCard = (methods: readonly MethodView[]): string | undefined =>
  methods.flatMap((method) => (method.kind === 'saved_card' ? [method.card_id] : []))[0];

/**
 * How a yes that names no method is paid: by the saved card, but by none after one has failed; then, and without one, on the
 * provider's own page.
 *
 * @returns undefined where cards are not taken at all
 */
export function chooseWish(methods: readonly MethodView[], hasFailed: boolean): PaymentWish | undefined {
  const cardId = findSavedCard(methods);
  if (cardId !== undefined && !hasFailed) return { kind: 'saved_card', cardId };
  return methods.some(({ kind }) => kind === 'new_card') ? { kind: 'new_card' } : undefined;
}
