import type { DodoPayments } from 'dodopayments';
import type { FoundPayment, PaymentLabels } from '../../domain/payment-facts.js';
import { labelsOf } from '../../payload/labels.js';
import type { DodoCalls } from '../dodo-calls.js';
import { toSeconds } from '../normalise/fields.js';
import { toMethodSummary } from './method.js';
import { collectFromList } from './pages.js';
import { findPaymentById, requireId } from './read-payment.js';

type Payment = DodoPayments.Payment;
type Subscription = DodoPayments.Subscription;
type Reference = { readonly paymentId: string } | { readonly checkoutId: string };

/** Reads the payment that a sale is made of, by its own id or its checkout's. */
export class PaymentFinder {
  constructor(private readonly calls: DodoCalls) {}

  /** @returns undefined when Dodo has none by this id. @throws ProviderError */
  async findPayment(reference: Reference): Promise<FoundPayment | undefined> {
    if ('paymentId' in reference) return this.findById(reference.paymentId);
    const { checkoutId } = reference;
    const session = await this.calls.readOrMiss('checkout_sessions.retrieve', (dodo, options) =>
      dodo.checkoutSessions.retrieve(checkoutId, options),
    );
    if (!session) return undefined;
    requireId(session, Boolean(session.id));
    return session.payment_id ? this.findById(session.payment_id) : toUnpaidPage(session);
  }

  private async findById(paymentId: string): Promise<FoundPayment | undefined> {
    const payment = await findPaymentById(this.calls, paymentId);
    if (!payment) return undefined;
    const { subscription_id: subscriptionId } = payment;
    if (!subscriptionId) return toFoundPayment(payment, { isRecurring: false });
    if (!(await this.isFirst(payment, subscriptionId))) return toFoundPayment(payment, { isRecurring: true });
    const subscription = await this.calls.readOrMiss('subscriptions.retrieve', (dodo, options) =>
      dodo.subscriptions.retrieve(subscriptionId, options),
    );
    return toFoundPayment(payment, { isRecurring: false, subscription });
  }

  /** Of those of the subscription that were paid; a change of plan is never the first. */
  private async isFirst(payment: Payment, subscriptionId: string): Promise<boolean> {
    if (payment.is_update_payment_method) return false;
    const createdAt = Date.parse(payment.created_at);
    const earlier = await collectFromList(
      this.calls,
      'payments.list',
      (dodo, position, options) => dodo.payments.list({ subscription_id: subscriptionId, ...position }, options),
      (one) =>
        one.payment_id !== payment.payment_id && one.status === 'succeeded' && Date.parse(one.created_at) < createdAt,
    );
    return earlier.length === 0;
  }
}

/** A page without a payment stands for itself until there is one; it tells nothing of what is sold there. */
function toUnpaidPage(session: DodoPayments.CheckoutSessionStatus): FoundPayment {
  return {
    paymentId: session.id,
    checkoutId: session.id,
    customerId: null,
    paid: false,
    isRefunded: false,
    refundedAmount: 0,
    createdAt: toSeconds(session.created_at) ?? 0,
    amount: 0,
    currency: '',
    method: { kind: 'other' },
    priceIds: [],
    isRecurring: false,
    ...labelsOf(undefined),
  };
}

function toFoundPayment(
  payment: Payment,
  { isRecurring, subscription }: { readonly isRecurring: boolean; readonly subscription?: Subscription | undefined },
): FoundPayment {
  const paid = payment.status === 'succeeded';
  const refundedAmount = refundedAmountOf(payment);
  return {
    paymentId: payment.payment_id,
    checkoutId: payment.checkout_session_id ?? null,
    customerId: payment.customer.customer_id,
    paid,
    isRefunded: paid && refundedAmount >= payment.total_amount && refundedAmount > 0,
    refundedAmount,
    refundIds: (payment.refunds ?? []).filter(isDone).map(({ refund_id: id }) => id),
    createdAt: toSeconds(payment.created_at) ?? 0,
    amount: payment.total_amount,
    currency: payment.currency,
    method: toMethodSummary(payment),
    priceIds: priceIdsOf(payment, subscription),
    isRecurring,
    ...mergeLabels(labelsOf(payment.metadata), labelsOf(subscription?.metadata)),
  };
}

/** A subscription's payment names no product: its first one is of what the subscription is for. */
function priceIdsOf({ product_cart: cart }: Payment, subscription: Subscription | undefined): readonly string[] {
  if (cart && cart.length > 0) return cart.map(({ product_id: productId }) => productId);
  return subscription ? [subscription.product_id] : [];
}

/** A refund without an amount is of everything, unless it says that it is partial. Minor units. */
export function refundedAmountOf({ refunds, refund_status: status, total_amount: total }: Payment): number {
  if (status === 'full') return total;
  const amounts = (refunds ?? []).filter(isDone).map((refund) => refund.amount ?? (refund.is_partial ? 0 : total));
  return Math.min(
    total,
    amounts.reduce((sum, amount) => sum + amount, 0),
  );
}

const isDone = ({ status }: { readonly status: string }): boolean => status === 'succeeded';

/** What is written on the payment itself goes first. */
const mergeLabels = (first: PaymentLabels, second: PaymentLabels): PaymentLabels => ({
  attemptId: first.attemptId ?? second.attemptId,
  offerUuid: first.offerUuid ?? second.offerUuid,
  groupId: first.groupId ?? second.groupId,
});
