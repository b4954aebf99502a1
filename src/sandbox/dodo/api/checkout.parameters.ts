import type { DodoPayments } from 'dodopayments';
import {
  addressShape,
  anyObject,
  country,
  currency,
  fields,
  flag,
  integer,
  integerFrom,
  listOf,
  metadata,
  nullable,
  text,
  webAddress,
  type Rule,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import type { CountryCode } from '../objects/wire-types.js';

const addon = fields({ addon_id: text, quantity: integerFrom(1) } satisfies ShapeOf<DodoPayments.AttachAddon>, [
  'addon_id',
  'quantity',
]);
const item = fields(
  {
    product_id: text,
    quantity: integerFrom(1),
    amount: nullable(integer),
    addons: nullable(listOf(addon)),
  } satisfies ShapeOf<DodoPayments.ProductItemReq>,
  ['product_id', 'quantity'],
);
const customer = fields({
  customer_id: text,
  email: text,
  name: nullable(text),
  phone_number: nullable(text),
} satisfies ShapeOf<DodoPayments.AttachExistingCustomer & DodoPayments.NewCustomer>);

/** Accepted because they change nothing that the sandbox shows; `always_create_new_customer` it obeys. */
const flags = fields({
  allow_currency_selection: flag,
  allow_customer_editing_city: flag,
  allow_customer_editing_country: flag,
  allow_customer_editing_email: flag,
  allow_customer_editing_name: flag,
  allow_customer_editing_state: flag,
  allow_customer_editing_street: flag,
  allow_customer_editing_zipcode: flag,
  allow_discount_code: flag,
  allow_phone_number_collection: flag,
  allow_tax_id: flag,
  always_create_new_customer: flag,
  redirect_immediately: flag,
} satisfies ShapeOf<DodoPayments.CheckoutSessionFlags>);

const shape = {
  product_cart: listOf(item),
  allowed_payment_method_types: nullable(listOf(text)),
  billing_address: nullable(
    fields(
      {
        ...addressShape,
        country: country as Rule<CountryCode>,
      } satisfies ShapeOf<DodoPayments.CheckoutSessionBillingAddress>,
      ['country'],
    ),
  ),
  // Ignored, as at Dodo where adaptive pricing is off.
  billing_currency: nullable(currency),
  cancel_url: nullable(webAddress),
  confirm: flag,
  customer: nullable(customer),
  customization: anyObject,
  feature_flags: flags,
  metadata: nullable(metadata),
  minimal_address: flag,
  payment_method_id: nullable(text),
  return_url: nullable(webAddress),
  show_saved_payment_methods: flag,
  subscription_data: nullable(
    fields({ trial_period_days: nullable(integerFrom(0)) } satisfies ShapeOf<DodoPayments.SubscriptionData>),
  ),
} satisfies ShapeOf<DodoPayments.CheckoutSessionCreateParams>;

/** One shape for making a session and for asking what it would cost. */
export const checkoutParameters = fields(shape, ['product_cart']);
export type CheckoutParameters = ValueOf<typeof checkoutParameters>;
