import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import { cardOfToken, findTestCard, type TestCard } from '../objects/test-cards.js';
import type { Customer, PaymentMethod } from '../objects/wire-types.js';
import { invalidRequest, resourceMissing, StripeApiError } from '../wire/stripe-error.js';

interface Expiry {
  readonly month: number;
  readonly year: number;
}

@Injectable()
export class PaymentMethods {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
  ) {}

  create(card: TestCard, expiry?: Expiry, metadata: Record<string, string> = {}): PaymentMethod {
    const method = this.store.insert('payment_method', {
      id: newId('payment_method'),
      object: 'payment_method',
      allow_redisplay: 'unspecified',
      billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
      card: {
        brand: card.brand,
        checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
        country: 'US',
        display_brand: card.brand,
        exp_month: expiry?.month ?? 12,
        exp_year: expiry?.year ?? this.clock.now().getUTCFullYear() + 3,
        fingerprint: fingerprintOf(card.number),
        funding: 'credit',
        generated_from: null,
        last4: card.number.slice(-4),
        networks: { available: [card.brand], preferred: null },
        regulated_status: 'unregulated',
        three_d_secure_usage: { supported: true },
        wallet: null,
      },
      created: this.clock.seconds(),
      customer: null,
      customer_account: null,
      livemode: false,
      metadata,
      type: 'card',
    });
    this.store.insert('card_number', { id: method.id, number: card.number, isSetUp: false, isAuthenticated: false });
    return method;
  }

  createPix(billingDetails: Partial<PaymentMethod['billing_details']>): PaymentMethod {
    return this.store.insert('payment_method', {
      id: newId('payment_method'),
      object: 'payment_method',
      allow_redisplay: 'unspecified',
      billing_details: { address: null, email: null, name: null, phone: null, tax_id: null, ...billingDetails },
      created: this.clock.seconds(),
      customer: null,
      customer_account: null,
      livemode: false,
      metadata: {},
      pix: {},
      type: 'pix',
    });
  }

  cardOf(methodId: string): TestCard {
    return findTestCard(this.store.get('card_number', methodId).number)!;
  }

  needsAuthentication(methodId: string, ownerIsPresent: boolean): boolean {
    const note = this.store.get('card_number', methodId);
    if (note.isAuthenticated) return false;
    const need = this.cardOf(methodId).authentication;
    if (need === 'until_set_up') return !note.isSetUp;
    return need === 'always' || (need === 'when_present' && ownerIsPresent);
  }

  /** The owner has just authenticated: it holds for the next charge. */
  authenticate(methodId: string): void {
    this.store.get('card_number', methodId).isAuthenticated = true;
  }

  /** Uses up an authentication; whether there was one. */
  takeAuthentication(methodId: string): boolean {
    const note = this.store.find('card_number', methodId);
    const isAuthenticated = note?.isAuthenticated ?? false;
    if (note) note.isAuthenticated = false;
    return isAuthenticated;
  }

  /** Saves the method for payments without its owner. */
  setUp(method: PaymentMethod, customer: string): PaymentMethod {
    this.attach(method, customer);
    this.store.get('card_number', method.id).isSetUp = true;
    return method;
  }

  /** A real method by id, or a new one for a test token such as `pm_card_visa`. */
  resolve(id: string, param = 'payment_method'): PaymentMethod {
    const known = this.store.find('payment_method', id);
    if (known) return known;
    const card = cardOfToken(id);
    if (!card) throw resourceMissing('PaymentMethod', id, param, param === 'id' ? 404 : 400);
    return this.create(card);
  }

  /** As {@link resolve}, and the method must belong to the customer; a test token is attached to it. */
  resolveFor(customer: string, id: string, param: string): PaymentMethod {
    const method = this.resolve(id, param);
    if (method.customer === customer) return method;
    if (method.customer !== null || this.store.find('payment_method', id))
      throw invalidRequest(
        `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
        param,
        'resource_missing',
      );
    return this.attach(method, customer);
  }

  attach(method: PaymentMethod, customer: string): PaymentMethod {
    if (method.customer === customer) return method;
    if (method.customer !== null)
      throw invalidRequest('The payment method you provided has already been attached to a customer.');
    const { refusesAttach, failure } = this.cardOf(method.id);
    if (refusesAttach && failure)
      throw new StripeApiError(402, {
        type: 'card_error',
        code: failure.code,
        ...(failure.declineCode ? { decline_code: failure.declineCode } : {}),
        message: failure.message,
        param: '',
      });
    method.customer = customer;
    this.events.emit('payment_method.attached', method);
    return method;
  }

  detach(method: PaymentMethod): PaymentMethod {
    if (method.customer === null)
      throw invalidRequest(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
      );
    const owner = this.store.find('customer', method.customer);
    this.events.change('payment_method.detached', method, () => {
      method.customer = null;
    });
    if (owner?.invoice_settings.default_payment_method === method.id) this.setDefault(owner, null);
    for (const subscription of this.store.all('subscription'))
      if (subscription.default_payment_method === method.id) subscription.default_payment_method = null;
    return method;
  }

  setDefault(customer: Customer, methodId: string | null): void {
    this.events.change('customer.updated', customer, () => {
      customer.invoice_settings.default_payment_method = methodId;
    });
  }
}

/** The same for every payment method of one card, and says nothing of its number's digits. */
const fingerprintOf = (number: string): string =>
  createHash('sha256').update(number).digest('base64url').replaceAll(/[-_]/g, '0').slice(0, 16);
