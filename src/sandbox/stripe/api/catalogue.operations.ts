import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { toPlan } from '../objects/plan.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Price, Product } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import {
  applyMetadata,
  emptyable,
  fields,
  flag,
  integer,
  isInRange,
  listOf,
  metadata,
  oneOf,
  pagination,
  range,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const interval = oneOf('day', 'week', 'month', 'year');
const recurring = fields({ interval, interval_count: integer, usage_type: oneOf('licensed') }, ['interval']);
const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified');

const productShape = {
  id: text,
  name: text,
  active: flag,
  description: text,
  metadata,
  images: listOf(text),
  tax_code: text,
  unit_label: text,
  statement_descriptor: text,
  url: text,
  shippable: flag,
} satisfies ShapeOf<Stripe.ProductCreateParams>;
const productUpdateShape = {
  name: text,
  active: flag,
  description: emptyable(text),
  metadata,
  default_price: text,
  images: listOf(text),
  unit_label: emptyable(text),
  url: emptyable(text),
} satisfies ShapeOf<Stripe.ProductUpdateParams>;
const priceShape = {
  currency: text,
  product: text,
  product_data: fields({ name: text, id: text, active: flag, metadata, unit_label: text }, ['name']),
  unit_amount: integer,
  unit_amount_decimal: text,
  recurring,
  active: flag,
  nickname: text,
  lookup_key: text,
  transfer_lookup_key: flag,
  metadata,
  tax_behavior: taxBehavior,
  billing_scheme: oneOf('per_unit'),
} satisfies ShapeOf<Stripe.PriceCreateParams>;
const priceUpdateShape = {
  active: flag,
  nickname: text,
  lookup_key: text,
  transfer_lookup_key: flag,
  metadata,
  tax_behavior: taxBehavior,
} satisfies ShapeOf<Stripe.PriceUpdateParams>;
const priceListShape = {
  ...pagination,
  active: flag,
  currency: text,
  product: text,
  type: oneOf('recurring', 'one_time'),
  lookup_keys: listOf(text),
  created: range,
  recurring: fields({ interval, usage_type: text, meter: text }),
} satisfies ShapeOf<Stripe.PriceListParams>;

const productCreation = fields(productShape, ['name']);
const priceCreation = fields(priceShape, ['currency']);
const priceUpdate = fields(priceUpdateShape);

