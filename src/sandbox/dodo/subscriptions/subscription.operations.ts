import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { operation, type Operation, type OperationSource } from '../api/operation.js';
import { DodoStore } from '../objects/dodo-store.js';
import { isCreatedWithin, paginate } from '../wire/list.js';
import {
  addressShape,
  anyObject,
  createdRange,
  fields,
  flag,
  listOf,
  metadata,
  moment,
  nullable,
  oneOf,
  pagination,
  rule,
  text,
  webAddress,
  type Rule,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { invalidBody, invalidParameters } from '../wire/dodo-error.js';
import type { BillingAddress } from '../objects/wire-types.js';
import { MethodUpdates } from './method-updates.js';
import { toSubscriptionListItem } from './subscription-objects.js';
import { SubscriptionUpdates } from './subscription-updates.js';

const STATUSES = ['pending', 'active', 'on_hold', 'paused', 'cancelled', 'failed', 'expired', 'past_due'] as const;
const CANCEL_REASONS = [
  'cancelled_by_customer',
  'cancelled_by_merchant',
  'cancelled_by_merchant_send_dunning',
  'cancelled_by_merchant_grace_period_expired',
  'dodo_team',
] as const;
const FEEDBACK = [
  'too_expensive',
  'missing_features',
  'switched_service',
  'unused',
  'customer_service',
  'low_quality',
  'too_complex',
  'other',
] as const;

const list = fields({
  ...pagination,
  ...createdRange,
  brand_id: text,
  cancel_at_next_billing_date: flag,
  customer_id: text,
  product_id: text,
  status: oneOf(...STATUSES),
} satisfies ShapeOf<DodoPayments.SubscriptionListParams>);

/** The client's type for countries is a list of its own; the wire checks their form. */
const address = fields(addressShape, ['country']) as unknown as Rule<BillingAddress>;

const change = fields({
  billing: nullable(address),
  cancel_at_next_billing_date: nullable(flag),
  cancel_reason: nullable(oneOf(...CANCEL_REASONS)),
  cancellation_comment: nullable(text),
  cancellation_feedback: nullable(oneOf(...FEEDBACK)),
  customer_business_name: nullable(text),
  customer_name: nullable(text),
  metadata: nullable(metadata),
  next_billing_date: nullable(moment),
  pause: rule((raw) => {
    if (raw !== null) throw invalidParameters('pause has been removed. Use status: paused and status: active');
    return null;
  }),
  status: nullable(oneOf(...STATUSES)),
  tax_id: nullable(text),
} satisfies ShapeOf<DodoPayments.SubscriptionUpdateParams>);

const newMethod = fields(
  {
    type: oneOf('new'),
    allowed_payment_method_types: nullable(listOf(text)),
    return_url: nullable(webAddress),
  } satisfies ShapeOf<DodoPayments.SubscriptionUpdatePaymentMethodParams.New>,
  ['type'],
);
const existingMethod = fields(
  {
    type: oneOf('existing'),
    payment_method_id: text,
  } satisfies ShapeOf<DodoPayments.SubscriptionUpdatePaymentMethodParams.Existing>,
  ['type', 'payment_method_id'],
);

/** One of two shapes, told apart by `type`. The client sends its content without the name `payment_method` around it. */
const method = rule((raw, path) => {
  const { type } = anyObject.read(raw ?? {}, path);
  if (type === 'new') return newMethod.read(raw, path);
  if (type === 'existing') return existingMethod.read(raw, path);
  throw invalidBody('type: expected one of new, existing');
});

@Injectable()
export class SubscriptionOperations implements OperationSource {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(SubscriptionUpdates) private readonly updates: SubscriptionUpdates,
    @Inject(MethodUpdates) private readonly methods: MethodUpdates,
  ) {}

  operations(): Operation[] {
    return [
      operation('GET', '/subscriptions', list, ({ params }) => this.list(params)),
      operation('GET', '/subscriptions/:id', fields({}), ({ id }) => this.store.get('subscription', id)),
      operation('PATCH', '/subscriptions/:id', change, ({ id, params }) =>
        this.updates.update(this.store.get('subscription', id), params),
      ),
      operation('POST', '/subscriptions/:id/update-payment-method', method, ({ id, params }) => {
        const subscription = this.store.get('subscription', id);
        return params.type === 'existing'
          ? this.methods.useSaved(subscription, params.payment_method_id)
          : this.methods.openPage(subscription, params.return_url ?? null);
      }),
    ];
  }

  private list({ customer_id: customer, product_id: product, ...params }: ValueOf<typeof list>) {
    const found = this.store
      .newestFirst('subscription')
      .filter(
        (each) =>
          (customer === undefined || each.customer.customer_id === customer) &&
          (product === undefined || each.product_id === product) &&
          (params.status === undefined || each.status === params.status) &&
          (params.brand_id === undefined || each.brand_id === params.brand_id) &&
          (params.cancel_at_next_billing_date === undefined ||
            each.cancel_at_next_billing_date === params.cancel_at_next_billing_date) &&
          isCreatedWithin(each.created_at, params),
      );
    const { items } = paginate(found, params);
    return {
      items: items.map((each) =>
        toSubscriptionListItem(each, this.store.find('product', each.product_id)?.name ?? null),
      ),
    };
  }
}
