import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { PublicAddress } from '../../public-address.js';
import { DodoStore } from '../objects/dodo-store.js';
import { toMoment } from '../objects/moments.js';
import { newId } from '../objects/identifiers.js';
import { isEligible } from '../objects/payment-outcome.js';
import type { CartItem, Checkout, SavedMethod } from '../objects/records.js';
import type { BillingAddress, Customer } from '../objects/wire-types.js';
import { Carts } from '../payments/carts.js';
import { CheckoutPreviews } from '../payments/checkout-previews.js';
import { Checkouts, type CheckoutRequest } from '../payments/checkouts.js';
import { Customers } from '../payments/customers.js';
import { DodoPaymentMethods } from '../payments/payment-methods.js';
import { invalidBody, invalidParameters, refused } from '../wire/dodo-error.js';
import { fields } from '../wire/parameters.js';
import { checkoutParameters, type CheckoutParameters } from './checkout.parameters.js';
import { operation, type Operation, type OperationSource } from './operation.js';

type Response = DodoPayments.CheckoutSessionResponse;

const noEligibleMethod = () => refused('NO_ELIGIBLE_PAYMENT_METHODS', 'No eligible payment methods found');

@Injectable()
export class CheckoutOperations implements OperationSource {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(PublicAddress) private readonly address: PublicAddress,
    @Inject(Carts) private readonly carts: Carts,
    @Inject(Checkouts) private readonly checkouts: Checkouts,
    @Inject(CheckoutPreviews) private readonly previews: CheckoutPreviews,
    @Inject(Customers) private readonly customers: Customers,
    @Inject(DodoPaymentMethods) private readonly methods: DodoPaymentMethods,
  ) {}

  operations(): Operation[] {
    return [
      operation('POST', '/checkouts', checkoutParameters, ({ params }) => this.create(params)),
      operation('POST', '/checkouts/preview', checkoutParameters, ({ params }) =>
        this.previews.preview(cartOf(params), params.billing_address?.country ?? 'US', trialDaysOf(params)),
      ),
      operation('GET', '/checkouts/:id', fields({}), ({ id }) => this.toStatus(this.store.get('checkout', id))),
    ];
  }

  private create(params: CheckoutParameters): Response {
    const cart = this.carts.price(cartOf(params), trialDaysOf(params));
    const types = params.allowed_payment_method_types;
    if (types && !types.includes('credit') && !types.includes('debit')) throw noEligibleMethod();
    const customer = this.customerOf(params);
    if (params.payment_method_id && !params.confirm)
      throw invalidParameters('payment_method_id is only allowed when confirm is true');
    if (!params.confirm) return this.toHosted(this.checkouts.open(toRequest(params, customer)));
    const billing = requireBilling(params);
    if (!params.payment_method_id) return this.confirmWithoutMethod(params, customer, billing);
    if (!customer) throw invalidParameters('An existing customer is required with payment_method_id');
    const method = this.methods.resolve(customer.customer_id, params.payment_method_id);
    if (!isEligible(method, cart.currency)) throw noEligibleMethod();
    return this.chargeAtOnce(params, customer, method, billing);
  }

  /** One click: the answer says that a payment was made, not that it succeeded. */
  private chargeAtOnce(
    params: CheckoutParameters,
    customer: Customer,
    method: SavedMethod,
    billing: BillingAddress,
  ): Response {
    const checkout = this.checkouts.open(toRequest(params, customer));
    const payment = this.checkouts.chargeAtOnce(checkout, customer, method, billing);
    return {
      session_id: checkout.id,
      checkout_url: null,
      client_secret: null,
      payment_id: payment.payment_id,
      publishable_key: null,
    };
  }

  private confirmWithoutMethod(
    params: CheckoutParameters,
    customer: Customer | undefined,
    billing: BillingAddress,
  ): Response {
    const request = toRequest(params, customer);
    if (!customer && !request.newCustomer) throw invalidParameters('customer is required when confirm is true');
    const checkout = this.checkouts.open(request);
    const buyer = this.customers.forCheckout(checkout, { email: null, name: null });
    checkout.customer = buyer.customer_id;
    const payment = this.checkouts.openPayment(checkout, buyer, billing);
    return {
      ...this.toHosted(checkout),
      ...(payment
        ? { payment_id: payment.payment_id, client_secret: newId('secret'), publishable_key: 'pk_sandbox' }
        : {}),
    };
  }

  private toHosted({ id }: Checkout): Response {
    return { session_id: id, checkout_url: `${this.address.url}/dodo/session/${id}` };
  }

  /** Undefined: somebody new, or whoever has the address of mail that was given. */
  private customerOf({ customer }: CheckoutParameters): Customer | undefined {
    if (!customer) return undefined;
    if (customer.customer_id) return this.store.get('customer', customer.customer_id);
    if (!customer.email) throw invalidBody('customer: expected customer_id or email');
    return undefined;
  }

  private toStatus(checkout: Checkout): DodoPayments.CheckoutSessionStatus {
    const payment = this.store.find('payment', checkout.payment);
    const customer = payment?.customer ?? this.store.find('customer', checkout.customer) ?? checkout.newCustomer;
    return {
      id: checkout.id,
      created_at: toMoment(checkout.createdAt),
      customer_email: customer?.email ?? null,
      customer_name: customer?.name ?? null,
      payment_id: payment?.payment_id ?? null,
      payment_status: payment?.status ?? null,
    };
  }
}

const trialDaysOf = ({ subscription_data: data }: CheckoutParameters): number | null => data?.trial_period_days ?? null;

const cartOf = ({ product_cart: cart }: CheckoutParameters): CartItem[] =>
  cart.map(({ product_id, quantity, amount, addons }) => ({
    product_id,
    quantity,
    amount: amount ?? null,
    addons: addons ?? [],
  }));

const toRequest = (params: CheckoutParameters, customer: Customer | undefined): CheckoutRequest => ({
  isConfirmed: params.confirm ?? false,
  cart: cartOf(params),
  customer: customer?.customer_id ?? null,
  newCustomer: params.customer?.email ? { email: params.customer.email, name: params.customer.name ?? null } : null,
  alwaysNewCustomer: params.feature_flags?.always_create_new_customer ?? false,
  billing: params.billing_address ?? null,
  metadata: params.metadata ?? {},
  trialDays: trialDaysOf(params),
  // Who only types an address of mail later is not shown what its owner has saved.
  showsSavedMethods: customer !== undefined && params.show_saved_payment_methods === true,
  returnUrl: params.return_url ?? null,
  cancelUrl: params.cancel_url ?? null,
});

/** With `confirm` the whole address is required, or its country and postal code when `minimal_address` says so. */
function requireBilling({ billing_address: billing, minimal_address: isMinimal }: CheckoutParameters): BillingAddress {
  if (!billing) throw invalidParameters('billing_address is required when confirm is true');
  const needed = isMinimal ? (['zipcode'] as const) : (['street', 'city', 'state', 'zipcode'] as const);
  const missing = needed.filter((key) => !billing[key]);
  if (missing.length > 0)
    throw invalidParameters(`billing_address: ${missing.join(', ')} required when confirm is true`);
  return billing;
}
