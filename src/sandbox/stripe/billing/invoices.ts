import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { SANDBOX_OPTIONS, type ResolvedOptions } from '../../options.js';
import { EventLog } from '../objects/event-log.js';
import { newId, randomText } from '../objects/identifiers.js';
import { computeAmountDue, toInvoice, toInvoicePayment } from '../objects/invoice-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Invoice, InvoiceLine, InvoicePayment, PaymentIntent, Subscription } from '../objects/wire-types.js';
import { Movements } from './movements.js';
import { NO_PAYMENT_METHOD, Payments, type AttemptOutcome } from './payments.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const FINALIZE = 'stripe.invoice.finalize';
const RETRY = 'stripe.invoice.retry';

export type InvoiceNews =
  { readonly kind: 'paid' } | { readonly kind: 'failed'; readonly isLast: boolean } | { readonly kind: 'voided' };

interface Attempt {
  /** Default: the card that the subscription or the customer names. */
  readonly methodId?: string | null | undefined;
  /** Made by hand: after the first one it does not touch the retry schedule. */
  readonly manual?: boolean;
  /** False: a failure plans no retry. */
  readonly retries?: boolean;
}

interface Draft {
  /** Known beforehand where the subscription already names the invoice. */
  readonly id?: string;
  readonly subscription: Subscription;
  readonly reason: NonNullable<Invoice['billing_reason']>;
  readonly lines: readonly InvoiceLine[];
  readonly period: { readonly start: number; readonly end: number };
}

