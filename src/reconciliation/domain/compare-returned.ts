import type { DisputeFact, RefundFact } from '../../billing-providers/index.js';
import type { KnownPayment } from '../../upsell/index.js';
import type { ComparedAttempt } from './compare-payment.js';
import type { FoundDifference } from './difference.js';

/** Who a payment is to us that was given back, or is fought over. */
export interface KnownOfReturned {
  readonly item: KnownPayment | undefined;
  readonly attempt: ComparedAttempt | undefined;
  /** A difference of its own says that we do not know of the payment yet, and will. */
  readonly isAboutToBeKnown: boolean;
}

/** @param fact `refundedAmount` is known. @returns undefined where nothing is to be done */
export function compareRefund(
  fact: RefundFact & { readonly refundedAmount: number },
  { item, attempt, isAboutToBeKnown }: KnownOfReturned,
): FoundDifference | undefined {
  const found = (): FoundDifference => ({
    type: 'refund_unknown',
    providerId: fact.paymentId,
    ourId: item?.itemUuid ?? attempt?.uuid ?? null,
    ours: item ? { status: item.status, refunded_amount: item.refundedAmount } : null,
    theirs: { refunded_amount: fact.refundedAmount, currency: fact.currency },
    fact,
  });
  if (isAboutToBeKnown) return found();
  if (item) {
    const isNews = item.status === 'paid' && Math.min(fact.refundedAmount, item.amount) > item.refundedAmount;
    return isNews ? found() : undefined;
  }
  // Money that came too late and was given back by hand.
  const isSettled = attempt?.status === 'refund_due' && fact.refundedAmount >= attempt.amount;
  return isSettled ? found() : undefined;
}

export function compareDispute(
  fact: DisputeFact,
  { item, isAboutToBeKnown }: KnownOfReturned,
): FoundDifference | undefined {
  if (fact.status === 'warning' || (!item && !isAboutToBeKnown)) return undefined;
  const known = item?.disputes[fact.disputeId];
  // What is over stays over.
  if (known === fact.status || known === 'won' || known === 'lost') return undefined;
  return {
    type: 'dispute_unknown',
    providerId: fact.disputeId,
    ourId: item?.itemUuid ?? null,
    ours: item ? { status: item.status, dispute: known ?? null } : null,
    theirs: { payment_id: fact.paymentId, dispute: fact.status, amount: fact.amount, currency: fact.currency },
    fact,
  };
}
