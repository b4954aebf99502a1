import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PaymentMethods } from '../billing/payment-methods.js';
import { Payments } from '../billing/payments.js';
import { SubscriptionCreation } from '../billing/subscription-creation.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { TestCard } from '../objects/test-cards.js';
import { toCustomer } from '../objects/customer-objects.js';
import type { CheckoutSession, Customer, PaymentMethod } from '../objects/wire-types.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { CheckoutOrder } from './page.types.js';

const EXPIRY = 'stripe.checkout.expiry';

export type CheckoutResult = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly message: string };

export interface CheckoutForm {
  readonly card: TestCard | undefined;
  readonly email: string | null;
  readonly name: string | null;
}

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
    @Inject(SubscriptionCreation) private readonly subscriptions: SubscriptionCreation,
  ) {
    agenda.on(EXPIRY, (id) => this.expireIfOpen(store.get('checkout.session', id)));
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
  complete(session: CheckoutSession, form: CheckoutForm): CheckoutResult {
    if (session.status === 'complete') return { kind: 'done' };
    if (session.status !== 'open') return { kind: 'refused', message: 'This session has expired.' };
    const needsCard = (session.amount_total ?? 0) > 0 || session.payment_method_collection === 'always';
    if (needsCard && !form.card) return { kind: 'refused', message: 'Choose one of the test cards.' };
    // A card that refuses is refused before anything exists, so that the customer can simply pick another one.
    const failure = (session.amount_total ?? 0) > 0 ? form.card?.failure : undefined;
    if (failure) {
      this.payments.recordRefusal(session.customer ?? '', session.amount_total ?? 0, session.currency ?? 'usd');
      return { kind: 'refused', message: failure.message };
    }
    this.fulfil(session, form);
    return { kind: 'done' };
  }

  private fulfil(session: CheckoutSession, form: CheckoutForm): void {
    const order = this.store.get('checkout_order', session.id);
    const customer = this.customerFor(session, form, order);
    const method = form.card && this.methods.create(form.card);
    if (method && customer && (session.mode === 'subscription' || order.setupFutureUsage !== null))
      this.methods.attach(method, customer.id);
    if (session.mode === 'subscription') this.subscribe(session, order, customer!, method);
    else this.pay(session, order, customer, method);
    this.agenda.cancel(EXPIRY, session.id);
    Object.assign(session, {
      status: 'complete',
      payment_status: (session.amount_total ?? 0) === 0 ? 'no_payment_required' : 'paid',
      customer: customer?.id ?? null,
      customer_details: {
        address: null,
        business_name: null,
        email: form.email ?? customer?.email ?? session.customer_email,
        individual_name: null,
        name: form.name ?? customer?.name ?? null,
        phone: null,
        tax_exempt: 'none',
        tax_ids: [],
      },
      url: null,
    } satisfies Partial<CheckoutSession>);
    this.events.emit('checkout.session.completed', session);
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

  private pay(
    session: CheckoutSession,
    order: CheckoutOrder,
    customer: Customer | undefined,
    method: PaymentMethod | undefined,
  ): void {
    if (!method) return;
    const intent = this.payments.createIntent({
      customer: customer?.id ?? null,
      amount: session.amount_total ?? 0,
      currency: session.currency ?? 'usd',
      description: order.description,
      metadata: order.metadata,
      setupFutureUsage: order.setupFutureUsage,
    });
    this.payments.attempt(intent, method.id, null);
    session.payment_intent = intent.id;
  }

  private expireIfOpen(session: CheckoutSession): void {
    if (session.status !== 'open') return;
    this.agenda.cancel(EXPIRY, session.id);
    session.status = 'expired';
    session.url = null;
    this.events.emit('checkout.session.expired', session);
  }
}
