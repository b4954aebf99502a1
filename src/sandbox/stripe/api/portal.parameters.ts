import type { Stripe } from 'stripe';
import {
  emptyable,
  fields,
  flag,
  integer,
  listOf,
  metadata,
  oneOf,
  pagination,
  text,
  webAddress,
  type ShapeOf,
} from '../wire/parameters.js';
import { prorationBehavior } from './subscription.parameters.js';

type Features = Stripe.BillingPortal.ConfigurationCreateParams.Features;

const product = fields(
  {
    product: text,
    prices: listOf(text),
    adjustable_quantity: fields({ enabled: flag, minimum: integer, maximum: integer }),
  },
  ['product', 'prices'],
);
const conditions = listOf(fields({ type: oneOf('decreasing_item_amount', 'shortening_interval') }, ['type']));

const features = fields({
  customer_update: fields({ enabled: flag, allowed_updates: listOf(text) }),
  invoice_history: fields({ enabled: flag }),
  payment_method_update: fields({ enabled: flag, payment_method_configuration: text }),
  subscription_cancel: fields({
    enabled: flag,
    mode: oneOf('at_period_end', 'immediately'),
    proration_behavior: prorationBehavior,
    cancellation_reason: fields({ enabled: flag, options: listOf(text) }),
  } satisfies ShapeOf<Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionCancel>),
  subscription_update: fields({
    enabled: flag,
    default_allowed_updates: listOf(oneOf('price', 'quantity', 'promotion_code')),
    products: listOf(product),
    proration_behavior: prorationBehavior,
    billing_cycle_anchor: emptyable(oneOf('now', 'unchanged')),
    schedule_at_period_end: fields({ conditions }),
    trial_update_behavior: oneOf('continue_trial', 'end_trial'),
  } satisfies ShapeOf<Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionUpdate>),
} satisfies ShapeOf<Features>);

const businessProfile = fields({ headline: emptyable(text), privacy_policy_url: text, terms_of_service_url: text });

export const configurationCreation = fields(
  {
    features,
    business_profile: businessProfile,
    default_return_url: emptyable(webAddress),
    metadata,
    name: emptyable(text),
    login_page: fields({ enabled: flag }),
  } satisfies ShapeOf<Stripe.BillingPortal.ConfigurationCreateParams>,
  ['features'],
);
export const configurationUpdate = fields({
  features,
  active: flag,
  business_profile: businessProfile,
  default_return_url: emptyable(webAddress),
  metadata,
  name: emptyable(text),
  login_page: fields({ enabled: flag }),
} satisfies ShapeOf<Stripe.BillingPortal.ConfigurationUpdateParams>);
export const configurationList = fields({
  ...pagination,
  active: flag,
  is_default: flag,
} satisfies ShapeOf<Stripe.BillingPortal.ConfigurationListParams>);

const flowSubscription = fields({ subscription: text }, ['subscription']);

export const sessionCreation = fields({
  customer: text,
  configuration: text,
  return_url: webAddress,
  locale: text,
  flow_data: fields(
    {
      type: oneOf('payment_method_update', 'subscription_cancel', 'subscription_update', 'subscription_update_confirm'),
      subscription_cancel: flowSubscription,
      subscription_update: flowSubscription,
      subscription_update_confirm: fields(
        { subscription: text, items: listOf(fields({ id: text, price: text, quantity: integer }, ['id'])) },
        ['subscription', 'items'],
      ),
      after_completion: fields(
        {
          type: oneOf('redirect', 'hosted_confirmation', 'portal_homepage'),
          redirect: fields({ return_url: webAddress }, ['return_url']),
          hosted_confirmation: fields({ custom_message: text }),
        },
        ['type'],
      ),
    },
    ['type'],
  ),
} satisfies ShapeOf<Stripe.BillingPortal.SessionCreateParams>);