@Injectable()
export class CatalogueOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
  ) {}

  operations(): Operation[] {
    const productList = fields({ ...pagination, active: flag, ids: listOf(text), created: range });
    return [
      operation('POST', '/v1/products', productCreation, ({ params }) => this.createProduct(params)),
      operation('GET', '/v1/products/:id', fields({}), ({ id }) => this.store.get('product', id)),
      operation('POST', '/v1/products/:id', fields(productUpdateShape), ({ id, params }) =>
        this.updateProduct(this.store.get('product', id), params),
      ),
      operation('GET', '/v1/products', productList, ({ params }) =>
        paginate(
          this.store
            .newestFirst('product')
            .filter(({ active, id }) => active === (params.active ?? active) && (params.ids?.includes(id) ?? true)),
          params,
          '/v1/products',
        ),
      ),
      operation('POST', '/v1/prices', priceCreation, ({ params }) => this.createPrice(params)),
      operation('GET', '/v1/prices/:id', fields({}), ({ id }) => this.store.get('price', id)),
      operation('POST', '/v1/prices/:id', priceUpdate, ({ id, params }) =>
        this.updatePrice(this.store.get('price', id), params),
      ),
      operation('GET', '/v1/prices', fields(priceListShape), ({ params }) => this.listPrices(params)),
    ];
  }

  private createProduct(params: Partial<ValueOf<typeof productCreation>> & { name: string }): Product {
    if (this.store.find('product', params.id))
      throw invalidRequest(`Product already exists.`, 'id', 'resource_already_exists');
    const now = this.clock.seconds();
    const product = this.store.insert('product', {
      id: params.id ?? newId('product'),
      object: 'product',
      active: params.active ?? true,
      created: now,
      default_price: null,
      description: params.description ?? null,
      images: params.images ?? [],
      livemode: false,
      marketing_features: [],
      metadata: applyMetadata({}, params.metadata),
      name: params.name,
      package_dimensions: null,
      shippable: params.shippable ?? null,
      statement_descriptor: params.statement_descriptor ?? null,
      tax_code: params.tax_code ?? null,
      tax_details: null,
      type: 'service',
      unit_label: params.unit_label ?? null,
      updated: now,
      url: params.url ?? null,
    });
    this.events.emit('product.created', product);
    return product;
  }

  private updateProduct(product: Product, params: ValueOf<ReturnType<typeof fields<typeof productUpdateShape>>>) {
    this.events.change('product.updated', product, () => {
      const { metadata: change, ...plain } = params;
      Object.assign(product, plain, { metadata: applyMetadata(product.metadata, change) });
      product.updated = this.clock.seconds();
    });
    return product;
  }

  createPrice(params: ValueOf<typeof priceCreation>): Price {
    const amount = params.unit_amount ?? Number(params.unit_amount_decimal ?? Number.NaN);
    if (!Number.isInteger(amount)) throw missingParameter('unit_amount');
    if (amount < 0) throw invalidRequest('This value must be greater than or equal to 0.', 'unit_amount');
    if (!params.product && !params.product_data) throw missingParameter('product');
    const product = params.product
      ? this.store.get('product', params.product, 'product')
      : this.createProduct(params.product_data!);
    const price = this.store.insert('price', {
      id: newId('price'),
      object: 'price',
      active: params.active ?? true,
      billing_scheme: 'per_unit',
      created: this.clock.seconds(),
      currency: params.currency.toLowerCase(),
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: applyMetadata({}, params.metadata),
      nickname: params.nickname ?? null,
      product: product.id,
      recurring: params.recurring
        ? {
            interval: params.recurring.interval,
            interval_count: params.recurring.interval_count ?? 1,
            meter: null,
            trial_period_days: null,
            usage_type: 'licensed',
          }
        : null,
      tax_behavior: params.tax_behavior ?? 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: params.recurring ? 'recurring' : 'one_time',
      unit_amount: amount,
      unit_amount_decimal: String(amount),
    });
    if (params.lookup_key) this.giveLookupKey(price, params.lookup_key, params.transfer_lookup_key ?? false);
    this.events.emit('price.created', price);
    return price;
  }

  private updatePrice(price: Price, params: ValueOf<typeof priceUpdate>): Price {
    this.events.change('price.updated', price, () => {
      const { metadata: change, lookup_key: key, transfer_lookup_key: transfer, ...plain } = params;
      if (key) this.giveLookupKey(price, key, transfer ?? false);
      Object.assign(price, plain, { metadata: applyMetadata(price.metadata, change) });
    });
    // Subscription items carry their price whole.
    for (const subscription of this.store.all('subscription'))
      for (const item of subscription.items.data)
        if (item.price.id === price.id) Object.assign(item, { price: structuredClone(price), plan: toPlan(price) });
    return price;
  }

  private giveLookupKey(price: Price, key: string, transfer: boolean): void {
    const owner = this.store.all('price').find((other) => other.lookup_key === key && other.id !== price.id);
    if (owner && !transfer)
      throw invalidRequest(`A price (\`${owner.id}\`) already uses that lookup key.`, 'lookup_key');
    if (owner) owner.lookup_key = null;
    price.lookup_key = key;
  }

  private listPrices(params: ValueOf<ReturnType<typeof fields<typeof priceListShape>>>) {
    const prices = this.store
      .newestFirst('price')
      .filter(
        (price) =>
          price.active === (params.active ?? price.active) &&
          price.type === (params.type ?? price.type) &&
          price.product === (params.product ?? price.product) &&
          price.currency === (params.currency ?? price.currency) &&
          (params.recurring?.interval === undefined || price.recurring?.interval === params.recurring.interval) &&
          (params.lookup_keys?.includes(price.lookup_key ?? '') ?? true) &&
          isInRange(price.created, params.created),
      );
    return paginate(prices, params, '/v1/prices');
  }
}
