import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { IntentConfirmations, requireUsable } from '../billing/intent-confirmations.js';
import { PaymentMethods } from '../billing/payment-methods.js';
import { Payments } from '../billing/payments.js';
import { requirePixLifetime } from '../billing/pix-payments.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { PaymentIntent, PaymentMethod } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import { applyMetadata, fields, isInRange, text, type ValueOf } from '../wire/parameters.js';
import { requireReturnUrl } from '../wire/return-url.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';
import * as parameters from './payment-intent.parameters.js';

type Creation = ValueOf<typeof parameters.creation>;
type Confirmation = ValueOf<typeof parameters.confirmation>;

@Injectable()
export class PaymentIntentOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Payments) private readonly payments: Payments,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(IntentConfirmations) private readonly confirmations: IntentConfirmations,
  ) {}

  operations(): Operation[] {
    const path = '/v1/payment_intents';
    const get = (id: string): PaymentIntent => this.store.get('payment_intent', id);
    return [
      operation('POST', path, parameters.creation, ({ params }) => this.create(params)),
      operation('GET', `${path}/:id`, fields({ client_secret: text }), ({ id }) => get(id)),
      operation('POST', `${path}/:id`, parameters.update, ({ id, params }) => {
        const intent = get(id);
        intent.metadata = applyMetadata(intent.metadata, params.metadata);
        if (params.description !== undefined) intent.description = params.description;
        return intent;
      }),
      operation('POST', `${path}/:id/confirm`, parameters.confirmation, ({ id, params }) =>
        this.confirm(get(id), params),
      ),
      operation('POST', `${path}/:id/cancel`, parameters.cancellation, ({ id, params }) =>
        this.confirmations.cancel(get(id), params.cancellation_reason ?? null),
      ),
      operation('GET', path, parameters.list, ({ params }) => {
        const intents = this.store
          .newestFirst('payment_intent')
          .filter(
            ({ customer, created }) => customer === (params.customer ?? customer) && isInRange(created, params.created),
          );
        return paginate(intents, params, path);
      }),
    ];
  }

  private create(params: Creation): PaymentIntent {
    if (params.off_session && !params.confirm)
      throw invalidRequest('You cannot set `off_session` unless `confirm` is true.', 'off_session');
    if (params.amount < 1)
      throw invalidRequest(
        'This value must be greater than or equal to 1.',
        'amount',
        'parameter_invalid_integer',
      ).notRemembered();
    const customer = params.customer ? this.store.get('customer', params.customer, 'customer') : undefined;
    const allowed = params.allowed_payment_method_types;
    if (allowed && params.automatic_payment_methods)
      throw invalidRequest(
        'You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.',
        'automatic_payment_methods',
      );
    const request = {
      customer: customer?.id ?? null,
      amount: params.amount,
      currency: params.currency.toLowerCase(),
      description: params.description ?? null,
      metadata: applyMetadata({}, params.metadata),
      setupFutureUsage: params.setup_future_usage ?? null,
      allowedMethods: allowed ?? null,
      automaticMethods: allowed
        ? null
        : { enabled: true, allow_redirects: params.automatic_payment_methods?.allow_redirects ?? 'always' },
    } as const;
    const method = this.methodOf(params, request.customer);
    if (method)
      requireUsable(
        {
          currency: request.currency,
          setup_future_usage: request.setupFutureUsage,
          payment_method_types: [...(allowed ?? ['card'])],
        },
        method,
        isOffSession(params),
      );
    if (params.confirm) {
      if (!method) throw missingParameter('payment_method');
      requireReturnUrl('PaymentIntent', request.automaticMethods, params.return_url);
    }
    const pixSeconds = this.pixSecondsOf(params);
    if (pixSeconds !== undefined && !params.confirm)
      throw invalidRequest(
        'The sandbox takes the lifetime of a Pix code at the confirmation.',
        'payment_method_options',
      );
    const intent = this.payments.createIntent(request);
    if (params.receipt_email) intent.receipt_email = params.receipt_email;
    if (method) Object.assign(intent, { payment_method: method.id, status: 'requires_confirmation' });
    return params.confirm && method ? this.confirmWith(intent, params, method, pixSeconds) : intent;
  }

  private confirm(intent: PaymentIntent, params: Confirmation): PaymentIntent {
    const method = this.methodOf(params, intent.customer) ?? this.store.find('payment_method', intent.payment_method);
    if (!method)
      throw invalidRequest(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
        undefined,
        'payment_intent_unexpected_state',
      );
    requireReturnUrl('PaymentIntent', intent.automatic_payment_methods, params.return_url);
    if (params.setup_future_usage) intent.setup_future_usage = params.setup_future_usage;
    return this.confirmWith(intent, params, method, this.pixSecondsOf(params));
  }

  private confirmWith(
    intent: PaymentIntent,
    params: Confirmation,
    method: PaymentMethod,
    pixSeconds: number | undefined,
  ): PaymentIntent {
    return this.confirmations.confirm(intent, {
      method,
      isOffSession: isOffSession(params),
      refusesAction: params.error_on_requires_action ?? false,
      returnUrl: params.return_url ?? null,
      pixSeconds,
    });
  }

  /** A method that belongs to somebody else is refused; one that belongs to nobody may pay, but is not saved by that. */
  private methodOf(params: Confirmation, customer: string | null): PaymentMethod | undefined {
    if (params.payment_method_data) {
      const { address, ...details } = params.payment_method_data.billing_details ?? {};
      return this.methods.createPix({ ...details, address: address ? { ...NO_ADDRESS, ...address } : null });
    }
    if (!params.payment_method) return undefined;
    const method = this.methods.resolve(params.payment_method);
    if (method.customer !== null && method.customer !== customer)
      throw customer === null
        ? invalidRequest(
            `The provided PaymentMethod (${method.id}) belongs to a Customer. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`,
            'payment_method',
          )
        : invalidRequest(
            `The customer does not have a payment method with the ID ${method.id}. The payment method must be attached to the customer.`,
            'payment_method',
            'resource_missing',
          );
    return method;
  }

  private pixSecondsOf(params: Confirmation): number | undefined {
    const { expires_after_seconds: after, expires_at: at } = params.payment_method_options?.pix ?? {};
    if (after !== undefined && at !== undefined)
      throw invalidRequest(
        'You may only specify one of these parameters: expires_after_seconds, expires_at.',
        'payment_method_options[pix]',
      );
    const seconds = after ?? (at === undefined ? undefined : at - this.clock.seconds());
    if (seconds !== undefined)
      requirePixLifetime(
        seconds,
        `payment_method_options[pix][${after === undefined ? 'expires_at' : 'expires_after_seconds'}]`,
      );
    return seconds;
  }
}

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

const isOffSession = ({ off_session: given }: Confirmation): boolean => given !== undefined && given !== false;
