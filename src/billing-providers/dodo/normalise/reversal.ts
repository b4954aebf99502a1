import type { DisputeFact } from '../../domain/payment-facts.js';
import { currencyAt } from '../../payload/money-fields.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import { integerAt, textAt, tryRead, UnexpectedShapeError, valueAt, type JsonObject } from '../../payload/read-json.js';

/**
 * One refund of perhaps several: what was given back altogether stands on the payment. An amount or currency that is not told
 * is left open too (0, no currency), since the payment is read anyway.
 */
export function normaliseRefund(origin: Origin, refund: JsonObject): Normalised {
  return requireIds(() => ({
    kind: 'money',
    fact: {
      kind: 'refund',
      provider: 'dodo',
      ...origin,
      paymentId: textAt(refund, 'payment_id'),
      refundId: textAt(refund, 'refund_id'),
      refundedAmount: null,
      amount: valueAt(refund, 'amount') === undefined ? 0 : integerAt(refund, 'amount'),
      currency: valueAt(refund, 'currency') === undefined ? '' : currencyAt(refund, 'currency'),
    },
  }));
}

type Status = DisputeFact['status'];

const STATUSES: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['dispute_opened', 'open'],
  ['dispute_challenged', 'open'],
  ['dispute_expired', 'open'],
  ['dispute_won', 'won'],
  ['dispute_cancelled', 'won'],
  ['dispute_lost', 'lost'],
  ['dispute_accepted', 'lost'],
]);

/**
 * The dispute as it is at delivery. An expired one is one that nobody answered: it "typically resolves against you"
 * (docs.dodopayments.com/developer-resources/webhooks/intents/dispute), so until it is won or lost it is open. An inquiry that
 * expires took no money.
 */
export function normaliseDispute(origin: Origin, told: Status, dispute: JsonObject): Normalised {
  return requireIds(() => ({
    kind: 'money',
    fact: {
      kind: 'dispute',
      provider: 'dodo',
      ...origin,
      disputeId: textAt(dispute, 'dispute_id'),
      paymentId: textAt(dispute, 'payment_id'),
      status: toStatus(told, dispute),
      amount: amountOf(dispute),
      currency: currencyAt(dispute, 'currency'),
    },
  }));
}

function toStatus(told: Status, dispute: JsonObject): Status {
  const word = tryRead(() => textAt(dispute, 'dispute_status'));
  const isInquiry = valueAt(dispute, 'dispute_stage') === 'pre_dispute';
  if (isInquiry && word === 'dispute_expired') return 'won';
  return STATUSES.get(word ?? '') ?? told;
}

/** Minor units, as a text. */
function amountOf(dispute: JsonObject): number {
  const text = textAt(dispute, 'amount');
  const amount = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (amount === undefined) throw new UnexpectedShapeError('amount is not a whole number');
  return amount;
}
