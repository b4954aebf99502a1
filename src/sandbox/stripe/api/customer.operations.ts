import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PaymentMethods } from '../billing/payment-methods.js';
import { SubscriptionEndings } from '../billing/subscription-endings.js';
import { isEnded } from '../billing/subscription-rules.js';
import { EventLog } from '../objects/event-log.js';
import { toCustomer } from '../objects/customer-objects.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Customer } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import {
  applyMetadata,
  emptyable,
  fields,
  integer,
  isInRange,
  listOf,
  metadata,
  pagination,
  range,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { resourceMissing } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const address = fields({ city: text, country: text, line1: text, line2: text, postal_code: text, state: text });
const sharedShape = {
  email: emptyable(text),
  name: emptyable(text),
  phone: emptyable(text),
  description: emptyable(text),
  metadata,
  address: emptyable(address),
  balance: integer,
  preferred_locales: listOf(text),
  invoice_settings: fields({ default_payment_method: emptyable(text) }),
} satisfies ShapeOf<Stripe.CustomerUpdateParams>;
const creation = fields({ ...sharedShape, payment_method: text } satisfies ShapeOf<Stripe.CustomerCreateParams>);
const change = fields(sharedShape);
const list = fields({ ...pagination, email: text, created: range } satisfies ShapeOf<Stripe.CustomerListParams>);

@Injectable()
export class CustomerOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
  ) {}

  operations(): Operation[] {
    return [
      operation('POST', '/v1/customers', creation, ({ params }) => this.create(params)),
      operation('GET', '/v1/customers/:id', fields({}), ({ id }) => this.retrieve(id)),
      operation('POST', '/v1/customers/:id', change, ({ id, params }) => this.update(this.live(id), params)),
      operation('DELETE', '/v1/customers/:id', fields({}), ({ id }) => this.delete(this.live(id))),
      operation('GET', '/v1/customers', list, ({ params }) => {
        const customers = this.store
          .newestFirst('customer')
          .filter(
            (customer) =>
              !isDeleted(customer) &&
              (params.email === undefined || customer.email === params.email) &&
              isInRange(customer.created, params.created),
          );
        return paginate(customers, params, '/v1/customers');
      }),
    ];
  }

  private live(id: string): Customer {
    const customer = this.store.get('customer', id);
    if (isDeleted(customer)) throw resourceMissing('customer', id);
    return customer;
  }

  private retrieve(id: string): unknown {
    const customer = this.store.get('customer', id);
    return isDeleted(customer) ? { id, object: 'customer', deleted: true } : customer;
  }

  private create(params: ValueOf<typeof creation>): Customer {
    const customer = toCustomer(newId('customer'), this.clock.seconds(), {
      address: toAddress(params.address),
      balance: params.balance ?? 0,
      description: params.description ?? null,
      email: params.email ?? null,
      metadata: applyMetadata({}, params.metadata),
      name: params.name ?? null,
      phone: params.phone ?? null,
      preferred_locales: params.preferred_locales ?? [],
    });
    this.store.insert('customer', customer);
    try {
      this.setFirstMethod(customer, params);
    } catch (error) {
      this.store.remove('customer', customer.id);
      throw error;
    }
    this.events.emit('customer.created', customer);
    return customer;
  }

  /** `payment_method` and the default may name the same test token: that is one card, not two. */
  private setFirstMethod(customer: Customer, params: ValueOf<typeof creation>): void {
    const attached =
      params.payment_method && this.methods.attach(this.methods.resolve(params.payment_method), customer.id);
    const wanted = params.invoice_settings?.default_payment_method;
    if (!wanted) return;
    customer.invoice_settings.default_payment_method =
      attached && (wanted === params.payment_method || wanted === attached.id)
        ? attached.id
        : this.methods.resolveFor(customer.id, wanted, 'invoice_settings[default_payment_method]').id;
  }

  private update(customer: Customer, params: ValueOf<typeof change>): Customer {
    const { metadata: metadataChange, invoice_settings: settings, address: newAddress, ...plain } = params;
    const wanted = settings?.default_payment_method;
    const method = wanted && this.methods.resolveFor(customer.id, wanted, 'invoice_settings[default_payment_method]');
    this.events.change('customer.updated', customer, () => {
      Object.assign(customer, plain);
      customer.metadata = applyMetadata(customer.metadata, metadataChange);
      if (newAddress !== undefined) customer.address = toAddress(newAddress);
      if (wanted !== undefined) customer.invoice_settings.default_payment_method = method ? method.id : null;
    });
    return customer;
  }

  private delete(customer: Customer): unknown {
    for (const subscription of this.store.all('subscription'))
      if (subscription.customer === customer.id && !isEnded(subscription))
        this.endings.cancel(subscription, 'cancellation_requested');
    this.events.emit('customer.deleted', customer);
    Object.assign(customer, { deleted: true });
    return { id: customer.id, object: 'customer', deleted: true };
  }
}

const isDeleted = (customer: object): boolean => 'deleted' in customer;

const toAddress = (given: Partial<NonNullable<Customer['address']>> | null | undefined): Customer['address'] =>
  given ? { city: null, country: null, line1: null, line2: null, postal_code: null, state: null, ...given } : null;
