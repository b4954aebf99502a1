import type { Price, SchedulePhase, Subscription, SubscriptionSchedule } from './wire-types.js';

export interface PhaseParts {
  readonly start: number;
  readonly end: number;
  readonly items: readonly {
    readonly price: Price;
    readonly quantity: number;
    readonly metadata: Record<string, string>;
  }[];
  readonly prorationBehavior: 'none' | 'create_prorations' | 'always_invoice';
  readonly metadata: Record<string, string>;
}

export const toPhase = (parts: PhaseParts): SchedulePhase => ({
  add_invoice_items: [],
  application_fee_percent: null,
  billing_cycle_anchor: null,
  billing_thresholds: null,
  collection_method: null,
  currency: parts.items[0]!.price.currency,
  default_payment_method: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  end_date: parts.end,
  invoice_settings: null,
  items: parts.items.map(({ price, quantity, metadata }) => ({
    billing_thresholds: null,
    discounts: [],
    metadata,
    plan: price.id,
    price: price.id,
    quantity,
    tax_rates: [],
  })),
  metadata: parts.metadata,
  on_behalf_of: null,
  proration_behavior: parts.prorationBehavior,
  start_date: parts.start,
  transfer_data: null,
  trial_end: null,
});

export const toSchedule = (
  id: string,
  now: number,
  subscription: Subscription,
  phase: SchedulePhase,
): SubscriptionSchedule => ({
  id,
  object: 'subscription_schedule',
  application: null,
  billing_mode: structuredClone(subscription.billing_mode),
  canceled_at: null,
  completed_at: null,
  created: now,
  current_phase: { start_date: phase.start_date, end_date: phase.end_date },
  customer: subscription.customer,
  customer_account: null,
  default_settings: {
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: 'automatic',
    billing_thresholds: null,
    collection_method: 'charge_automatically',
    default_payment_method: null,
    description: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      days_until_due: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    on_behalf_of: null,
    transfer_data: null,
  },
  end_behavior: subscription.cancel_at === null ? 'release' : 'cancel',
  livemode: false,
  metadata: {},
  pause_schedules: [],
  phases: [phase],
  released_at: null,
  released_subscription: null,
  status: 'active',
  subscription: subscription.id,
  test_clock: null,
});
