import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { isSettled, PaymentTaking } from '../objects/payment-taking.js';
import type { Checkout, CheckoutForm, SavedMethod } from '../objects/records.js';
import { SubscriptionStarter } from '../objects/subscription-starter.js';
import { findTestCard } from '../objects/test-cards.js';
import type { BillingAddress, Customer, Payment } from '../objects/wire-types.js';
import { Carts } from './carts.js';
import { Customers } from './customers.js';
import { DodoPaymentMethods } from './payment-methods.js';

const EXPIRY = 'dodo.checkout.expiry';
const OPEN_MILLISECONDS = 24 * 3_600_000;
/** Of a session whose details were final from the start. */
const CONFIRMED_MILLISECONDS = 15 * 60_000;
const DECLINED = 'The card was declined.';

export type CheckoutRequest = Omit<Checkout, 'id' | 'createdAt' | 'expiresAt' | 'status' | 'payment' | 'refusal'> & {
  readonly isConfirmed: boolean;
};

export type CheckoutResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly message: string }
  /** The card's bank wants to see its owner first. The id is that of the page. */
  | { readonly kind: 'authenticate'; readonly id: string };

/** How a checkout is paid: by whom, with what, and whether they are there. */
interface Purchase {
  readonly customer: Customer;
  readonly method: SavedMethod;
  readonly billing: BillingAddress;
  readonly isPresent: boolean;
}

