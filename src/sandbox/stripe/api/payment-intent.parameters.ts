import type { Stripe } from 'stripe';
import {
  either,
  fields,
  flag,
  integer,
  listOf,
  metadata,
  oneOf,
  pagination,
  range,
  text,
  webAddress,
  type ShapeOf,
} from '../wire/parameters.js';
import { withoutOldMethodTypes } from '../wire/retired-parameters.js';

const billingDetails = fields({
  email: text,
  name: text,
  phone: text,
  tax_id: text,
  address: fields({ city: text, country: text, line1: text, line2: text, postal_code: text, state: text }),
});

const confirmationShape = {
  payment_method: text,
  payment_method_data: fields(
    {
      type: oneOf('pix'),
      billing_details: billingDetails,
      pix: fields({}),
    } satisfies ShapeOf<Stripe.PaymentIntentCreateParams.PaymentMethodData>,
    ['type'],
  ),
  payment_method_options: fields({
    pix: fields({
      expires_after_seconds: integer,
      expires_at: integer,
    } satisfies ShapeOf<Stripe.PaymentIntentCreateParams.PaymentMethodOptions.Pix>),
  }),
  off_session: either(flag, oneOf('one_off', 'recurring')),
  return_url: webAddress,
  error_on_requires_action: flag,
  receipt_email: text,
  setup_future_usage: oneOf('on_session', 'off_session'),
  use_stripe_sdk: flag,
} satisfies ShapeOf<Stripe.PaymentIntentConfirmParams>;

export const confirmation = withoutOldMethodTypes(fields(confirmationShape));

export const creation = withoutOldMethodTypes(
  fields(
    {
      ...confirmationShape,
      amount: integer,
      currency: text,
      customer: text,
      confirm: flag,
      description: text,
      metadata,
      allowed_payment_method_types: listOf(text),
      automatic_payment_methods: fields({ enabled: flag, allow_redirects: oneOf('always', 'never') }, ['enabled']),
      statement_descriptor_suffix: text,
    } satisfies ShapeOf<Stripe.PaymentIntentCreateParams>,
    ['amount', 'currency'],
  ),
);

export const update = fields({ description: text, metadata } satisfies ShapeOf<Stripe.PaymentIntentUpdateParams>);

export const cancellation = fields({
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
} satisfies ShapeOf<Stripe.PaymentIntentCancelParams>);

export const list = fields({
  ...pagination,
  customer: text,
  created: range,
} satisfies ShapeOf<Stripe.PaymentIntentListParams>);
