import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { Movements } from '../billing/movements.js';
import { PaymentMethods } from '../billing/payment-methods.js';
import { Payments } from '../billing/payments.js';
import { PixPayments } from '../billing/pix-payments.js';
import { SubscriptionCreation } from '../billing/subscription-creation.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import { findTestCard, type TestCard } from '../objects/test-cards.js';
import { toCustomer } from '../objects/customer-objects.js';
import type { CheckoutSession, Customer, PaymentIntent, PaymentMethod } from '../objects/wire-types.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { CheckoutForm, CheckoutOrder } from './page.types.js';

const EXPIRY = 'stripe.checkout.expiry';

export type CheckoutResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly message: string }
  /** The card's bank wants to see its owner first. The id is that of the page. */
  | { readonly kind: 'authenticate'; readonly id: string };

const AUTHENTICATION_FAILED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

/** Checkout sessions and what completing one makes: customer, card, subscription or payment, in Stripe's order. */
@Injectable()
export class CheckoutSessions {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(Payments) private readonly payments: Payments,
    @Inject(Movements) private readonly movements: Movements,
    @Inject(PixPayments) private readonly pix: PixPayments,
    @Inject(SubscriptionCreation) private readonly subscriptions: SubscriptionCreation,
  ) {
    agenda.on(EXPIRY, (id) => this.expireIfOpen(store.get('checkout.session', id)));
    pix.onNews((intent, isPaid) => this.settleLater(intent, isPaid));
  }

  open(session: CheckoutSession, order: CheckoutOrder): CheckoutSession {
    this.store.insert('checkout_order', order);
    this.store.insert('checkout.session', session);
    this.agenda.schedule(EXPIRY, session.id, session.expires_at * 1000);
    return session;
  }

  expire(session: CheckoutSession): CheckoutSession {
    if (session.status !== 'open')
      throw invalidRequest(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
      );
    this.expireIfOpen(session);
    return session;
  }

  /** A session that is complete already is simply done: the second press of the button pays nothing. */
  complete(session: CheckoutSession, form: CheckoutForm, isAuthenticated = false): CheckoutResult {
    if (session.status === 'complete') return { kind: 'done' };
    if (session.status !== 'open') return { kind: 'refused', message: 'This session has expired.' };
    if (form.method === 'pix') return this.completeWithPix(session, form);
    const amount = session.amount_total ?? 0;
    const card = findTestCard(form.card ?? '');
    if (!card && (amount > 0 || session.payment_method_collection === 'always'))
      return this.refuse(session, 'Choose one of the test cards.');
    if (card?.authentication && !isAuthenticated) return this.sendToBank(form, session);
    // A card that refuses is refused before anything exists, so that the customer can simply pick another one.
    const failure = amount > 0 ? card?.failure : undefined;
    if (failure) {
      this.movements.recordRefusal(session.customer, amount, session.currency ?? 'usd');
      return this.refuse(session, failure.message);
    }
    this.fulfil(session, form, card, isAuthenticated);
    return { kind: 'done' };
  }

  /** Back from the bank's page. Either way it can be called again and changes nothing more. */
  finishAuthentication(session: CheckoutSession, form: CheckoutForm, isAuthenticated: boolean): CheckoutResult {
    if (isAuthenticated || session.status !== 'open') return this.complete(session, form, true);
    return this.refuse(session, AUTHENTICATION_FAILED);
  }

  private refuse(session: CheckoutSession, message: string): CheckoutResult {
    this.store.get('checkout_order', session.id).refusal = message;
    return { kind: 'refused', message };
  }

  private sendToBank(form: CheckoutForm, session: CheckoutSession): CheckoutResult {
    const id = newId('authentication');
    this.store.insert('authentication', { id, kind: 'checkout', session: session.id, form });
    return { kind: 'authenticate', id };
  }

  private fulfil(
    session: CheckoutSession,
    form: CheckoutForm,
    card: TestCard | undefined,
    isAuthenticated: boolean,
  ): void {
    const order = this.store.get('checkout_order', session.id);
    const customer = this.customerFor(session, form, order);
    const method = card && this.methods.create(card);
    if (method && isAuthenticated) this.methods.authenticate(method.id);
    if (session.mode === 'subscription') {
      if (method) this.methods.setUp(method, customer!.id);
      this.subscribe(session, order, customer!, method);
    } else if (method) this.payments.charge(this.createIntent(session, order, customer), method.id, undefined, null);
    this.close(session, form, customer, (session.amount_total ?? 0) === 0 ? 'no_payment_required' : 'paid');
  }

  /** The order is placed and waits for its money, which arrives later or never. */
  private completeWithPix(session: CheckoutSession, form: CheckoutForm): CheckoutResult {
    if (!session.payment_method_types.includes('pix')) return this.refuse(session, 'Pix is not offered here.');
    const order = this.store.get('checkout_order', session.id);
    const customer = this.customerFor(session, form, order);
    const { email, name, taxId } = form;
    const method = this.methods.createPix({ email, name, tax_id: taxId });
    const intent = this.createIntent(session, order, customer);
    this.pix.start(intent, method.id, order.pixSeconds ?? undefined);
    this.close(session, form, customer, 'unpaid');
    return { kind: 'done' };
  }

  private close(
    session: CheckoutSession,
    form: CheckoutForm,
    customer: Customer | undefined,
    paymentStatus: CheckoutSession['payment_status'],
  ): void {
    this.agenda.cancel(EXPIRY, session.id);
    Object.assign(session, {
      status: 'complete',
      payment_status: paymentStatus,
      customer: customer?.id ?? null,
      customer_details: {
        address: null,
        business_name: null,
        email: form.email ?? customer?.email ?? session.customer_email,
        individual_name: null,
        name: form.name ?? customer?.name ?? null,
        phone: null,
        tax_exempt: 'none',
        tax_ids: form.taxId ? [{ type: form.taxId.length > 11 ? 'br_cnpj' : 'br_cpf', value: form.taxId }] : [],
      },
      url: null,
    } satisfies Partial<CheckoutSession>);
    this.events.emit('checkout.session.completed', session);
  }

  private settleLater(intent: PaymentIntent, isPaid: boolean): void {
    const session = this.store.all('checkout.session').find(({ payment_intent: id }) => id === intent.id);
    if (!session) return;
    if (isPaid) session.payment_status = 'paid';
    this.events.emit(
      isPaid ? 'checkout.session.async_payment_succeeded' : 'checkout.session.async_payment_failed',
      session,
    );
  }

  private customerFor(session: CheckoutSession, form: CheckoutForm, order: CheckoutOrder): Customer | undefined {
    if (session.customer) return this.store.get('customer', session.customer);
    if (session.mode === 'payment' && session.customer_creation !== 'always' && order.setupFutureUsage === null)
      return undefined;
    const customer = toCustomer(newId('customer'), this.clock.seconds(), {
      email: form.email ?? session.customer_email,
      name: form.name,
    });
    this.store.insert('customer', customer);
    this.events.emit('customer.created', customer);
    return customer;
  }

  private subscribe(
    session: CheckoutSession,
    order: CheckoutOrder,
    customer: Customer,
    method: PaymentMethod | undefined,
  ): void {
    const subscription = this.subscriptions.create({
      customer,
      items: order.items.map(({ price, quantity }) => ({
        price: this.store.get('price', price),
        quantity,
        metadata: {},
      })),
      metadata: order.metadata,
      description: order.description,
      defaultPaymentMethod: method?.id ?? null,
      trialEnd: order.trialEnd,
      paymentBehavior: 'allow_incomplete',
      billingMode: order.billingMode,
      startsIncomplete: true,
    });
    session.subscription = subscription.id;
    session.invoice = subscription.latest_invoice;
  }

  private createIntent(session: CheckoutSession, order: CheckoutOrder, customer: Customer | undefined): PaymentIntent {
    const intent = this.payments.createIntent({
      customer: customer?.id ?? null,
      amount: session.amount_total ?? 0,
      currency: session.currency ?? 'usd',
      description: order.description,
      metadata: order.metadata,
      setupFutureUsage: order.setupFutureUsage,
      cardSetup: order.cardSetup,
      allowedMethods: session.allowed_payment_method_types,
    });
    session.payment_intent = intent.id;
    return intent;
  }

  private expireIfOpen(session: CheckoutSession): void {
    if (session.status !== 'open') return;
    this.agenda.cancel(EXPIRY, session.id);
    session.status = 'expired';
    session.url = null;
    this.events.emit('checkout.session.expired', session);
  }
}
