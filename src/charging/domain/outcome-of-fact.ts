import type { ChargeCommand, ChargeKind, CheckoutFact, PaymentFact } from '../../billing-providers/index.js';
import type { Told } from './attempt-details.js';
import type { AttemptStatus } from './attempt-status.js';
import type { ChargeAttempt } from './charge-attempt.js';

/** The attempt that a fact is about, as far as it decides what the fact means. */
export interface AttemptOfFact {
  readonly kind: ChargeKind;
  /** Until when it could be paid; null when nothing says. */
  readonly expiresAt: Date | null;
}

/** What a provider's event says of our attempt; undefined: nothing that an attempt's outcome depends on. */
export function computeToldByFact(attempt: AttemptOfFact, fact: PaymentFact | CheckoutFact): Told | undefined {
  // Refunds answer to their own call; the payment that they are of is another's.
  if (attempt.kind === 'refund') return undefined;
  if (fact.kind === 'payment') return computeToldByPayment(attempt, fact);
  return attempt.kind === 'checkout' ? computeToldByCheckout(fact) : undefined;
}

function computeToldByPayment({ kind, expiresAt }: AttemptOfFact, fact: PaymentFact): Told | undefined {
  const { paymentId, subscriptionId } = fact;
  // A subscription that turns out not to be wanted must be ended too, or it goes on being billed.
  const references = { paymentId, ...(subscriptionId === null ? {} : { subscriptionId }) };
  // The page stays open after a payment that failed: the customer takes another card. Only the page's own end ends it.
  if (kind === 'checkout' && fact.change !== 'succeeded') return undefined;
  switch (fact.change) {
    case 'succeeded': {
      const { amount, currency, methodKind } = fact;
      return { status: 'succeeded', references, amount, currency, method: { kind: methodKind } };
    }
    case 'failed':
      if (kind === 'pix' && isOver(expiresAt, fact.occurredAt)) return { status: 'expired', references };
      return { status: 'failed', references, failure: fact.failure ?? { code: 'provider_refused' } };
    case 'canceled':
      if (kind === 'pix' && isOver(expiresAt, fact.occurredAt)) return { status: 'expired', references };
      return { status: 'canceled', references };
    case 'processing':
      return { status: 'pending', references };
    case 'requires_action':
      // It says that there is a step, not which: the answer to the call, or a reading, does.
      return undefined;
    default:
      return fact.change satisfies never;
  }
}

function computeToldByCheckout(fact: CheckoutFact): Told {
  const { checkoutId, paymentId, subscriptionId, amount, currency } = fact;
  const references = {
    checkoutId,
    ...(paymentId === null ? {} : { paymentId }),
    ...(subscriptionId === null ? {} : { subscriptionId }),
  };
  const succeeded: Told = { status: 'succeeded', references, amount, currency };
  switch (fact.change) {
    case 'completed':
      return fact.paid ? succeeded : { status: 'pending', references };
    case 'async_payment_succeeded':
      return succeeded;
    case 'async_payment_failed':
      return { status: 'failed', references, failure: { code: 'provider_refused' } };
    case 'expired':
      return { status: 'expired', references };
    default:
      return fact.change satisfies never;
  }
}

/** @param occurredAt seconds since 1970 */
const isOver = (expiresAt: Date | null, occurredAt: number): boolean =>
  expiresAt !== null && occurredAt * 1_000 >= expiresAt.getTime();

/** Charged with one payment each: plans are paid by invoices, which have payments and ids of their own. */
const PAID_BY_ONE: ReadonlySet<ChargeKind> = new Set(['one_click', 'pix', 'checkout']);
const isPaidByOne = (command: ChargeCommand): boolean =>
  PAID_BY_ONE.has(command.kind) && !(command.kind === 'checkout' && command.planPriceId !== undefined);

/**
 * A payment of something else that says in its metadata that it is the attempt's: a buyer can write metadata too (a payment link
 * takes it from its address), and must not pay with what is cheaper. What the provider answered our call with is ours.
 */
export function isOfAnotherProduct(
  { command, references }: Pick<ChargeAttempt, 'command' | 'references'>,
  fact: PaymentFact | CheckoutFact,
): boolean {
  if (fact.kind !== 'payment' || command.kind === 'refund' || !isPaidByOne(command)) return false;
  const { productPriceId } = command;
  if (productPriceId === undefined || fact.priceIds.length === 0) return false;
  return fact.paymentId !== references.paymentId && !fact.priceIds.includes(productPriceId);
}

/** What an attempt that has succeeded keeps, whatever becomes of it. */
const HAS_SUCCEEDED: ReadonlySet<AttemptStatus> = new Set(['succeeded', 'refund_due', 'refunded']);

/**
 * A later payment of a subscription that the attempt has started or changed, such as a renewal: it carries the attempt's id in
 * metadata that the provider copies, and is neither the attempt's nor a second payment of it.
 */
export const isLaterPaymentOfPlan = (
  attempt: Pick<ChargeAttempt, 'status' | 'command' | 'references'>,
  fact: PaymentFact | CheckoutFact,
): boolean =>
  fact.kind === 'payment' &&
  fact.subscriptionId !== null &&
  !isPaidByOne(attempt.command) &&
  HAS_SUCCEEDED.has(attempt.status) &&
  attempt.references.paymentId !== fact.paymentId;

/** Money that came for an attempt that another payment has paid: what must never happen. */
export const isSecondPayment = (
  attempt: Pick<ChargeAttempt, 'status' | 'command' | 'references'>,
  fact: PaymentFact | CheckoutFact,
): fact is PaymentFact =>
  fact.kind === 'payment' &&
  fact.change === 'succeeded' &&
  HAS_SUCCEEDED.has(attempt.status) &&
  isPaidByOne(attempt.command) &&
  attempt.references.paymentId !== undefined &&
  attempt.references.paymentId !== fact.paymentId;

/**
 * A payment that only says that it is the attempt's, in its metadata, and is somebody else's: whoever copies metadata must not
 * give away what another pays for. What the provider itself answered our call with is ours.
 */
export function isOfAnotherCustomer(
  { command, references }: Pick<ChargeAttempt, 'command' | 'references'>,
  fact: PaymentFact | CheckoutFact,
): boolean {
  const isKnownPayment = fact.paymentId !== null && fact.paymentId === references.paymentId;
  const isKnownPage = fact.kind === 'checkout' && fact.checkoutId === references.checkoutId;
  return fact.customerId !== command.customerId && !isKnownPayment && !isKnownPage;
}
