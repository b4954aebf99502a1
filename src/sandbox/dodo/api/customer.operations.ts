import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PublicAddress } from '../../public-address.js';
import { toCustomer } from '../objects/customer-objects.js';
import { DodoStore } from '../objects/dodo-store.js';
import { openPortalVisit } from '../objects/portal-visits.js';
import type { Customer } from '../objects/wire-types.js';
import { notFound } from '../wire/dodo-error.js';
import { isCreatedWithin, paginate } from '../wire/list.js';
import {
  createdRange,
  fields,
  flag,
  metadata,
  nullable,
  pagination,
  text,
  webAddress,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const creation = fields(
  {
    email: text,
    name: text,
    metadata,
    phone_number: nullable(text),
  } satisfies ShapeOf<DodoPayments.CustomerCreateParams>,
  ['email', 'name'],
);
const change = fields({
  email: nullable(text),
  name: nullable(text),
  metadata: nullable(metadata),
  phone_number: nullable(text),
} satisfies ShapeOf<DodoPayments.CustomerUpdateParams>);
const list = fields({
  ...pagination,
  ...createdRange,
  email: text,
  name: text,
} satisfies ShapeOf<DodoPayments.CustomerListParams>);
const portal = fields({
  return_url: webAddress,
  send_email: flag,
} satisfies ShapeOf<DodoPayments.Customers.CustomerPortalCreateParams>);

@Injectable()
export class CustomerOperations implements OperationSource {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PublicAddress) private readonly address: PublicAddress,
  ) {}

  operations(): Operation[] {
    return [
      operation('POST', '/customers', creation, ({ params }) =>
        this.store.insert('customer', toCustomer(params, this.clock.milliseconds())),
      ),
      operation('GET', '/customers', list, ({ params }) => this.list(params)),
      operation('GET', '/customers/:id', fields({}), ({ id }) => this.store.get('customer', id)),
      operation('PATCH', '/customers/:id', change, ({ id, params }) =>
        this.update(this.store.get('customer', id), params),
      ),
      operation('GET', '/customers/:id/payment-methods', fields({}), ({ id }) => ({
        items: this.methodsOf(this.store.get('customer', id)).map(({ item }) => item),
      })),
      operation('DELETE', '/customers/:id/payment-methods/:id', fields({}), ({ id, second }) =>
        this.deleteMethod(id, second),
      ),
      operation('POST', '/customers/:id/customer-portal/session', portal, ({ id, params }) =>
        this.openPortal(this.store.get('customer', id), params.return_url ?? null),
      ),
    ];
  }

  /** In the order of saving: Dodo does not say which order its list has. */
  private methodsOf({ customer_id: customer }: Customer) {
    return this.store.all('payment_method').filter((method) => method.customer === customer);
  }

  private list(params: ValueOf<typeof list>) {
    const { email, name } = params;
    const found = this.store
      .newestFirst('customer')
      .filter(
        (customer) =>
          (email === undefined || customer.email.toLowerCase() === email.toLowerCase()) &&
          (name === undefined || customer.name.toLowerCase().includes(name.toLowerCase())) &&
          isCreatedWithin(customer.created_at, params),
      );
    return paginate(found, params);
  }

  /** Null leaves a name or an address as it is and empties what may be empty. Metadata is replaced. */
  private update(customer: Customer, params: ValueOf<typeof change>): Customer {
    customer.email = params.email ?? customer.email;
    customer.name = params.name ?? customer.name;
    if (params.phone_number !== undefined) customer.phone_number = params.phone_number;
    if (params.metadata) customer.metadata = params.metadata;
    return customer;
  }

  private deleteMethod(customer: string, id: string): undefined {
    if (this.store.get('payment_method', id).customer !== customer) throw notFound();
    this.store.remove('payment_method', id);
  }

  private openPortal({ customer_id: customer }: Customer, returnUrl: string | null) {
    const { id } = openPortalVisit(this.store, customer, returnUrl, this.clock.milliseconds());
    return { link: `${this.address.url}/dodo/portal/${id}` } satisfies DodoPayments.CustomerPortalSession;
  }
}
