import type { DisputeFact } from '../../domain/payment-facts.js';
import { currencyAt } from '../../payload/money-fields.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import { integerAt, optionalIdAt, textAt, UnexpectedShapeError, type JsonObject } from '../../payload/read-json.js';

/** A charge of before the payment intents names none: nothing of ours is sold that way. */
export function normaliseRefund(origin: Origin, charge: JsonObject): Normalised {
  return requireIds((): Normalised => {
    const paymentId = optionalIdAt(charge, 'payment_intent');
    if (paymentId === null) return { kind: 'unsupported' };
    return {
      kind: 'money',
      fact: {
        kind: 'refund',
        provider: 'stripe',
        ...origin,
        paymentId,
        refundId: null,
        refundedAmount: integerAt(charge, 'amount_refunded'),
        amount: integerAt(charge, 'amount'),
        currency: currencyAt(charge, 'currency'),
      },
    };
  });
}

/**
 * docs.stripe.com/api/disputes/object#dispute_object-status. An inquiry takes no money, closed or not; `prevented` is a
 * dispute that was settled before it began, by a refund, which is told by itself.
 */
const STATUSES: ReadonlyMap<string, DisputeFact['status']> = new Map<string, DisputeFact['status']>([
  ['warning_needs_response', 'warning'],
  ['warning_under_review', 'warning'],
  ['warning_closed', 'warning'],
  ['prevented', 'warning'],
  ['needs_response', 'open'],
  ['under_review', 'open'],
  ['appeal_needs_response', 'open'],
  ['appeal_under_review', 'open'],
  ['won', 'won'],
  ['lost', 'lost'],
]);

export function normaliseDispute(origin: Origin, dispute: JsonObject): Normalised {
  return requireIds((): Normalised => {
    const paymentId = optionalIdAt(dispute, 'payment_intent');
    if (paymentId === null) return { kind: 'unsupported' };
    const status = STATUSES.get(textAt(dispute, 'status'));
    if (!status) throw new UnexpectedShapeError('the status is not a known one');
    return {
      kind: 'money',
      fact: {
        kind: 'dispute',
        provider: 'stripe',
        ...origin,
        disputeId: textAt(dispute, 'id'),
        paymentId,
        status,
        amount: integerAt(dispute, 'amount'),
        currency: currencyAt(dispute, 'currency'),
      },
    };
  });
}
