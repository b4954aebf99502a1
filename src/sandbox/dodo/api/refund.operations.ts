import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import type { RefundCreateParams } from 'dodopayments/resources/refunds';
import { DodoStore } from '../objects/dodo-store.js';
import { toRefundListItem } from '../objects/payment-objects.js';
import type { Refund } from '../objects/wire-types.js';
import { DodoRefunds } from '../payments/refunds.js';
import { invalidBody } from '../wire/dodo-error.js';
import { isCreatedWithin, paginate } from '../wire/list.js';
import {
  createdRange,
  fields,
  flag,
  integer,
  listOf,
  metadata,
  nullable,
  oneOf,
  pagination,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const MAXIMUM_REASON = 3000;

const item = fields(
  {
    item_id: text,
    amount: nullable(integer),
    // There are no taxes here, so both readings are the same amount.
    tax_inclusive: flag,
  } satisfies ShapeOf<RefundCreateParams.Item>,
  ['item_id'],
);

const creation = fields(
  {
    payment_id: text,
    items: nullable(listOf(item)),
    reason: nullable(text),
    metadata,
  } satisfies ShapeOf<DodoPayments.RefundCreateParams>,
  ['payment_id'],
);
const list = fields({
  ...pagination,
  ...createdRange,
  customer_id: text,
  status: oneOf('succeeded', 'failed', 'pending', 'review'),
  subscription_id: text,
} satisfies ShapeOf<DodoPayments.RefundListParams>);

@Injectable()
export class RefundOperations implements OperationSource {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoRefunds) private readonly refunds: DodoRefunds,
  ) {}

  operations(): Operation[] {
    return [
      operation('POST', '/refunds', creation, ({ params }) => this.create(params)),
      operation('GET', '/refunds', list, ({ params }) => this.list(params)),
      operation('GET', '/refunds/:id', fields({}), ({ id }) => this.store.get('refund', id)),
    ];
  }

  private create(params: ValueOf<typeof creation>): Refund {
    if ((params.reason?.length ?? 0) > MAXIMUM_REASON) throw invalidBody('reason: expected up to 3000 characters');
    return this.refunds.create({
      payment: this.store.get('payment', params.payment_id),
      items: (params.items ?? []).map(({ item_id, amount }) => ({ item_id, amount: amount ?? null })),
      reason: params.reason ?? null,
      metadata: params.metadata ?? {},
    });
  }

  private list(params: ValueOf<typeof list>) {
    const found = this.store
      .newestFirst('refund')
      .filter(
        (refund) =>
          refund.customer.customer_id === (params.customer_id ?? refund.customer.customer_id) &&
          refund.status === (params.status ?? refund.status) &&
          (params.subscription_id === undefined ||
            this.store.find('payment', refund.payment_id)?.subscription_id === params.subscription_id) &&
          isCreatedWithin(refund.created_at, params),
      );
    return paginate(found.map(toRefundListItem), params);
  }
}
