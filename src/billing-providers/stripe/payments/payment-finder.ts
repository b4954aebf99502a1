import type { Stripe } from 'stripe';
import type { FoundPayment, PaymentLabels } from '../../domain/payment-facts.js';
import type { MethodSummary } from '../../domain/charge.js';
import { labelsOf } from '../../payload/labels.js';
import type { StripeCalls } from '../stripe-calls.js';
import { idOf } from './identity.js';
import { paymentIntentOf } from './invoice-payments.js';
import { methodOfCharge, toMethodSummary } from './method.js';
import { findInList } from './pages.js';

type Session = Stripe.Checkout.Session;
type Reference = { readonly paymentId: string } | { readonly checkoutId: string };

const UNKNOWN_METHOD: MethodSummary = { kind: 'other' };

/** Reads the payment that a sale is made of, whichever of its names is given: payment, first invoice, or checkout. */
export class PaymentFinder {
  constructor(private readonly calls: StripeCalls) {}

  /** @returns undefined when Stripe has none by this id. @throws ProviderError */
  async findPayment(reference: Reference): Promise<FoundPayment | undefined> {
    if ('checkoutId' in reference) return this.findByCheckout(reference.checkoutId);
    const { paymentId } = reference;
    return paymentId.startsWith('in_') ? this.findByInvoice(paymentId) : this.findByIntent(paymentId);
  }

  private async findByCheckout(checkoutId: string): Promise<FoundPayment | undefined> {
    const session = await this.calls.readOrMiss('checkout.sessions.retrieve', (stripe, options) =>
      stripe.checkout.sessions.retrieve(checkoutId, { expand: ['line_items'] }, options),
    );
    if (!session) return undefined;
    const [intentId, invoiceId] = [idOf(session.payment_intent), idOf(session.invoice)];
    if (intentId !== undefined) return this.findByIntent(intentId, session);
    if (invoiceId !== undefined) return this.findByInvoice(invoiceId, session);
    return this.toUnpaidPage(session);
  }

  /** A page without a payment stands for itself until there is one. */
  private async toUnpaidPage(session: Session): Promise<FoundPayment> {
    return {
      paymentId: session.id,
      checkoutId: session.id,
      customerId: idOf(session.customer) ?? null,
      paid: false,
      isRefunded: false,
      refundedAmount: 0,
      createdAt: session.created,
      amount: session.amount_total ?? 0,
      currency: (session.currency ?? '').toUpperCase(),
      method: UNKNOWN_METHOD,
      priceIds: await this.listPriceIds(session),
      isRecurring: false,
      ...labelsOf(session.metadata),
    };
  }

  private async findByIntent(paymentId: string, known?: Session): Promise<FoundPayment | undefined> {
    const intent = await this.calls.readOrMiss('payment_intents.retrieve', (stripe, options) =>
      stripe.paymentIntents.retrieve(paymentId, { expand: ['latest_charge', 'payment_method'] }, options),
    );
    if (!intent) return undefined;
    const invoice = await this.findInvoiceOf(intent.id);
    // A subscription's first payment is known by its invoice, as its checkout says it: one sale must have one name.
    if (invoice && isOfSubscription(invoice)) return this.findByInvoice(invoice.id, known);
    const session = known ?? (await this.findSession({ payment_intent: intent.id }));
    const paid = intent.status === 'succeeded';
    return {
      paymentId: intent.id,
      checkoutId: session?.id ?? null,
      customerId: idOf(intent.customer) ?? null,
      paid,
      isRefunded: isRefunded(intent),
      refundedAmount: refundedAmountOf(intent),
      createdAt: intent.created,
      amount: paid ? intent.amount_received : intent.amount,
      currency: intent.currency.toUpperCase(),
      method: methodOfIntent(intent),
      priceIds: await this.listPriceIds(session),
      isRecurring: false,
      ...mergeLabels(labelsOf(intent.metadata), labelsOf(session?.metadata)),
    };
  }