/** The life of an invoice: draft, open, paid or failed and retried, void. What it means for the subscription is told to listeners. */
@Injectable()
export class Invoices {
  private listener: (invoice: Invoice, news: InvoiceNews) => void = () => undefined;

  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Payments) private readonly payments: Payments,
    @Inject(Movements) private readonly movements: Movements,
    @Inject(SANDBOX_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    agenda.on(FINALIZE, (id) => this.advance(this.store.get('invoice', id)));
    agenda.on(RETRY, (id) => this.retry(this.store.get('invoice', id)));
  }

  /** One listener, set by the subscriptions: invoices know nothing of them. */
  onNews(listener: (invoice: Invoice, news: InvoiceNews) => void): void {
    this.listener = listener;
  }

  /** A draft that finalises and is paid by itself one hour later, as at a renewal. */
  draftForLater(draft: Draft): Invoice {
    const invoice = this.insertDraft(draft, this.clock.seconds() + HOUR);
    this.agenda.schedule(FINALIZE, invoice.id, (invoice.created + HOUR) * 1000);
    return invoice;
  }

  draftNow(draft: Draft): Invoice {
    return this.insertDraft(draft, null);
  }

  finalize(invoice: Invoice): void {
    if (invoice.status !== 'draft') return;
    const now = this.clock.seconds();
    this.agenda.cancel(FINALIZE, invoice.id);
    this.applyBalance(invoice);
    invoice.status = 'open';
    invoice.number = `SANDBOX-${String(this.store.all('invoice').filter(({ number }) => number !== null).length + 1).padStart(4, '0')}`;
    invoice.automatically_finalizes_at = null;
    invoice.effective_at = now;
    invoice.status_transitions.finalized_at = now;
    invoice.hosted_invoice_url = `https://invoice.stripe.com/i/acct_sandbox/test_${randomText(24)}`;
    invoice.invoice_pdf = `${invoice.hosted_invoice_url}/pdf`;
    if (invoice.amount_due > 0) this.createPayment(invoice);
    this.events.emit('invoice.finalized', invoice);
    if (invoice.amount_due === 0) this.markPaid(invoice);
  }

  attempt(invoice: Invoice, attempt: Attempt = {}): AttemptOutcome {
    if (invoice.status === 'draft') this.finalize(invoice);
    if (invoice.status === 'paid') return { paid: true };
    const methodId = attempt.methodId ?? this.methodFor(invoice);
    const payment = this.paymentOf(invoice);
    const intent = this.store.get('payment_intent', payment.payment.payment_intent!);
    const outcome: AttemptOutcome = methodId
      ? this.payments.attempt(intent, methodId, invoice.id)
      : { paid: false, failure: NO_PAYMENT_METHOD };
    if (outcome.paid) this.settle(invoice, payment);
    else this.markFailed(invoice, attempt, intent);
    return outcome;
  }

  void(invoice: Invoice): Invoice {
    const payment = this.store.all('invoice_payment').find((candidate) => candidate.invoice === invoice.id);
    this.agenda.cancel(FINALIZE, invoice.id);
    this.agenda.cancel(RETRY, invoice.id);
    this.cancelPayment(payment);
    invoice.status = 'void';
    invoice.next_payment_attempt = null;
    invoice.status_transitions.voided_at = this.clock.seconds();
    this.events.emit('invoice.voided', invoice);
    this.listener(invoice, { kind: 'voided' });
    return invoice;
  }

  markPaidOutOfBand(invoice: Invoice): void {
    if (invoice.status === 'draft') this.finalize(invoice);
    if (invoice.status !== 'open') return;
    this.cancelPayment(this.store.all('invoice_payment').find((candidate) => candidate.invoice === invoice.id));
    this.markPaid(invoice);
  }

  methodFor(invoice: Invoice): string | null {
    const subscription = this.store.find('subscription', subscriptionIdOf(invoice));
    const customer = this.store.find('customer', invoice.customer);
    return (
      invoice.default_payment_method ??
      subscription?.default_payment_method ??
      customer?.invoice_settings.default_payment_method ??
      null
    );
  }

  paymentOf(invoice: Invoice): InvoicePayment {
    return this.store.all('invoice_payment').find((candidate) => candidate.invoice === invoice.id)!;
  }

  private insertDraft(draft: Draft, finalizesAt: number | null): Invoice {
    const { subscription } = draft;
    const invoice = toInvoice({
      ...draft,
      id: draft.id ?? newId('invoice'),
      now: this.clock.seconds(),
      customer: this.store.get('customer', subscription.customer),
      finalizesAt,
    });
    this.store.insert('invoice', invoice);
    this.events.emit('invoice.created', invoice);
    return invoice;
  }

  private advance(invoice: Invoice): void {
    if (invoice.status !== 'draft') return;
    this.finalize(invoice);
    if (invoice.status === 'open') this.attempt(invoice);
  }

  private retry(invoice: Invoice): void {
    if (invoice.status === 'open') this.attempt(invoice);
  }

  private applyBalance(invoice: Invoice): void {
    const customer = this.store.get('customer', invoice.customer!);
    invoice.starting_balance = customer.balance;
    invoice.amount_due = computeAmountDue(invoice.total, customer.balance);
    invoice.amount_remaining = invoice.amount_due;
    const after = Math.min(0, invoice.total + customer.balance);
    invoice.ending_balance = after;
    if (after === customer.balance) return;
    this.movements.recordCredit(customer.id, customer.balance - after, invoice.currency, invoice.id);
    this.events.change('customer.updated', customer, () => {
      customer.balance = after;
    });
  }

  private createPayment(invoice: Invoice): void {
    const intent = this.payments.createIntent({
      customer: invoice.customer,
      amount: invoice.amount_due,
      currency: invoice.currency,
      description: `Payment for invoice ${invoice.number}`,
    });
    const payment = toInvoicePayment(newId('invoice_payment'), this.clock.seconds(), invoice, intent.id);
    this.store.insert('invoice_payment', payment);
  }

  private settle(invoice: Invoice, payment: InvoicePayment): void {
    payment.status = 'paid';
    payment.amount_paid = payment.amount_requested;
    payment.status_transitions.paid_at = this.clock.seconds();
    this.events.emit('invoice_payment.paid', payment);
    this.markPaid(invoice);
  }

  private markPaid(invoice: Invoice): void {
    this.agenda.cancel(RETRY, invoice.id);
    this.events.change('invoice.updated', invoice, () => {
      if (invoice.amount_due > 0) invoice.attempt_count += 1;
      invoice.status = 'paid';
      invoice.attempted = true;
      invoice.amount_paid = invoice.amount_due;
      invoice.amount_remaining = 0;
      invoice.next_payment_attempt = null;
      invoice.status_transitions.paid_at = this.clock.seconds();
    });
    this.events.emit('invoice.paid', invoice);
    this.events.emit('invoice.payment_succeeded', invoice);
    this.listener(invoice, { kind: 'paid' });
  }

  private markFailed(invoice: Invoice, attempt: Attempt, intent: PaymentIntent): void {
    if (attempt.manual && invoice.attempted) {
      this.announceFailure(invoice, intent);
      return;
    }
    const nextAttempt = attempt.retries === false ? null : this.computeNextAttempt(invoice);
    this.events.change('invoice.updated', invoice, () => {
      invoice.attempt_count += 1;
      invoice.attempted = true;
      invoice.next_payment_attempt = nextAttempt;
    });
    if (nextAttempt !== null) this.agenda.schedule(RETRY, invoice.id, nextAttempt * 1000);
    this.announceFailure(invoice, intent);
    this.listener(invoice, { kind: 'failed', isLast: nextAttempt === null });
  }

  /** The first invoice of a subscription is not retried: its subscription expires instead. */
  private computeNextAttempt(invoice: Invoice): number | null {
    if (invoice.billing_reason === 'subscription_create') return null;
    const days = this.options.stripe.retryDays[invoice.attempt_count];
    return days === undefined ? null : this.clock.seconds() + days * DAY;
  }

  private announceFailure(invoice: Invoice, intent: PaymentIntent): void {
    if (intent.status === 'requires_action') this.events.emit('invoice.payment_action_required', invoice);
    this.events.emit('invoice.payment_failed', invoice);
  }

  private cancelPayment(payment: InvoicePayment | undefined): void {
    const intent = this.store.find('payment_intent', payment?.payment.payment_intent);
    if (!payment || !intent || intent.status === 'succeeded') return;
    payment.status = 'canceled';
    payment.status_transitions.canceled_at = this.clock.seconds();
    Object.assign(intent, {
      status: 'canceled',
      canceled_at: this.clock.seconds(),
      cancellation_reason: 'void_invoice',
    } satisfies Partial<PaymentIntent>);
    this.events.emit('payment_intent.canceled', intent);
  }
}

export const subscriptionIdOf = (invoice: Invoice): string | null =>
  invoice.parent?.subscription_details?.subscription ?? null;
