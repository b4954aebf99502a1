import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PublicAddress } from '../../public-address.js';
import { EventLog } from '../objects/event-log.js';
import { StripeStore } from '../objects/stripe-store.js';
import { AUTHENTICATION_REQUIRED } from '../objects/test-cards.js';
import type { PaymentIntent, PaymentMethod } from '../objects/wire-types.js';
import { invalidRequest, StripeApiError } from '../wire/stripe-error.js';
import { PaymentMethods } from './payment-methods.js';
import { Payments } from './payments.js';
import { PixPayments, requirePixCurrency } from './pix-payments.js';
import { cardError } from './subscription-rules.js';

export interface Confirmation {
  readonly method: PaymentMethod;
  readonly isOffSession: boolean;
  /** `error_on_requires_action`: no further step, rather fail. */
  readonly refusesAction: boolean;
  readonly returnUrl: string | null;
  readonly pixSeconds: number | undefined;
}

/** Confirming a payment intent, cancelling it, and what the bank's page makes of it in between. */
@Injectable()
export class IntentConfirmations {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PublicAddress) private readonly address: PublicAddress,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(Payments) private readonly payments: Payments,
    @Inject(PixPayments) private readonly pix: PixPayments,
  ) {}

  /** @throws Stripe's 402 with the intent in it when the card is refused. */
  confirm(intent: PaymentIntent, confirmation: Confirmation): PaymentIntent {
    const { method, isOffSession, refusesAction } = confirmation;
    this.requireConfirmable(intent);
    requireUsable(intent, method, isOffSession);
    this.pix.stop(intent);
    if (method.type === 'pix') {
      this.pix.start(intent, method.id, confirmation.pixSeconds);
      return intent;
    }
    const needsOwner = this.methods.needsAuthentication(method.id, !isOffSession);
    if (needsOwner && !isOffSession && !refusesAction) return this.sendToBank(intent, method, confirmation.returnUrl);
    const failure = needsOwner ? AUTHENTICATION_REQUIRED : this.methods.cardOf(method.id).failure;
    const outcome = this.payments.charge(intent, method.id, failure, null);
    if (outcome.paid) return intent;
    throw cardError(outcome.failure, { payment_intent: structuredClone(intent) });
  }

  /** The owner has left the bank's page. A second time changes nothing. */
  finishAuthentication(intent: PaymentIntent, isAuthenticated: boolean): void {
    if (!isWaitingForBank(intent)) return;
    const method = intent.payment_method!;
    if (!isAuthenticated) {
      this.payments.abandon(
        intent,
        method,
        'payment_intent_authentication_failure',
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
      );
      return;
    }
    this.methods.authenticate(method);
    this.payments.charge(intent, method, this.methods.cardOf(method).failure, null);
  }

  cancel(intent: PaymentIntent, reason: PaymentIntent['cancellation_reason']): PaymentIntent {
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw unexpectedState(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
        intent,
      );
    this.requireNoCheckout(intent, 'cancel');
    this.pix.stop(intent);
    Object.assign(intent, {
      status: 'canceled',
      canceled_at: this.clock.seconds(),
      cancellation_reason: reason,
      next_action: null,
    } satisfies Partial<PaymentIntent>);
    this.events.emit('payment_intent.canceled', intent);
    return intent;
  }

  private sendToBank(intent: PaymentIntent, method: PaymentMethod, returnUrl: string | null): PaymentIntent {
    const url = `${this.address.url}/3ds/${intent.id}`;
    this.store.insert('authentication', { id: intent.id, kind: 'payment', returnUrl });
    Object.assign(intent, {
      status: 'requires_action',
      payment_method: method.id,
      last_payment_error: null,
      next_action:
        returnUrl === null
          ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
          : { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } },
    } satisfies Partial<PaymentIntent>);
    this.events.emit('payment_intent.requires_action', intent);
    return intent;
  }

  private requireConfirmable(intent: PaymentIntent): void {
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw unexpectedState(
        intent.status === 'succeeded'
          ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
          : "This PaymentIntent's status is canceled, but must be one of requires_payment_method, requires_confirmation, requires_action to be confirmed.",
        intent,
      );
    this.requireNoCheckout(intent, 'confirm');
  }

  /** https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-payment_intent */
  private requireNoCheckout(intent: PaymentIntent, verb: 'confirm' | 'cancel'): void {
    if (!this.store.all('checkout.session').some(({ payment_intent: id }) => id === intent.id)) return;
    throw unexpectedState(
      `You cannot ${verb} this PaymentIntent because it belongs to a Checkout Session. Expire the Checkout Session instead.`,
      intent,
    );
  }
}

const isWaitingForBank = ({ status, next_action: action }: PaymentIntent): boolean =>
  status === 'requires_action' && action?.type !== 'pix_display_qr_code';

/** What can be said about a method before anything exists. */
export function requireUsable(
  intent: Pick<PaymentIntent, 'currency' | 'setup_future_usage' | 'payment_method_types'>,
  method: PaymentMethod,
  isOffSession: boolean,
): void {
  if (isOffSession && intent.setup_future_usage !== null)
    throw invalidRequest(
      'You cannot confirm with the `off_session` parameter when `setup_future_usage` is also set on the PaymentIntent because you cannot set up future usages when processing payments off-session.',
      'off_session',
    );
  if (!intent.payment_method_types.includes(method.type))
    throw invalidRequest(
      `The PaymentMethod provided (${method.type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types to this PaymentIntent: ${intent.payment_method_types.join(', ')}.`,
      'payment_method',
      'payment_intent_incompatible_payment_method',
    );
  if (method.type === 'pix') requirePixCurrency(intent.currency);
}

const unexpectedState = (message: string, intent: PaymentIntent): StripeApiError =>
  new StripeApiError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: structuredClone(intent),
  });
