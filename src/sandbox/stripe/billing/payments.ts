import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { newId, randomText } from '../objects/identifiers.js';
import { toCharge, toPaymentIntent, type IntentRequest } from '../objects/payment-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import { AUTHENTICATION_REQUIRED, type CardFailure } from '../objects/test-cards.js';
import type { Charge, PaymentIntent } from '../objects/wire-types.js';
import { Movements } from './movements.js';
import { PaymentMethods } from './payment-methods.js';

export type AttemptOutcome = { readonly paid: true } | { readonly paid: false; readonly failure: CardFailure };

/** No card at all: what Stripe says of an invoice without a way to be paid. */
export const NO_PAYMENT_METHOD: CardFailure = {
  code: 'card_declined',
  message:
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
};

/** Moves money. Every try is in the ledger, whatever becomes of its events. */
@Injectable()
export class Payments {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Movements) private readonly movements: Movements,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
  ) {}

  createIntent(request: IntentRequest): PaymentIntent {
    const id = newId('payment_intent');
    const intent = toPaymentIntent(id, `${id}_secret_${randomText(25)}`, this.clock.seconds(), request);
    this.store.insert('payment_intent', intent);
    this.events.emit('payment_intent.created', intent);
    return intent;
  }

  /** How a charge without the owner would fail. Test cards behave the same every time. */
  failureOf(methodId: string | null): CardFailure | undefined {
    if (methodId === null) return NO_PAYMENT_METHOD;
    if (this.methods.needsAuthentication(methodId, false)) return AUTHENTICATION_REQUIRED;
    return this.methods.cardOf(methodId).failure;
  }

  /** Of an invoice: the owner may be asked to authenticate later, on the invoice's page. */
  attempt(intent: PaymentIntent, methodId: string, invoice: string | null): AttemptOutcome {
    return this.charge(intent, methodId, this.failureOf(methodId), invoice);
  }

  charge(
    intent: PaymentIntent,
    methodId: string,
    failure: CardFailure | undefined,
    invoice: string | null,
  ): AttemptOutcome {
    const method = this.store.get('payment_method', methodId);
    const isAuthenticated = this.methods.takeAuthentication(methodId);
    const charge = this.store.insert(
      'charge',
      toCharge({ id: newId('charge'), now: this.clock.seconds(), intent, method, failure, isAuthenticated }),
    );
    this.movements.recordCharge(intent, invoice, failure === undefined);
    if (failure) {
      this.fail(intent, charge, methodId, failure, invoice);
      return { paid: false, failure };
    }
    const setup = intent.setup_future_usage ?? intent.payment_method_options?.card?.setup_future_usage ?? null;
    if (setup !== null && intent.customer !== null && method.type === 'card')
      this.methods.setUp(method, intent.customer);
    Object.assign(intent, {
      status: 'succeeded',
      amount_received: intent.amount,
      payment_method: methodId,
      last_payment_error: null,
      next_action: null,
      latest_charge: charge.id,
    } satisfies Partial<PaymentIntent>);
    this.events.emit('charge.succeeded', charge);
    this.events.emit('payment_intent.succeeded', intent);
    return { paid: true };
  }

  /** A try that ended before any charge: nothing moved, and another method is wanted. */
  abandon(intent: PaymentIntent, methodId: string, code: string, message: string): void {
    Object.assign(intent, {
      status: 'requires_payment_method',
      payment_method: null,
      next_action: null,
      last_payment_error: {
        code,
        message,
        payment_method: structuredClone(this.store.get('payment_method', methodId)),
        type: 'invalid_request_error',
      },
    } satisfies Partial<PaymentIntent>);
    this.events.emit('payment_intent.payment_failed', intent);
  }

  private fail(
    intent: PaymentIntent,
    charge: Charge,
    methodId: string,
    failure: CardFailure,
    invoice: string | null,
  ): void {
    const needsAction = failure.code === 'authentication_required' && invoice !== null;
    Object.assign(intent, {
      status: needsAction ? 'requires_action' : 'requires_payment_method',
      payment_method: needsAction ? methodId : null,
      next_action: needsAction ? { type: 'use_stripe_sdk', use_stripe_sdk: {} } : null,
      latest_charge: charge.id,
      last_payment_error: {
        charge: charge.id,
        code: failure.code,
        ...(failure.declineCode ? { decline_code: failure.declineCode } : {}),
        message: failure.message,
        payment_method: structuredClone(this.store.get('payment_method', methodId)),
        type: 'card_error',
      },
    } satisfies Partial<PaymentIntent>);
    this.events.emit('charge.failed', charge);
    this.events.emit(needsAction ? 'payment_intent.requires_action' : 'payment_intent.payment_failed', intent);
  }
}
