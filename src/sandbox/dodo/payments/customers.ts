import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { toCustomer } from '../objects/customer-objects.js';
import { DodoStore } from '../objects/dodo-store.js';
import type { Checkout, CheckoutForm } from '../objects/records.js';
import type { Customer } from '../objects/wire-types.js';

/** Who pays. Dodo takes the newest customer with the same address of mail unless it is told not to. */
@Injectable()
export class Customers {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
  ) {}

  findByEmail(email: string): Customer | undefined {
    return this.store.newestFirst('customer').find((customer) => customer.email.toLowerCase() === email.toLowerCase());
  }

  /** Whether the session knows its buyer, or they have just said who they are. */
  isKnown({ customer, newCustomer }: Checkout, { email }: Pick<CheckoutForm, 'email'>): boolean {
    return customer !== null || newCustomer !== null || email !== null;
  }

  /** The buyer of a session that knows them (`isKnown`): found, or made. */
  forCheckout(
    { customer, newCustomer, alwaysNewCustomer }: Checkout,
    form: Pick<CheckoutForm, 'email' | 'name'>,
  ): Customer {
    if (customer) return this.store.get('customer', customer);
    const email = form.email ?? newCustomer?.email ?? '';
    const known = alwaysNewCustomer ? undefined : this.findByEmail(email);
    const name = form.name ?? newCustomer?.name ?? email;
    return known ?? this.store.insert('customer', toCustomer({ email, name }, this.clock.milliseconds()));
  }
}
