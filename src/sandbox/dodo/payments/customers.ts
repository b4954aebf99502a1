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

  /** Undefined: the session does not know its buyer and they have not said who they are. */
  forCheckout(
    { customer, newCustomer, alwaysNewCustomer }: Checkout,
    form: Pick<CheckoutForm, 'email' | 'name'>,
  ): Customer | undefined {
    if (customer) return this.store.get('customer', customer);
    const email = form.email ?? newCustomer?.email;
    if (!email) return undefined;
    const known = alwaysNewCustomer ? undefined : this.findByEmail(email);
    const name = form.name ?? newCustomer?.name ?? email;
    return known ?? this.store.insert('customer', toCustomer({ email, name }, this.clock.milliseconds()));
  }
}
