import type { CheckoutFact, FoundPayment, PaymentFact } from '../../billing-providers/index.js';
import type { AttemptStatus, ChargeAttempt } from '../../charging/index.js';
import { toIso, type DifferenceType, type FoundDifference, type Side } from './difference.js';

/** An attempt of ours, as far as a payment is compared with it. */
export type ComparedAttempt = Pick<
  ChargeAttempt,
  'uuid' | 'status' | 'command' | 'amount' | 'currency' | 'references' | 'purpose'
>;

/** What we know about a payment that was listed. */
export interface KnownOfPayment {
  readonly attempt: ComparedAttempt | undefined;
  readonly isSale: boolean;
  /** Its customer is a user of ours. */
  readonly isOurCustomer: boolean;
  /** Whether the list says what was bought: where not, a payment without a label must be read. */
  readonly namesProducts: boolean;
  /** When the subscription began that it is of, in seconds since 1970; undefined for none that we know. */
  readonly subscriptionBeganAt: number | undefined;
}

export type PaymentVerdict =
  | { readonly kind: 'same' }
  /** Carries nothing of ours. */
  | { readonly kind: 'foreign' }
  /** May have bought one of our offers: it must be read to be told. */
  | { readonly kind: 'look' }
  | { readonly kind: 'different'; readonly difference: FoundDifference };

const SAME: PaymentVerdict = { kind: 'same' };
const SUCCEEDED: ReadonlySet<AttemptStatus> = new Set(['succeeded', 'refund_due', 'refunded']);
const IS_OPEN: ReadonlySet<AttemptStatus> = new Set(['sent', 'unknown', 'requires_action', 'pending']);
/** A first payment is made at once; the next one comes with the next period, which is a day at least. */
const A_DAY = 86_400;

/** A payment of the provider's list, or a page that was paid, beside what we know of it. */
export function comparePayment(fact: PaymentFact | CheckoutFact, known: KnownOfPayment): PaymentVerdict {
  if (known.attempt) return compareWithAttempt(fact, known.attempt);
  if (known.isSale || !hasMoved(fact)) return known.isOurCustomer || known.isSale ? SAME : { kind: 'foreign' };
  // Also of a customer whom nobody knows: a backup that is restored may be older than both of them.
  if (fact.attemptId !== null) return different('charge_unknown_attempt', fact, undefined);
  if (!known.isOurCustomer) return { kind: 'foreign' };
  if (isRenewal(fact, known)) return SAME;
  return fact.offerUuid !== null || fact.kind === 'checkout' || !known.namesProducts ? { kind: 'look' } : SAME;
}

/** Whether money came for it, whatever has become of that since. */
export const hasSucceeded = ({ status }: Pick<ComparedAttempt, 'status'>): boolean => SUCCEEDED.has(status);

/** Whether money has arrived. */
const hasMoved = (fact: PaymentFact | CheckoutFact): boolean =>
  fact.kind === 'payment' ? fact.change === 'succeeded' : fact.paid && fact.paymentId !== null;

const isRenewal = ({ subscriptionId, occurredAt }: PaymentFact | CheckoutFact, known: KnownOfPayment): boolean =>
  subscriptionId !== null && known.subscriptionBeganAt !== undefined && occurredAt > known.subscriptionBeganAt + A_DAY;

function compareWithAttempt(fact: PaymentFact | CheckoutFact, attempt: ComparedAttempt): PaymentVerdict {
  const { status, command, references } = attempt;
  if (command.kind === 'refund') return SAME;
  const isOwn = references.paymentId === undefined || references.paymentId === fact.paymentId;
  if (hasMoved(fact)) {
    if (!hasSucceeded(attempt)) return different('charge_outcome', fact, attempt);
    // Later payments of a plan repeat what is written on its first; its amounts are its quote's business.
    if (isOfPlan(attempt)) return SAME;
    if (!isOwn) return different('charge_paid_twice', fact, attempt);
    const isAgreed = fact.amount === command.amount && fact.currency === command.currency;
    return isAgreed ? SAME : different('charge_amount', fact, attempt);
  }
  const hasFailed = fact.kind === 'payment' && (fact.change === 'failed' || fact.change === 'canceled');
  if (!hasFailed) return SAME;
  if (status === 'succeeded' && references.paymentId === fact.paymentId) {
    return different('charge_not_succeeded', fact, attempt);
  }
  // Another card may still be tried on a page: only its end decides.
  return IS_OPEN.has(status) && command.kind !== 'checkout' ? different('charge_outcome', fact, attempt) : SAME;
}

const isOfPlan = ({ command }: ComparedAttempt): boolean =>
  command.kind === 'start_plan' ||
  command.kind === 'change_plan' ||
  (command.kind === 'checkout' && command.planPriceId !== undefined);

const different = (
  type: DifferenceType,
  fact: PaymentFact | CheckoutFact,
  attempt: ComparedAttempt | undefined,
): PaymentVerdict => ({
  kind: 'different',
  difference: {
    type,
    providerId: fact.paymentId ?? (fact.kind === 'checkout' ? fact.checkoutId : fact.paymentId),
    ourId: attempt?.uuid ?? null,
    ours: attempt ? toAttemptSide(attempt) : null,
    theirs: toPaymentSide(fact),
    fact,
  },
});

/** Shown, never a URL or a code with which one could pay. */
export const toAttemptSide = (attempt: ComparedAttempt): Side => ({
  status: attempt.status,
  purpose: attempt.purpose,
  kind: attempt.command.kind,
  payment_id: attempt.references.paymentId ?? null,
  amount: attempt.amount,
  agreed_amount: attempt.command.amount,
  currency: attempt.command.currency,
});

const toPaymentSide = (fact: PaymentFact | CheckoutFact): Side => ({
  payment_id: fact.paymentId,
  ...(fact.kind === 'checkout' ? { checkout_id: fact.checkoutId } : {}),
  status: fact.kind === 'checkout' ? 'succeeded' : fact.change,
  amount: fact.amount,
  currency: fact.currency,
  customer_id: fact.customerId,
  attempt_id: fact.attemptId,
  occurred_at: toIso(fact.occurredAt),
});

/** What the catalogue says of a payment that was read. */
export interface KnownOfFound {
  readonly isSale: boolean;
  readonly isOurCustomer: boolean;
  /** The offer that it names is one of ours; undefined where it names none. */
  readonly namesOurOffer: boolean | undefined;
  /** One of its prices stands for an offer of ours. */
  readonly hasOurPrice: boolean;
}

/** A payment that was read because it may be a sale that nobody told of. @returns undefined when it is none */
export function compareFound(found: FoundPayment, known: KnownOfFound): FoundDifference | undefined {
  const isBought = found.paid && !found.isRefunded && !found.isRecurring && found.attemptId === null;
  if (!isBought || known.isSale || !known.isOurCustomer) return undefined;
  if (known.namesOurOffer === undefined && !known.hasOurPrice) return undefined;
  return {
    type: known.namesOurOffer === false ? 'sale_refused' : 'sale_unknown',
    providerId: found.paymentId,
    ourId: null,
    ours: null,
    theirs: {
      payment_id: found.paymentId,
      checkout_id: found.checkoutId,
      customer_id: found.customerId,
      offer_uuid: found.offerUuid,
      price_ids: found.priceIds,
      amount: found.amount,
      currency: found.currency,
      refunded_amount: found.refundedAmount,
      occurred_at: toIso(found.createdAt),
    },
  };
}
