import { newId, BUSINESS_ID } from '../objects/identifiers.js';
import { toMoment } from '../objects/moments.js';
import type { BillingAddress, CustomerDetails, Metadata, RecurringPrice, Subscription } from '../objects/wire-types.js';
import { boundaryAt, type Frequency } from './rules/calendar.js';
import type { AddonCartItem, SubscriptionListItem } from './subscription-records.js';

export interface SubscriptionFields {
  readonly customer: CustomerDetails;
  readonly billing: BillingAddress;
  readonly productId: string;
  readonly price: RecurringPrice;
  readonly quantity: number;
  readonly addons: readonly AddonCartItem[];
  /** What every renewal costs, in minor units. */
  readonly recurringAmount: number;
  readonly methodId: string | null;
  readonly metadata: Metadata;
  readonly trialDays: number;
}

const DAY = 86_400_000;

export const frequencyOf = (price: RecurringPrice): Frequency => ({
  interval: price.payment_frequency_interval,
  count: price.payment_frequency_count,
});

export const frequencyOfSubscription = (subscription: Subscription): Frequency => ({
  interval: subscription.payment_frequency_interval,
  count: subscription.payment_frequency_count,
});

/** A subscription whose first payment has not been made. `now` in milliseconds. */
export function toSubscription(fields: SubscriptionFields, now: number): Subscription {
  const { price, trialDays } = fields;
  const firstRenewal = trialDays > 0 ? now + trialDays * DAY : boundaryAt(now, frequencyOf(price), 1);
  return {
    addons: fields.addons.map((addon) => ({ ...addon })),
    billing: { city: null, state: null, street: null, zipcode: null, ...fields.billing },
    brand_id: BUSINESS_ID,
    cancel_at_next_billing_date: false,
    cancellation_comment: null,
    cancellation_feedback: null,
    cancelled_at: null,
    created_at: toMoment(now),
    credit_entitlement_cart: [],
    currency: price.currency,
    custom_field_responses: null,
    customer: fields.customer,
    customer_business_name: null,
    discount_cycles_remaining: null,
    discount_id: null,
    discounts: null,
    expires_at: toMoment(boundaryAt(now, periodOf(price), 1)),
    has_payment_method: fields.methodId !== null,
    metadata: { ...fields.metadata },
    meter_credit_entitlement_cart: [],
    meters: [],
    next_billing_date: toMoment(firstRenewal),
    on_demand: false,
    paused_at: null,
    payment_frequency_count: price.payment_frequency_count,
    payment_frequency_interval: price.payment_frequency_interval,
    payment_method_id: fields.methodId,
    previous_billing_date: toMoment(now),
    product_id: fields.productId,
    quantity: fields.quantity,
    recurring_pre_tax_amount: fields.recurringAmount,
    scheduled_change: null,
    status: 'pending',
    subscription_id: newId('subscription'),
    subscription_period_count: price.subscription_period_count,
    subscription_period_interval: price.subscription_period_interval,
    tax_id: null,
    tax_inclusive: price.tax_inclusive ?? false,
    trial_amount: null,
    trial_period_days: trialDays,
  };
}

/** How long a subscription lasts in all. */
export const periodOf = (price: RecurringPrice): Frequency => ({
  interval: price.subscription_period_interval,
  count: price.subscription_period_count,
});

export const toSubscriptionListItem = (
  subscription: Subscription,
  productName: string | null,
): SubscriptionListItem => ({
  billing: subscription.billing,
  cancel_at_next_billing_date: subscription.cancel_at_next_billing_date,
  cancelled_at: subscription.cancelled_at ?? null,
  created_at: subscription.created_at,
  currency: subscription.currency,
  customer: subscription.customer,
  customer_business_name: subscription.customer_business_name ?? null,
  discount_cycles_remaining: subscription.discount_cycles_remaining ?? null,
  discount_id: subscription.discount_id ?? null,
  discounts: [],
  has_payment_method: subscription.has_payment_method,
  metadata: subscription.metadata,
  next_billing_date: subscription.next_billing_date,
  on_demand: subscription.on_demand,
  paused_at: subscription.paused_at ?? null,
  payment_frequency_count: subscription.payment_frequency_count,
  payment_frequency_interval: subscription.payment_frequency_interval,
  payment_method_id: subscription.payment_method_id ?? null,
  previous_billing_date: subscription.previous_billing_date,
  product_id: subscription.product_id,
  product_name: productName,
  quantity: subscription.quantity,
  recurring_pre_tax_amount: subscription.recurring_pre_tax_amount,
  scheduled_change: subscription.scheduled_change ?? null,
  status: subscription.status,
  subscription_id: subscription.subscription_id,
  subscription_period_count: subscription.subscription_period_count,
  subscription_period_interval: subscription.subscription_period_interval,
  tax_id: subscription.tax_id ?? null,
  tax_inclusive: subscription.tax_inclusive,
  trial_amount: subscription.trial_amount ?? null,
  trial_period_days: subscription.trial_period_days,
});