  private async findByInvoice(invoiceId: string, known?: Session): Promise<FoundPayment | undefined> {
    const invoice = await this.calls.readOrMiss('invoices.retrieve', (stripe, options) =>
      stripe.invoices.retrieve(invoiceId, { expand: ['payments'] }, options),
    );
    if (!invoice) return undefined;
    const details = invoice.parent?.subscription_details;
    const isRecurring = isOfSubscription(invoice) && invoice.billing_reason !== 'subscription_create';
    const subscription = isRecurring ? undefined : idOf(details?.subscription);
    const session = known ?? (subscription === undefined ? undefined : await this.findSession({ subscription }));
    const paid = invoice.status === 'paid';
    const intent = await this.readIntentOf(invoice);
    return {
      paymentId: invoice.id,
      checkoutId: session?.id ?? null,
      customerId: idOf(invoice.customer) ?? null,
      paid,
      isRefunded: intent !== undefined && isRefunded(intent),
      refundedAmount: intent ? refundedAmountOf(intent) : 0,
      createdAt: invoice.created,
      amount: paid ? invoice.amount_paid : invoice.amount_due,
      currency: invoice.currency.toUpperCase(),
      method: intent ? methodOfIntent(intent) : UNKNOWN_METHOD,
      priceIds: await this.listPriceIds(session),
      isRecurring,
      ...mergeLabels(labelsOf(details?.metadata), labelsOf(session?.metadata)),
    };
  }

  private async readIntentOf(invoice: Stripe.Invoice): Promise<Stripe.PaymentIntent | undefined> {
    const paymentId = paymentIntentOf(invoice);
    if (paymentId === undefined) return undefined;
    return this.calls.read('payment_intents.retrieve', (stripe, options) =>
      stripe.paymentIntents.retrieve(paymentId, { expand: ['latest_charge', 'payment_method'] }, options),
    );
  }

  private async findInvoiceOf(paymentIntent: string): Promise<Stripe.Invoice | undefined> {
    const payment = { type: 'payment_intent', payment_intent: paymentIntent } as const;
    const { data } = await this.calls.read('invoice_payments.list', (stripe, options) =>
      stripe.invoicePayments.list({ payment, expand: ['data.invoice'], limit: 1 }, options),
    );
    const invoice = data[0]?.invoice;
    return typeof invoice === 'object' && !invoice.deleted ? invoice : undefined;
  }

  private async findSession(
    filter: { payment_intent: string } | { subscription: string },
  ): Promise<Session | undefined> {
    const { data } = await this.calls.read('checkout.sessions.list', (stripe, options) =>
      stripe.checkout.sessions.list({ ...filter, expand: ['data.line_items'], limit: 1 }, options),
    );
    return data[0];
  }

  /** A page that comes with its lines brings the first ten. */
  private async listPriceIds(session: Session | undefined): Promise<readonly string[]> {
    if (!session) return [];
    const lines = session.line_items?.has_more === false ? session.line_items.data : await this.listLines(session.id);
    return lines.flatMap(({ price }) => (price ? [price.id] : []));
  }

  private async listLines(checkoutId: string): Promise<Stripe.LineItem[]> {
    const lines: Stripe.LineItem[] = [];
    await findInList(
      this.calls,
      'checkout.sessions.list_line_items',
      (stripe, position, options) => stripe.checkout.sessions.listLineItems(checkoutId, position, options),
      (line) => {
        lines.push(line);
        return false;
      },
    );
    return lines;
  }
}

const isOfSubscription = (invoice: Stripe.Invoice): boolean => Boolean(invoice.parent?.subscription_details);

/** What is written on the payment itself goes first. */
const mergeLabels = (first: PaymentLabels, second: PaymentLabels): PaymentLabels => ({
  attemptId: first.attemptId ?? second.attemptId,
  offerUuid: first.offerUuid ?? second.offerUuid,
  groupId: first.groupId ?? second.groupId,
});

/** In full: what was given back in part is still bought. */
const isRefunded = ({ latest_charge: charge }: Stripe.PaymentIntent): boolean =>
  typeof charge === 'object' && charge !== null && charge.refunded;

const refundedAmountOf = ({ latest_charge: charge }: Stripe.PaymentIntent): number =>
  typeof charge === 'object' && charge !== null ? charge.amount_refunded : 0;

function methodOfIntent({ latest_charge: charge, payment_method: method }: Stripe.PaymentIntent): MethodSummary {
  const chosen = typeof method === 'object' && method ? toMethodSummary(method) : undefined;
  return methodOfCharge(charge) ?? chosen ?? UNKNOWN_METHOD;
}
