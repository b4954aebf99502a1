import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { DodoStore } from '../objects/dodo-store.js';
import type { Dispute } from '../objects/wire-types.js';
import { isCreatedWithin, paginate } from '../wire/list.js';
import { createdRange, fields, pagination, text, type ShapeOf } from '../wire/parameters.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const list = fields({
  ...pagination,
  ...createdRange,
  customer_id: text,
} satisfies ShapeOf<DodoPayments.DisputeListParams>);

@Injectable()
export class DisputeOperations implements OperationSource {
  constructor(@Inject(DodoStore) private readonly store: DodoStore) {}

  operations(): Operation[] {
    return [
      operation('GET', '/disputes', list, ({ params }) => {
        const found = this.store
          .newestFirst('dispute')
          .filter(
            (dispute) =>
              dispute.customer.customer_id === (params.customer_id ?? dispute.customer.customer_id) &&
              isCreatedWithin(dispute.created_at, params),
          );
        return paginate(found.map(toListItem), params);
      }),
      operation('GET', '/disputes/:id', fields({}), ({ id }) => this.store.get('dispute', id)),
    ];
  }
}

const toListItem = ({
  brand_id: _brand,
  customer: _customer,
  reason: _reason,
  ...shown
}: Dispute): DodoPayments.DisputeListResponse => shown;
