import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { operation, type Operation, type OperationSource } from '../api/operation.js';
import { DodoStore } from '../objects/dodo-store.js';
import { BUSINESS_ID, newId } from '../objects/identifiers.js';
import { toMoment } from '../objects/moments.js';
import type { Currency } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import {
  currency,
  fields,
  integerFrom,
  nullable,
  oneOf,
  pagination,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import type { Addon } from './subscription-records.js';

const creation = fields(
  {
    currency,
    description: nullable(text),
    name: text,
    price: integerFrom(0),
    tax_category: oneOf('digital_products', 'saas', 'e_book', 'edtech'),
  } satisfies ShapeOf<DodoPayments.AddonCreateParams>,
  ['currency', 'name', 'price', 'tax_category'],
);

/** What can be billed beside the product of a subscription. */
@Injectable()
export class AddonOperations implements OperationSource {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
  ) {}

  operations(): Operation[] {
    return [
      operation('POST', '/addons', creation, ({ params }) => this.create(params)),
      operation('GET', '/addons', fields(pagination), ({ params }) =>
        paginate(this.store.newestFirst('addon'), params),
      ),
      operation('GET', '/addons/:id', fields({}), ({ id }) => this.store.get('addon', id)),
    ];
  }

  private create(params: ValueOf<typeof creation>): Addon {
    const now = toMoment(this.clock.milliseconds());
    return this.store.insert('addon', {
      business_id: BUSINESS_ID,
      created_at: now,
      currency: params.currency as Currency,
      description: params.description ?? null,
      id: newId('addon'),
      image: null,
      name: params.name,
      price: params.price,
      tax_category: params.tax_category,
      updated_at: now,
    });
  }
}