/** Checkout sessions, and what paying one makes. Every try is a payment of its own. */
@Injectable()
export class Checkouts {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Carts) private readonly carts: Carts,
    @Inject(Customers) private readonly customers: Customers,
    @Inject(DodoPaymentMethods) private readonly methods: DodoPaymentMethods,
    @Inject(PaymentTaking) private readonly payments: PaymentTaking,
    @Inject(SubscriptionStarter) private readonly subscriptions: SubscriptionStarter,
  ) {
    agenda.on(EXPIRY, (id) => this.expire(store.get('checkout', id)));
  }

  /** A session that waits for its buyer. */
  open({ isConfirmed, ...request }: CheckoutRequest): Checkout {
    const now = this.clock.milliseconds();
    const checkout: Checkout = {
      ...request,
      id: newId('checkout'),
      createdAt: now,
      expiresAt: now + (isConfirmed ? CONFIRMED_MILLISECONDS : OPEN_MILLISECONDS),
      status: 'open',
      payment: null,
      refusal: null,
    };
    this.store.insert('checkout', checkout);
    this.agenda.schedule(EXPIRY, checkout.id, checkout.expiresAt);
    return checkout;
  }

  /** Charges a saved method without its owner. The session is used up, whatever the bank answers. */
  chargeAtOnce(checkout: Checkout, customer: Customer, method: SavedMethod, billing: BillingAddress): Payment {
    return this.events.together(() => {
      const payment = this.take(checkout, { customer, method, billing, isPresent: false });
      this.complete(checkout);
      return payment;
    });
  }

  /** A session that is complete already is simply done: the second press of the button pays nothing. */
  pay(checkout: Checkout, form: CheckoutForm, isAuthenticated = false): CheckoutResult {
    if (checkout.status === 'complete') return { kind: 'done' };
    if (checkout.status === 'expired') return refuse(checkout, 'This checkout has expired.');
    const card = findTestCard(form.method);
    const saved = card ? undefined : this.findSaved(checkout, form.method);
    if (!card && !saved && form.method !== 'wallet') return refuse(checkout, 'Choose one of the test cards.');
    if (!this.customers.isKnown(checkout, form)) return refuse(checkout, 'Enter your email address.');
    const needsBank = (card ?? findTestCard(saved?.number ?? ''))?.authentication !== undefined;
    if (needsBank && !isAuthenticated) return this.sendToBank(checkout, form);
    const customer = this.customers.forCheckout(checkout, form);
    checkout.customer = customer.customer_id;
    return this.events.together(() => this.charge(checkout, customer, form, saved));
  }

  /** Back from the bank's page. Either way it can be called again and changes nothing more. */
  finishAuthentication(checkout: Checkout, form: CheckoutForm, isAuthenticated: boolean): CheckoutResult {
    if (isAuthenticated || checkout.status !== 'open') return this.pay(checkout, form, true);
    return refuse(checkout, 'Your bank could not confirm that it is you. Choose another card or try again.');
  }

  private charge(
    checkout: Checkout,
    customer: Customer,
    form: CheckoutForm,
    saved: SavedMethod | undefined,
  ): CheckoutResult {
    const known = new Set(this.methods.of(customer.customer_id).map(({ id }) => id));
    const method = saved ?? this.save(customer, form);
    // A card that refuses everything is refused also where nothing is to be paid yet.
    if (this.carts.price(checkout.cart, checkout.trialDays).amount === 0 && findTestCard(method.number ?? '')?.failure)
      return this.giveUp(checkout, method, known, DECLINED);
    const payment = this.take(checkout, { customer, method, billing: form.billing, isPresent: true });
    if (payment.status === 'failed') {
      if (!known.has(method.id)) payment.payment_method_id = null;
      return this.giveUp(checkout, method, known, payment.error_message ?? DECLINED);
    }
    this.complete(checkout);
    return { kind: 'done' };
  }

  private giveUp(checkout: Checkout, method: SavedMethod, known: ReadonlySet<string>, message: string): CheckoutResult {
    if (!known.has(method.id)) this.methods.forget(method);
    return refuse(checkout, message);
  }

  private take(checkout: Checkout, { customer, method, billing, isPresent }: Purchase): Payment {
    const cart = this.carts.price(checkout.cart, checkout.trialDays);
    const shared = {
      checkout: checkout.id,
      customer,
      billing,
      method,
      metadata: checkout.metadata,
      isPresent,
      returnUrl: checkout.returnUrl,
    };
    const waiting = this.store.find('payment', checkout.payment);
    if (cart.kind === 'subscription') {
      const [{ product, item }] = cart.items;
      const payment = this.subscriptions.start({ ...shared, product, item, trialDays: checkout.trialDays });
      checkout.payment = payment.payment_id;
      return payment;
    }
    if (waiting && !isSettled(waiting)) {
      this.payments.attempt(waiting, method, isPresent);
      return waiting;
    }
    const { amount, currency, lines } = cart;
    const payment = this.payments.take({ ...shared, amount, currency, lines, productCart: cartOf(checkout) });
    checkout.payment = payment.payment_id;
    return payment;
  }

  /** The payment of a session whose details are final and whose buyer has not paid yet. One-time carts only. */
  openPayment(checkout: Checkout, customer: Customer, billing: BillingAddress): Payment | null {
    const cart = this.carts.price(checkout.cart, checkout.trialDays);
    if (cart.kind === 'subscription') return null;
    const { amount, currency, lines } = cart;
    const payment = this.payments.open({
      checkout: checkout.id,
      customer,
      billing,
      method: null,
      metadata: checkout.metadata,
      isPresent: true,
      returnUrl: checkout.returnUrl,
      amount,
      currency,
      lines,
      productCart: cartOf(checkout),
    });
    checkout.payment = payment.payment_id;
    return payment;
  }

  private save(customer: Customer, { method, name, expiry }: CheckoutForm): SavedMethod {
    const card = findTestCard(method);
    return card
      ? this.methods.saveCard(customer.customer_id, card, { name: name ?? customer.name, expiry })
      : this.methods.saveWallet(customer.customer_id);
  }

  private findSaved({ customer, showsSavedMethods }: Checkout, id: string): SavedMethod | undefined {
    if (!customer || !showsSavedMethods) return undefined;
    return this.methods.of(customer).find((method) => method.id === id);
  }

  private sendToBank(checkout: Checkout, form: CheckoutForm): CheckoutResult {
    const id = newId('authentication');
    this.store.insert('authentication', { id, checkout: checkout.id, form });
    return { kind: 'authenticate', id };
  }

  private complete(checkout: Checkout): void {
    this.agenda.cancel(EXPIRY, checkout.id);
    checkout.status = 'complete';
  }

  /** Dodo sends no event of its own for it. */
  private expire(checkout: Checkout): void {
    if (checkout.status !== 'open') return;
    checkout.status = 'expired';
    const payment = this.store.find('payment', checkout.payment);
    if (payment) this.payments.cancel(payment);
  }
}

const refuse = (checkout: Checkout, message: string): CheckoutResult => {
  checkout.refusal = message;
  return { kind: 'refused', message };
};

const cartOf = ({ cart }: Checkout) => cart.map(({ product_id, quantity }) => ({ product_id, quantity }));
