import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { Ledger } from '../../ledger/ledger.js';
import { EventLog } from '../objects/event-log.js';
import { newId, randomText } from '../objects/identifiers.js';
import { toCharge, toPaymentIntent, type IntentRequest } from '../objects/payment-objects.js';
import { RequestContext } from '../objects/request-context.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { CardFailure } from '../objects/test-cards.js';
import type { Charge, PaymentIntent } from '../objects/wire-types.js';
import { PaymentMethods } from './payment-methods.js';

export type AttemptOutcome = { readonly paid: true } | { readonly paid: false; readonly failure: CardFailure };

/** No card at all: what Stripe says of an invoice without a way to be paid. */
export const NO_PAYMENT_METHOD: CardFailure = {
  code: 'card_declined',
  message:
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
};

/** Charges cards. Every try is in the ledger, whatever becomes of its events. */
@Injectable()
export class Payments {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(RequestContext) private readonly context: RequestContext,
  ) {}

  createIntent(request: IntentRequest): PaymentIntent {
    const id = newId('payment_intent');
    const intent = toPaymentIntent(id, `${id}_secret_${randomText(25)}`, this.clock.seconds(), request);
    this.store.insert('payment_intent', intent);
    this.events.emit('payment_intent.created', intent);
    return intent;
  }

  /** Whether a charge would go through. Test cards behave the same every time. */
  failureOf(methodId: string | null): CardFailure | undefined {
    return methodId === null ? NO_PAYMENT_METHOD : this.methods.cardOf(methodId).failure;
  }

  attempt(intent: PaymentIntent, methodId: string, invoice: string | null): AttemptOutcome {
    const failure = this.failureOf(methodId);
    const charge = this.createCharge(intent, methodId, failure);
    this.record(intent, invoice, failure === undefined);
    if (failure) {
      this.fail(intent, charge, methodId, failure);
      return { paid: false, failure };
    }
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

  /** A refusal before anything exists, e.g. of an update that must not be applied unless it is paid. */
  recordRefusal(customer: string, amount: number, currency: string): void {
    this.ledger.record({
      ...this.movement(),
      customer,
      amount,
      currency,
      invoice: null,
      payment_intent: null,
      outcome: 'failed',
    });
  }

  recordCredit(customer: string, amount: number, currency: string, invoice: string): void {
    this.ledger.record({
      ...this.movement(),
      type: 'credit',
      customer,
      amount,
      currency,
      invoice,
      payment_intent: null,
      outcome: 'succeeded',
    });
  }

  recordRefund(charge: Charge, amount: number): void {
    this.ledger.record({
      ...this.movement(),
      type: 'refund',
      customer: charge.customer,
      amount,
      currency: charge.currency,
      invoice: null,
      payment_intent: charge.payment_intent,
      outcome: 'succeeded',
    });
  }

  private record(intent: PaymentIntent, invoice: string | null, paid: boolean): void {
    this.ledger.record({
      ...this.movement(),
      customer: intent.customer,
      amount: intent.amount,
      currency: intent.currency,
      invoice,
      payment_intent: intent.id,
      outcome: paid ? 'succeeded' : 'failed',
    });
  }

  private movement() {
    return {
      id: newId('movement'),
      provider: 'stripe',
      type: 'charge' as const,
      idempotency_key: this.context.idempotencyKey(),
      at: this.clock.now().toISOString(),
    };
  }

  private createCharge(intent: PaymentIntent, methodId: string, failure: CardFailure | undefined): Charge {
    const method = this.store.get('payment_method', methodId);
    return this.store.insert('charge', toCharge(newId('charge'), this.clock.seconds(), intent, method, failure));
  }

  private fail(intent: PaymentIntent, charge: Charge, methodId: string, failure: CardFailure): void {
    const needsAction = failure.code === 'authentication_required';
    Object.assign(intent, {
      status: needsAction ? 'requires_action' : 'requires_payment_method',
      payment_method: needsAction ? methodId : null,
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
