import { wireList } from '../wire/list.js';
import { newId } from './identifiers.js';
import { toPlan } from './plan.js';
import type { Price, Subscription, SubscriptionItem } from './wire-types.js';

interface ItemParts {
  readonly id?: string;
  readonly subscription: string;
  readonly price: Price;
  readonly quantity?: number | undefined;
  readonly created: number;
  readonly current_period_start: number;
  readonly current_period_end: number;
  readonly metadata: Record<string, string>;
}

export const toSubscriptionItem = (parts: ItemParts): SubscriptionItem => ({
  id: parts.id ?? newId('subscription_item'),
  object: 'subscription_item',
  billing_thresholds: null,
  created: parts.created,
  current_period_end: parts.current_period_end,
  current_period_start: parts.current_period_start,
  current_trial: null,
  discounts: [],
  metadata: parts.metadata,
  plan: toPlan(parts.price),
  price: structuredClone(parts.price),
  quantity: parts.quantity ?? 1,
  subscription: parts.subscription,
  tax_rates: [],
});

interface SubscriptionParts {
  readonly id: string;
  readonly now: number;
  readonly customer: string;
  readonly items: SubscriptionItem[];
  readonly status: Subscription['status'];
  readonly metadata: Record<string, string>;
  readonly defaultPaymentMethod: string | null;
  readonly description: string | null;
  readonly billingMode: 'classic' | 'flexible';
  readonly trialEnd: number | null;
}

export const toSubscription = (parts: SubscriptionParts): Subscription => ({
  id: parts.id,
  object: 'subscription',
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor: parts.trialEnd ?? parts.now,
  billing_cycle_anchor_config: null,
  billing_mode: {
    flexible: parts.billingMode === 'flexible' ? { proration_discounts: 'included' } : null,
    type: parts.billingMode,
  },
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: 'charge_automatically',
  created: parts.now,
  currency: parts.items[0]!.price.currency,
  customer: parts.customer,
  customer_account: null,
  days_until_due: null,
  default_payment_method: parts.defaultPaymentMethod,
  default_source: null,
  default_tax_rates: [],
  description: parts.description,
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  items: wireList(parts.items, `/v1/subscription_items?subscription=${parts.id}`),
  latest_invoice: null,
  livemode: false,
  managed_payments: null,
  metadata: parts.metadata,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: 'off' },
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  start_date: parts.now,
  status: parts.status,
  test_clock: null,
  transfer_data: null,
  trial_end: parts.trialEnd,
  trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
  trial_start: parts.trialEnd === null ? null : parts.now,
});
