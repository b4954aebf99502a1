import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { DodoStore } from '../objects/dodo-store.js';
import { toPaymentListItem } from '../objects/payment-objects.js';
import type { Payment } from '../objects/wire-types.js';
import { DodoRefunds } from '../payments/refunds.js';
import { isCreatedWithin, paginate } from '../wire/list.js';
import {
  createdRange,
  currency,
  fields,
  oneOf,
  pagination,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const list = fields({
  ...pagination,
  ...createdRange,
  brand_id: text,
  currency,
  customer_id: text,
  product_id: text,
  subscription_id: text,
  status: oneOf(
    'succeeded',
    'failed',
    'cancelled',
    'processing',
    'requires_customer_action',
    'requires_merchant_action',
    'requires_payment_method',
    'requires_confirmation',
    'requires_capture',
    'partially_captured',
    'partially_captured_and_capturable',
  ),
} satisfies ShapeOf<DodoPayments.PaymentListParams>);

@Injectable()
export class PaymentOperations implements OperationSource {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoRefunds) private readonly refunds: DodoRefunds,
  ) {}

  operations(): Operation[] {
    const { store } = this;
    return [
      operation('GET', '/payments', list, ({ params }) => this.list(params)),
      operation('GET', '/payments/:id', fields({}), ({ id }) => store.get('payment', id)),
      operation('GET', '/payments/:id/line-items', fields({}), ({ id }) => this.toLineItems(store.get('payment', id))),
    ];
  }

  private list(params: ValueOf<typeof list>) {
    const found = this.store
      .newestFirst('payment')
      .filter(
        (payment) =>
          payment.brand_id === (params.brand_id ?? payment.brand_id) &&
          payment.currency === (params.currency ?? payment.currency) &&
          payment.customer.customer_id === (params.customer_id ?? payment.customer.customer_id) &&
          payment.subscription_id === (params.subscription_id ?? payment.subscription_id) &&
          payment.status === (params.status ?? payment.status) &&
          (params.product_id === undefined || this.productsOf(payment).includes(params.product_id)) &&
          isCreatedWithin(payment.created_at, params),
      );
    return paginate(found.map(toPaymentListItem), params);
  }

  private productsOf({ payment_id: id }: Payment): string[] {
    return this.store.get('payment_note', id).lines.map((line) => line.id);
  }

  private toLineItems(payment: Payment): DodoPayments.PaymentRetrieveLineItemsResponse {
    return {
      currency: payment.currency,
      items: this.refunds.linesOf(payment).map(({ line, left }) => ({
        amount: line.amount,
        description: null,
        items_id: line.id,
        name: line.name,
        refundable_amount: line.isProrated ? 0 : left,
        tax: 0,
      })),
    };
  }
}
