import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { PaymentMethods } from '../billing/payment-methods.js';
import { Setups } from '../billing/setups.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { PaymentMethod, SetupIntent } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import {
  applyMetadata,
  fields,
  flag,
  isInRange,
  listOf,
  metadata,
  oneOf,
  pagination,
  range,
  text,
  webAddress,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { withoutOldMethodTypes } from '../wire/retired-parameters.js';
import { requireReturnUrl } from '../wire/return-url.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const confirmationShape = {
  payment_method: text,
  return_url: webAddress,
  use_stripe_sdk: flag,
} satisfies ShapeOf<Stripe.SetupIntentConfirmParams>;
const creation = withoutOldMethodTypes(
  fields({
    ...confirmationShape,
    customer: text,
    confirm: flag,
    description: text,
    metadata,
    usage: oneOf('on_session', 'off_session'),
    allowed_payment_method_types: listOf(oneOf('card')),
  } satisfies ShapeOf<Stripe.SetupIntentCreateParams>),
);
const list = fields({
  ...pagination,
  customer: text,
  payment_method: text,
  created: range,
} satisfies ShapeOf<Stripe.SetupIntentListParams>);

@Injectable()
export class SetupIntentOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(Setups) private readonly setups: Setups,
  ) {}

  operations(): Operation[] {
    const path = '/v1/setup_intents';
    const get = (id: string): SetupIntent => this.store.get('setup_intent', id);
    return [
      operation('POST', path, creation, ({ params }) => this.create(params)),
      operation('GET', `${path}/:id`, fields({ client_secret: text }), ({ id }) => get(id)),
      operation('POST', `${path}/:id/confirm`, fields(confirmationShape), ({ id, params }) => {
        const intent = get(id);
        const method =
          this.methodOf(params.payment_method, intent.customer) ??
          this.store.find('payment_method', intent.payment_method);
        if (!method) throw missingParameter('payment_method');
        requireReturnUrl('SetupIntent', intent.automatic_payment_methods, params.return_url);
        return this.setups.confirm(intent, method, params.return_url ?? null);
      }),
      operation(
        'POST',
        `${path}/:id/cancel`,
        fields({ cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') }),
        ({ id, params }) => this.setups.cancel(get(id), params.cancellation_reason ?? null),
      ),
      operation('GET', path, list, ({ params }) => {
        const intents = this.store
          .newestFirst('setup_intent')
          .filter(
            (intent) =>
              intent.customer === (params.customer ?? intent.customer) &&
              intent.payment_method === (params.payment_method ?? intent.payment_method) &&
              isInRange(intent.created, params.created),
          );
        return paginate(intents, params, path);
      }),
    ];
  }

  private create(params: ValueOf<typeof creation>): SetupIntent {
    const customer = params.customer ? this.store.get('customer', params.customer, 'customer').id : null;
    const method = this.methodOf(params.payment_method, customer);
    const allowedMethods = params.allowed_payment_method_types ?? null;
    if (params.confirm) {
      if (!method) throw missingParameter('payment_method');
      requireReturnUrl('SetupIntent', allowedMethods ? null : { enabled: true }, params.return_url);
    }
    const intent = this.setups.create({
      customer,
      description: params.description ?? null,
      metadata: applyMetadata({}, params.metadata),
      usage: params.usage ?? 'off_session',
      allowedMethods,
    });
    if (!method) return intent;
    Object.assign(intent, { payment_method: method.id, status: 'requires_confirmation' });
    return params.confirm ? this.setups.confirm(intent, method, params.return_url ?? null) : intent;
  }

  private methodOf(id: string | undefined, customer: string | null): PaymentMethod | undefined {
    if (id === undefined) return undefined;
    const method = this.methods.resolve(id);
    if (method.customer !== null && method.customer !== customer)
      throw invalidRequest(
        `The payment method ${method.id} belongs to another customer than the SetupIntent.`,
        'payment_method',
      );
    return method;
  }
}
