import { randomUUID } from 'node:crypto';

/** 1 January 2026, 00:00 UTC. */
const START = 1_767_225_600;
const PERIOD = 30 * 86_400;

interface Options {
  readonly customerId: string;
  readonly subscriptionId?: string;
  readonly priceId?: string;
  /** Instead of the one item. */
  readonly items?: readonly unknown[];
}

export interface StripeEvent {
  readonly event: { readonly id: string } & Record<string, unknown>;
  readonly subscriptionId: string;
}

const suffix = (): string => randomUUID().slice(0, 12);

const envelope = (type: string, object: unknown) => ({
  id: `evt_${suffix()}`,
  object: 'event',
  api_version: '2026-10-28.endive',
  type,
  created: START,
  livemode: false,
  data: { object },
});

/** As Stripe's own (docs.stripe.com/api/subscriptions/object), with the fields that are read. */
export function subscriptionEvent(change: string, options: Options): StripeEvent {
  const { customerId, subscriptionId = `sub_${suffix()}`, priceId = 'price_basic' } = options;
  const item = {
    id: `si_${subscriptionId}`,
    object: 'subscription_item',
    price: { id: priceId, object: 'price' },
    quantity: 1,
    current_period_start: START,
    current_period_end: START + PERIOD,
  };
  const subscription = {
    id: subscriptionId,
    object: 'subscription',
    customer: customerId,
    status: 'active',
    created: START,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    ended_at: null,
    latest_invoice: `in_${subscriptionId}`,
    metadata: {},
    pending_update: null,
    schedule: null,
    items: { object: 'list', data: options.items ?? [item], has_more: false },
  };
  return { event: envelope(`customer.subscription.${change}`, subscription), subscriptionId };
}

/** As Stripe's own (docs.stripe.com/api/invoices/object), with the fields that are read. */
export function invoiceEvent(change: string, options: Options & { readonly subscriptionId: string }): StripeEvent {
  const { customerId, subscriptionId, priceId = 'price_basic' } = options;
  const line = {
    id: `il_${suffix()}`,
    object: 'line_item',
    period: { start: START, end: START + PERIOD },
    pricing: { type: 'price_details', price_details: { price: priceId, product: 'prod_1' } },
    parent: { type: 'subscription_item_details', subscription_item_details: { proration: false } },
  };
  const invoice = {
    id: `in_${subscriptionId}`,
    object: 'invoice',
    customer: customerId,
    status: 'paid',
    total: 900,
    currency: 'usd',
    attempt_count: 1,
    next_payment_attempt: null,
    parent: { type: 'subscription_details', subscription_details: { subscription: subscriptionId, metadata: {} } },
    lines: { object: 'list', data: [line], has_more: false },
  };
  return { event: envelope(`invoice.${change}`, invoice), subscriptionId };
}
