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

export const lineItem = fields({
  price: text,
  quantity: integer,
  price_data: fields(
    {
      currency: text,
      unit_amount: integer,
      product: text,
      product_data: fields({ name: text, description: text, metadata }, ['name']),
      recurring: fields({ interval: oneOf('day', 'week', 'month', 'year'), interval_count: integer }, ['interval']),
    },
    ['currency'],
  ),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.LineItem>);

export const creation = withoutOldMethodTypes(
  fields({
    mode: oneOf('payment', 'subscription'),
    line_items: listOf(lineItem),
    success_url: either(webAddress, text),
    cancel_url: webAddress,
    customer: text,
    customer_email: text,
    customer_creation: oneOf('always', 'if_required'),
    client_reference_id: text,
    metadata,
    subscription_data: fields({
      metadata,
      description: text,
      trial_period_days: integer,
      trial_end: integer,
      billing_mode: fields({ type: oneOf('classic', 'flexible') }),
    } satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.SubscriptionData>),
    payment_intent_data: fields({
      metadata,
      description: text,
      setup_future_usage: oneOf('on_session', 'off_session'),
    } satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.PaymentIntentData>),
    payment_method_options: fields({
      card: fields({
        setup_future_usage: oneOf('on_session', 'off_session'),
      } satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.PaymentMethodOptions.Card>),
      pix: fields({
        expires_after_seconds: integer,
      } satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.PaymentMethodOptions.Pix>),
    }),
    payment_method_collection: oneOf('always', 'if_required'),
    allowed_payment_method_types: listOf(oneOf('card', 'pix')),
    allow_promotion_codes: flag,
    billing_address_collection: oneOf('auto', 'required'),
    expires_at: integer,
    locale: text,
    submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
    ui_mode: oneOf('hosted_page'),
  } satisfies ShapeOf<Stripe.Checkout.SessionCreateParams>),
);

export const list = fields({
  ...pagination,
  customer: text,
  subscription: text,
  payment_intent: text,
  status: oneOf('open', 'complete', 'expired'),
  created: range,
} satisfies ShapeOf<Stripe.Checkout.SessionListParams>);
