import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PublicAddress } from '../../public-address.js';
import { EventLog } from '../objects/event-log.js';
import { newId, randomText } from '../objects/identifiers.js';
import { toSetupIntent, type SetupRequest } from '../objects/setup-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { PaymentMethod, SetupIntent } from '../objects/wire-types.js';
import { StripeApiError } from '../wire/stripe-error.js';
import { PaymentMethods } from './payment-methods.js';
import { cardError } from './subscription-rules.js';

/** Setup intents: a card is kept for later payments, and nothing is charged. */
@Injectable()
export class Setups {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PublicAddress) private readonly address: PublicAddress,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
  ) {}

  create(request: SetupRequest): SetupIntent {
    const id = newId('setup_intent');
    const intent = toSetupIntent(id, `${id}_secret_${randomText(25)}`, this.clock.seconds(), request);
    this.store.insert('setup_intent', intent);
    this.events.emit('setup_intent.created', intent);
    return intent;
  }

  /** @throws Stripe's 402 when the card cannot be kept */
  confirm(intent: SetupIntent, method: PaymentMethod, returnUrl: string | null): SetupIntent {
    if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState(intent, 'confirm');
    const { authentication, refusesAttach, failure } = this.methods.cardOf(method.id);
    if (refusesAttach && failure) {
      this.fail(intent, method, failure.code, failure.message);
      throw cardError(failure, { setup_intent: structuredClone(intent) });
    }
    if (authentication === 'always' || authentication === 'until_set_up') this.sendToBank(intent, method, returnUrl);
    else this.succeed(intent, method);
    return intent;
  }

  /** A second time changes nothing. */
  finishAuthentication(id: string, isAuthenticated: boolean): void {
    const intent = this.store.get('setup_intent', id);
    if (intent.status !== 'requires_action') return;
    const method = this.store.get('payment_method', intent.payment_method!);
    if (isAuthenticated) this.succeed(intent, method);
    else
      this.fail(
        intent,
        method,
        'setup_intent_authentication_failure',
        'The latest attempt to set up the payment method has failed because authentication failed.',
      );
  }

  cancel(intent: SetupIntent, reason: SetupIntent['cancellation_reason']): SetupIntent {
    if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState(intent, 'cancel');
    Object.assign(intent, {
      status: 'canceled',
      cancellation_reason: reason,
      next_action: null,
    } satisfies Partial<SetupIntent>);
    this.events.emit('setup_intent.canceled', intent);
    return intent;
  }

  private succeed(intent: SetupIntent, method: PaymentMethod): void {
    if (intent.customer !== null) this.methods.setUp(method, intent.customer);
    Object.assign(intent, {
      status: 'succeeded',
      payment_method: method.id,
      next_action: null,
      last_setup_error: null,
    } satisfies Partial<SetupIntent>);
    this.events.emit('setup_intent.succeeded', intent);
  }

  private sendToBank(intent: SetupIntent, method: PaymentMethod, returnUrl: string | null): void {
    const url = `${this.address.url}/3ds/${intent.id}`;
    this.store.insert('authentication', { id: intent.id, kind: 'setup', returnUrl });
    Object.assign(intent, {
      status: 'requires_action',
      payment_method: method.id,
      last_setup_error: null,
      next_action:
        returnUrl === null
          ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
          : { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } },
    } satisfies Partial<SetupIntent>);
    this.events.emit('setup_intent.requires_action', intent);
  }

  private fail(intent: SetupIntent, method: PaymentMethod, code: string, message: string): void {
    Object.assign(intent, {
      status: 'requires_payment_method',
      payment_method: null,
      next_action: null,
      last_setup_error: { code, message, payment_method: structuredClone(method), type: 'card_error' },
    } satisfies Partial<SetupIntent>);
    this.events.emit('setup_intent.setup_failed', intent);
  }
}

const unexpectedState = (intent: SetupIntent, verb: string): StripeApiError =>
  new StripeApiError(400, {
    type: 'invalid_request_error',
    code: 'setup_intent_unexpected_state',
    message: `You cannot ${verb} this SetupIntent because it has a status of ${intent.status}.`,
    setup_intent: structuredClone(intent),
  });
