import type { Stripe } from 'stripe';
import {
  either,
  emptyable,
  fields,
  flag,
  integer,
  listOf,
  metadata,
  oneOf,
  pagination,
  range,
  text,
  type ShapeOf,
} from '../wire/parameters.js';

const cancellationDetails = fields({
  comment: emptyable(text),
  feedback: emptyable(text),
});
const paymentSettings = fields({
  save_default_payment_method: oneOf('off', 'on_subscription'),
  payment_method_types: listOf(text),
});
export const prorationBehavior = oneOf('none', 'create_prorations', 'always_invoice');
const trialEnd = either(oneOf('now'), integer);
const billingMode = fields({
  type: oneOf('classic', 'flexible'),
  flexible: fields({ proration_discounts: text }),
});

const itemUpdateShape = {
  id: text,
  price: text,
  quantity: integer,
  deleted: flag,
  metadata,
} satisfies ShapeOf<Stripe.SubscriptionUpdateParams.Item>;

export const creation = fields(
  {
    customer: text,
    items: listOf(
      fields({ price: text, quantity: integer, metadata } satisfies ShapeOf<Stripe.SubscriptionCreateParams.Item>, [
        'price',
      ]),
    ),
    default_payment_method: text,
    payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
    payment_settings: paymentSettings,
    proration_behavior: prorationBehavior,
    collection_method: oneOf('charge_automatically'),
    billing_mode: billingMode,
    trial_end: trialEnd,
    trial_period_days: integer,
    cancel_at_period_end: flag,
    currency: text,
    description: text,
    off_session: flag,
    metadata,
  } satisfies ShapeOf<Stripe.SubscriptionCreateParams>,
  ['customer', 'items'],
);

export const update = fields({
  items: listOf(fields(itemUpdateShape)),
  proration_behavior: prorationBehavior,
  proration_date: integer,
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete', 'pending_if_incomplete'),
  payment_settings: paymentSettings,
  billing_cycle_anchor: fields({ type: oneOf('now', 'unchanged') }, ['type']),
  cancel_at: emptyable(integer),
  cancel_at_period_end: flag,
  cancellation_details: cancellationDetails,
  default_payment_method: emptyable(text),
  description: emptyable(text),
  trial_end: trialEnd,
  off_session: flag,
  metadata,
} satisfies ShapeOf<Stripe.SubscriptionUpdateParams>);

export const cancellation = fields({
  cancellation_details: cancellationDetails,
  invoice_now: flag,
  prorate: flag,
} satisfies ShapeOf<Stripe.SubscriptionCancelParams>);

export const list = fields({
  ...pagination,
  customer: text,
  price: text,
  status: oneOf(
    'all',
    'active',
    'canceled',
    'ended',
    'incomplete',
    'incomplete_expired',
    'past_due',
    'paused',
    'trialing',
    'unpaid',
  ),
  created: range,
  current_period_start: range,
  current_period_end: range,
  collection_method: text,
} satisfies ShapeOf<Stripe.SubscriptionListParams>);

/** What `POST /v1/invoices/create_preview` takes of a subscription. */
export const previewDetails = fields({
  items: listOf(fields(itemUpdateShape)),
  proration_behavior: prorationBehavior,
  proration_date: integer,
  billing_cycle_anchor: fields({ type: oneOf('now', 'unchanged') }, ['type']),
  cancel_at_period_end: flag,
  trial_end: trialEnd,
} satisfies ShapeOf<Stripe.InvoiceCreatePreviewParams.SubscriptionDetails>);
