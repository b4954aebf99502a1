import type { DodoPayments } from 'dodopayments';
import type { ChargeQuery } from '../../billing-provider.js';
import type { ChargeOutcome } from '../../domain/charge.js';
import { isOfAttempt } from '../../payload/labels.js';
import type { DodoCalls } from '../dodo-calls.js';
import { findPlanChange } from '../plans/plan-change-finder.js';
import { chooseOfAttempt } from './choose-payment.js';
import { toCheckoutOutcome } from './checkout-outcome.js';
import { collectFromList } from './pages.js';
import { toPaymentOutcome } from './payment-outcome.js';
import { RefundFinder } from './refund-finder.js';
import { readPayment, requireId } from './read-payment.js';

type Payment = DodoPayments.Payment;

/** Lists go back further than any two clocks differ: a page more costs little, a charge that is missed costs a second one. */
const SLACK_SECONDS = 24 * 3_600;

/** Reads what became of an attempt. Nothing here changes anything. */
export class ChargeFinder {
  private readonly refunds: RefundFinder;

  constructor(private readonly calls: DodoCalls) {
    this.refunds = new RefundFinder(calls);
  }

  /**
   * @param now seconds since 1970
   * @returns undefined only when the whole list was read and does not have it
   * @throws ProviderError
   */
  async findCharge(query: ChargeQuery, now: number): Promise<ChargeOutcome | undefined> {
    switch (query.kind) {
      case 'one_click':
      case 'start_plan': {
        const payment = await this.findPayment(query);
        return payment ? toPaymentOutcome(payment) : this.findUnpaidSession(query, now);
      }
      case 'checkout':
        return this.findCheckout(query, now);
      case 'change_plan':
        return findPlanChange(this.calls, query, await this.findPayment(query));
      case 'refund':
        return this.refunds.findRefund(query);
      case 'pix':
        return undefined; // never made here
      default:
        return query.kind satisfies never;
    }
  }

  private async findPayment({ references, ...query }: ChargeQuery): Promise<Payment | undefined> {
    const paymentId = references.paymentId ?? (await this.findPaymentOfSession(references.checkoutId));
    return paymentId === undefined ? this.findLabelled(query) : readPayment(this.calls, paymentId);
  }

  private async findPaymentOfSession(checkoutId: string | undefined): Promise<string | undefined> {
    if (checkoutId === undefined) return undefined;
    return (await this.retrieveSession(checkoutId)).payment_id ?? undefined;
  }

  /** Metadata cannot be searched for, so every payment of the customer since then is looked at. */
  private async findLabelled(
    query: Pick<ChargeQuery, 'customerId' | 'attemptId' | 'sentAt'>,
  ): Promise<Payment | undefined> {
    const since = new Date(Math.max(0, query.sentAt - SLACK_SECONDS) * 1_000).toISOString();
    const labelled = await collectFromList(
      this.calls,
      'payments.list',
      (dodo, position, options) =>
        dodo.payments.list({ customer_id: query.customerId, created_at_gte: since, ...position }, options),
      (payment) => isOfAttempt(payment, query.attemptId),
    );
    const chosen = chooseOfAttempt(labelled);
    return chosen && readPayment(this.calls, chosen.payment_id);
  }

  /** One that was confirmed and names no payment was not charged; it is over with its page. */
  private async findUnpaidSession(query: ChargeQuery, now: number): Promise<ChargeOutcome | undefined> {
    const { checkoutId } = query.references;
    if (checkoutId === undefined) return undefined;
    return toCheckoutOutcome(await this.retrieveSession(checkoutId), undefined, now);
  }

  /** A page has no metadata, so one whose answer was lost is found by what was paid there, or not at all. */
  private async findCheckout(query: ChargeQuery, now: number): Promise<ChargeOutcome | undefined> {
    const labelled = await this.findLabelled(query);
    const checkoutId = query.references.checkoutId ?? labelled?.checkout_session_id ?? undefined;
    if (checkoutId === undefined) return labelled && toPaymentOutcome(labelled);
    const session = await this.retrieveSession(checkoutId);
    const named = session.payment_id ? await readPayment(this.calls, session.payment_id) : undefined;
    // Buyers can write metadata too: what was not paid on the attempt's own page is not the attempt's.
    const paidThere = labelled?.checkout_session_id === checkoutId ? labelled : undefined;
    return toCheckoutOutcome(session, chooseOfAttempt([paidThere, named].filter((one) => one !== undefined)), now);
  }

  private async retrieveSession(checkoutId: string): Promise<DodoPayments.CheckoutSessionStatus> {
    const session = await this.calls.read('checkout_sessions.retrieve', (dodo, options) =>
      dodo.checkoutSessions.retrieve(checkoutId, options),
    );
    return requireId(session, Boolean(session?.id));
  }
}
