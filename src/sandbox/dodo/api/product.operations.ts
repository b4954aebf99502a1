import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { toProduct, toProductListItem } from '../objects/product-objects.js';
import type { Currency, Price, Product } from '../objects/wire-types.js';
import { invalidBody } from '../wire/dodo-error.js';
import { paginate } from '../wire/list.js';
import {
  currency,
  fields,
  flag,
  integerFrom,
  listOf,
  metadata,
  nullable,
  oneOf,
  pagination,
  rule,
  text,
  type Rule,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const interval = oneOf('Day', 'Week', 'Month', 'Year');
const common = {
  currency: currency as Rule<Currency>,
  discount: integerFrom(0),
  discount_bps: nullable(integerFrom(0)),
  purchasing_power_parity: flag,
  tax_inclusive: nullable(flag),
};
const oneTime = fields(
  {
    ...common,
    type: oneOf('one_time_price'),
    price: integerFrom(0),
    pay_what_you_want: flag,
    suggested_price: nullable(integerFrom(0)),
  } satisfies ShapeOf<DodoPayments.Price.OneTimePrice>,
  ['type', 'currency', 'price'],
);
const recurring = fields(
  {
    ...common,
    type: oneOf('recurring_price'),
    price: integerFrom(0),
    payment_frequency_count: integerFrom(1),
    payment_frequency_interval: interval,
    subscription_period_count: integerFrom(1),
    subscription_period_interval: interval,
    trial_period_days: integerFrom(0),
  } satisfies ShapeOf<DodoPayments.Price.RecurringPrice>,
  [
    'type',
    'currency',
    'price',
    'payment_frequency_count',
    'payment_frequency_interval',
    'subscription_period_count',
    'subscription_period_interval',
  ],
);

const price: Rule<Price> = rule((raw, path) => {
  const type = (raw as { type?: unknown } | null)?.type;
  if (type === 'recurring_price') return toPrice(recurring.read(raw, path));
  if (type === 'one_time_price') return toPrice(oneTime.read(raw, path));
  throw invalidBody(`${path}.type: expected one_time_price or recurring_price`);
});

/** What was not given is left out, but for the two fields that every price has in Dodo's published description. */
const toPrice = (given: ValueOf<typeof recurring> | ValueOf<typeof oneTime>): Price =>
  ({ discount: 0, purchasing_power_parity: false, ...given }) as Price;

const creationShape = {
  name: text,
  price,
  tax_category: oneOf('digital_products', 'saas', 'e_book', 'edtech'),
  description: nullable(text),
  metadata,
  addons: nullable(listOf(text)),
} satisfies ShapeOf<DodoPayments.ProductCreateParams>;
const creation = fields(creationShape, ['name', 'price', 'tax_category']);
const { addons: _addons, ...changeShape } = creationShape;
const change = fields(changeShape);
const list = fields({ ...pagination, recurring: flag } satisfies ShapeOf<DodoPayments.ProductListParams>);

@Injectable()
export class ProductOperations implements OperationSource {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
  ) {}

  operations(): Operation[] {
    const { store } = this;
    return [
      operation('POST', '/products', creation, ({ params }) =>
        store.insert('product', toProduct(params, this.clock.milliseconds())),
      ),
      operation('GET', '/products', list, ({ params }) =>
        paginate(
          store
            .newestFirst('product')
            .filter(({ is_recurring: isRecurring }) => isRecurring === (params.recurring ?? isRecurring))
            .map(toProductListItem),
          params,
        ),
      ),
      operation('GET', '/products/:id', fields({}), ({ id }) => store.get('product', id)),
      operation('PATCH', '/products/:id', change, ({ id, params }) => this.update(store.get('product', id), params)),
    ];
  }

  /** A new price is for new purchases: a subscription keeps the one it was made with. */
  private update(product: Product, params: ValueOf<typeof change>): undefined {
    Object.assign(product, params);
    product.is_recurring = product.price.type !== 'one_time_price';
  }
}
