import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PaymentMethods } from '../billing/payment-methods.js';
import { Payments } from '../billing/payments.js';
import { cardError } from '../billing/subscription-rules.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { PaymentIntent, Refund } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import {
  applyMetadata,
  fields,
  flag,
  integer,
  listOf,
  metadata,
  oneOf,
  pagination,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const creation = fields(
  {
    amount: integer,
    currency: text,
    customer: text,
    payment_method: text,
    confirm: flag,
    off_session: flag,
    description: text,
    metadata,
    setup_future_usage: oneOf('on_session', 'off_session'),
    error_on_requires_action: flag,
    return_url: text,
    receipt_email: text,
    allowed_payment_method_types: listOf(text),
    automatic_payment_methods: fields({ enabled: flag, allow_redirects: oneOf('always', 'never') }, ['enabled']),
  } satisfies ShapeOf<Stripe.PaymentIntentCreateParams>,
  ['amount', 'currency'],
);
const confirmation = fields({
  payment_method: text,
  off_session: flag,
  return_url: text,
  error_on_requires_action: flag,
});
const refund = fields({
  payment_intent: text,
  charge: text,
  amount: integer,
  reason: text,
  metadata,
} satisfies ShapeOf<Stripe.RefundCreateParams>);

@Injectable()
export class PaymentOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Payments) private readonly payments: Payments,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
  ) {}

  operations(): Operation[] {
    const path = '/v1/payment_intents';
    const get = (id: string): PaymentIntent => this.store.get('payment_intent', id);
    return [
      operation('POST', path, creation, ({ params }) => this.create(params)),
      operation('GET', `${path}/:id`, fields({ client_secret: text }), ({ id }) => get(id)),
      operation('POST', `${path}/:id/confirm`, confirmation, ({ id, params }) =>
        this.confirm(get(id), params.payment_method),
      ),
      operation('POST', `${path}/:id/cancel`, fields({ cancellation_reason: text }), ({ id }) => this.cancel(get(id))),
      operation('GET', path, fields({ ...pagination, customer: text }), ({ params }) =>
        paginate(
          this.store.newestFirst('payment_intent').filter(({ customer }) => customer === (params.customer ?? customer)),
          params,
          path,
        ),
      ),
      operation('GET', '/v1/charges/:id', fields({}), ({ id }) => this.store.get('charge', id)),
      operation('GET', '/v1/charges', fields({ ...pagination, customer: text, payment_intent: text }), ({ params }) =>
        paginate(
          this.store
            .newestFirst('charge')
            .filter(
              (charge) =>
                charge.customer === (params.customer ?? charge.customer) &&
                charge.payment_intent === (params.payment_intent ?? charge.payment_intent),
            ),
          params,
          '/v1/charges',
        ),
      ),
      operation('POST', '/v1/refunds', refund, ({ params }) => this.refund(params)),
      operation('GET', '/v1/refunds/:id', fields({}), ({ id }) => this.store.get('refund', id)),
    ];
  }

  private create(params: ValueOf<typeof creation>): PaymentIntent {
    if (params.off_session && !params.confirm)
      throw invalidRequest('You cannot set `off_session` unless `confirm` is true.', 'off_session');
    const customer = params.customer ? this.store.get('customer', params.customer, 'customer') : undefined;
    const method = params.payment_method && this.resolve(params.payment_method, customer?.id);
    const intent = this.payments.createIntent({
      customer: customer?.id ?? null,
      amount: params.amount,
      currency: params.currency.toLowerCase(),
      description: params.description ?? null,
      metadata: applyMetadata({}, params.metadata),
      setupFutureUsage: params.setup_future_usage ?? null,
    });
    if (params.allowed_payment_method_types) intent.allowed_payment_method_types = params.allowed_payment_method_types;
    if (method) Object.assign(intent, { payment_method: method.id, status: 'requires_confirmation' });
    return params.confirm ? this.confirm(intent, undefined) : intent;
  }

  private resolve(id: string, customer: string | undefined) {
    return customer ? this.methods.resolveFor(customer, id, 'payment_method') : this.methods.resolve(id);
  }

  private confirm(intent: PaymentIntent, methodId: string | undefined): PaymentIntent {
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw invalidRequest(
        `This PaymentIntent's status is ${intent.status}, but must be one of requires_payment_method, requires_confirmation, requires_action to be confirmed.`,
        undefined,
        'payment_intent_unexpected_state',
      );
    const method = methodId ? this.resolve(methodId, intent.customer ?? undefined).id : intent.payment_method;
    if (!method) throw missingParameter('payment_method');
    const outcome = this.payments.attempt(intent, method, null);
    if (outcome.paid) return intent;
    throw cardError(outcome.failure, structuredClone(intent));
  }

  private cancel(intent: PaymentIntent): PaymentIntent {
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw invalidRequest(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
        undefined,
        'payment_intent_unexpected_state',
      );
    Object.assign(intent, { status: 'canceled', canceled_at: this.clock.seconds() } satisfies Partial<PaymentIntent>);
    this.events.emit('payment_intent.canceled', intent);
    return intent;
  }

  private refund(params: ValueOf<typeof refund>): Refund {
    const intent = params.payment_intent
      ? this.store.get('payment_intent', params.payment_intent, 'payment_intent')
      : undefined;
    const chargeId = params.charge ?? intent?.latest_charge;
    if (!chargeId) throw missingParameter('charge');
    const charge = this.store.get('charge', chargeId, 'charge');
    const left = charge.amount_captured - charge.amount_refunded;
    const amount = params.amount ?? left;
    if (left === 0)
      throw invalidRequest(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded');
    if (amount > left || amount <= 0)
      throw invalidRequest(
        `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
        'amount',
        'amount_too_large',
      );
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount_captured;
    const object = this.store.insert('refund', {
      id: newId('refund'),
      object: 'refund',
      amount,
      balance_transaction: null,
      charge: charge.id,
      created: this.clock.seconds(),
      currency: charge.currency,
      customer: charge.customer,
      customer_account: null,
      metadata: applyMetadata({}, params.metadata),
      payment_intent: charge.payment_intent,
      payment_method: charge.payment_method,
      reason: params.reason ?? null,
      receipt_number: null,
      source_transfer_reversal: null,
      status: 'succeeded',
      transfer_reversal: null,
    });
    this.payments.recordRefund(charge, amount);
    this.events.emit('refund.created', object);
    this.events.emit('charge.refunded', charge);
    return object;
  }
}
