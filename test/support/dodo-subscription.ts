import type { DodoPayments } from 'dodopayments';

/** A subscription as Dodo's API answers with it; typed by the SDK, so that drift does not compile. */
export const PERIOD = { begins: '2026-09-16T10:00:00.123456Z', ends: '2026-10-16T10:00:00.123456Z' } as const;

export const readSubscription = (more: Partial<DodoPayments.Subscription> = {}): DodoPayments.Subscription => ({
  addons: [],
  billing: { country: 'US' },
  brand_id: 'bus_1',
  cancel_at_next_billing_date: false,
  created_at: PERIOD.begins,
  credit_entitlement_cart: [],
  currency: 'USD',
  customer: { customer_id: 'cus_1', email: 'ada@example.com', name: 'Ada Lovelace' },
  has_payment_method: true,
  metadata: { group_id: 'team-7' },
  meter_credit_entitlement_cart: [],
  meters: [],
  next_billing_date: PERIOD.ends,
  on_demand: false,
  payment_frequency_count: 1,
  payment_frequency_interval: 'Month',
  previous_billing_date: PERIOD.begins,
  product_id: 'pdt_pro',
  quantity: 2,
  recurring_pre_tax_amount: 3_000,
  status: 'active',
  subscription_id: 'sub_1',
  subscription_period_count: 20,
  subscription_period_interval: 'Year',
  tax_inclusive: false,
  trial_period_days: 0,
  ...more,
});

/** A change that waits for the end of that period. */
export const scheduledChange: DodoPayments.ScheduledPlanChange = {
  id: 'spc_1',
  addons: [],
  created_at: '2026-09-20T10:00:00Z',
  effective_at: PERIOD.ends,
  product_id: 'pdt_basic',
  quantity: 2,
};
