import type { Stripe } from 'stripe';
import type { ChargeQuery } from '../../billing-provider.js';
import type { ChargeOutcome } from '../../domain/charge.js';
import { ProviderError } from '../../provider-error.js';
import type { StripeCalls } from '../stripe-calls.js';
import { CHECKOUT_DETAILS, toCheckoutOutcome } from './checkout-outcome.js';
import { isOfAttempt } from '../../payload/labels.js';
import { idOf } from './identity.js';
import { INTENT_DETAILS, toIntentOutcome } from './intent-outcome.js';
import { findPaymentIntentOf } from './invoice-payments.js';
import { findInList } from './pages.js';
import { latestInvoiceOfAttempt, PLAN_DETAILS, toPlanOutcome } from './plan-outcome.js';
import { toRefundOutcome } from './refund-outcome.js';

/** Lists go back further than any two clocks differ: a page more costs little, a charge that is missed costs a second one. */
const SLACK_SECONDS = 24 * 3_600;
/** Between our clock, which dates the query, and Stripe's. */
const CLOCK_SKEW_SECONDS = 300;

const elements = (details: readonly string[]): string[] => details.map((path) => `data.${path}`);
const sinceSent = ({ sentAt }: ChargeQuery) => ({ gte: Math.max(0, sentAt - SLACK_SECONDS) });

/** Reads what became of an attempt. Nothing here changes anything. */
export class ChargeFinder {
  constructor(private readonly calls: StripeCalls) {}

  /** @returns undefined only when the whole list was read and does not have it. @throws ProviderError */
  async findCharge(query: ChargeQuery): Promise<ChargeOutcome | undefined> {
    switch (query.kind) {
      case 'one_click':
      case 'pix': {
        const intent = await this.findIntent(query);
        return intent && toIntentOutcome(intent, query.kind);
      }
      case 'checkout': {
        const session = await this.findSession(query);
        return session && toCheckoutOutcome(session);
      }
      case 'start_plan':
      case 'change_plan':
        return this.findPlan(query);
      case 'refund': {
        const refund = await this.findRefund(query);
        return refund && toRefundOutcome(refund);
      }
      default:
        return query.kind satisfies never;
    }
  }

  private findIntent(query: ChargeQuery): Promise<Stripe.PaymentIntent | undefined> {
    const { paymentId } = query.references;
    if (paymentId !== undefined) {
      return this.calls.read('payment_intents.retrieve', (stripe, options) =>
        stripe.paymentIntents.retrieve(paymentId, { expand: INTENT_DETAILS }, options),
      );
    }
    const filter = { customer: query.customerId, created: sinceSent(query) };
    return findInList(
      this.calls,
      'payment_intents.list',
      (stripe, position, options) =>
        stripe.paymentIntents.list({ ...filter, ...position, expand: elements(INTENT_DETAILS) }, options),
      (intent) => isOfAttempt(intent, query.attemptId),
    );
  }

  private async findSession(query: ChargeQuery): Promise<Stripe.Checkout.Session | undefined> {
    const checkoutId = query.references.checkoutId ?? (await this.findSessionId(query));
    if (checkoutId === undefined) return undefined;
    return this.calls.read('checkout.sessions.retrieve', (stripe, options) =>
      stripe.checkout.sessions.retrieve(checkoutId, { expand: CHECKOUT_DETAILS }, options),
    );
  }

  private async findSessionId(query: ChargeQuery): Promise<string | undefined> {
    const filter = { customer: query.customerId, created: sinceSent(query) };
    const session = await findInList(
      this.calls,
      'checkout.sessions.list',
      (stripe, position, options) => stripe.checkout.sessions.list({ ...filter, ...position }, options),
      (one) => isOfAttempt(one, query.attemptId),
    );
    return session?.id;
  }

  /**
   * The subscription carries the id of the last attempt only; an invoice keeps the subscription's metadata of its own time
   * (docs.stripe.com/api/invoices/object#invoice_object-parent), so an attempt is found after later ones too, and so is the
   * amount that it charged, which the latest invoice may not be any more.
   */
  private async findPlan(query: ChargeQuery): Promise<ChargeOutcome | undefined> {
    const invoice = await this.findPlanInvoice(query);
    const subscriptionId = invoice ? subscriptionIdOf(invoice) : await this.findLabelledSubscription(query);
    if (subscriptionId === undefined) return undefined;
    const subscription = await this.calls.read('subscriptions.retrieve', (stripe, options) =>
      stripe.subscriptions.retrieve(subscriptionId, { expand: PLAN_DETAILS }, options),
    );
    const reason = query.kind === 'start_plan' ? 'subscription_create' : 'subscription_update';
    const made = { attemptId: query.attemptId, reason, since: query.sentAt - CLOCK_SKEW_SECONDS } as const;
    return toPlanOutcome(subscription, invoice ?? latestInvoiceOfAttempt(subscription, made));
  }

  /** The oldest: renewals repeat the metadata. */
  private async findPlanInvoice(query: ChargeQuery): Promise<Stripe.Invoice | undefined> {
    let oldest: Stripe.Invoice | undefined;
    const filter = { customer: query.customerId, created: sinceSent(query) };
    await findInList(
      this.calls,
      'invoices.list',
      (stripe, position, options) =>
        stripe.invoices.list({ ...filter, ...position, expand: ['data.payments'] }, options),
      (invoice) => {
        const details = invoice.parent?.subscription_details;
        if (details && isOfAttempt(details, query.attemptId) && invoice.status === 'paid') oldest = invoice;
        return false;
      },
    );
    return oldest;
  }

  private async findLabelledSubscription(query: ChargeQuery): Promise<string | undefined> {
    const filter = { customer: query.customerId, status: 'all' as const };
    const subscription = await findInList(
      this.calls,
      'subscriptions.list',
      (stripe, position, options) => stripe.subscriptions.list({ ...filter, ...position }, options),
      (one) => isOfAttempt(one, query.attemptId),
    );
    return subscription?.id;
  }

  /** Refunds cannot be listed by customer. */
  private async findRefund(query: ChargeQuery): Promise<Stripe.Refund | undefined> {
    const { refundId, paymentId } = query.references;
    if (refundId !== undefined) {
      return this.calls.read('refunds.retrieve', (stripe, options) => stripe.refunds.retrieve(refundId, {}, options));
    }
    const paid = paymentId === undefined ? undefined : await findPaymentIntentOf(this.calls, paymentId);
    if (paymentId !== undefined && paid === undefined) return undefined; // nothing was paid that could be given back
    const filter = paid === undefined ? { created: sinceSent(query) } : { payment_intent: paid };
    return findInList(
      this.calls,
      'refunds.list',
      (stripe, position, options) => stripe.refunds.list({ ...filter, ...position }, options),
      (refund) => isOfAttempt(refund, query.attemptId),
    );
  }
}

function subscriptionIdOf(invoice: Stripe.Invoice): string {
  const id = idOf(invoice.parent?.subscription_details?.subscription);
  if (id !== undefined) return id;
  throw new ProviderError('refused', 'the invoice names no subscription', { providerCode: 'unsupported_invoice' });
}
