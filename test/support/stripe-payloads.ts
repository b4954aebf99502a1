/**
 * Stripe's events, reduced to what matters, in the shape of API version 2026-10-28.endive (written by hand from
 * docs.stripe.com/api). Times are seconds since 1970.
 */
export type Json = Record<string, unknown>;

export const CREATED = 1_793_491_205;
export const PERIOD_START = 1_793_491_200;
export const PERIOD_END = 1_796_083_200;
export const NEXT_PERIOD_END = 1_798_761_600;

export const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export const event = (type: string, object: unknown, more: Json = {}, previous?: Json): Json => ({
  id: 'evt_1',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: CREATED,
  livemode: false,
  type,
  data: { object, ...(previous ? { previous_attributes: previous } : {}) },
  ...more,
});

export const item = (more: Json = {}): Json => ({
  id: 'si_1',
  object: 'subscription_item',
  price: { id: 'price_pro', object: 'price', unit_amount: 3000, unit_amount_decimal: '3000' },
  quantity: 1,
  current_period_start: PERIOD_START,
  current_period_end: PERIOD_END,
  ...more,
});

export const list = (...data: Json[]): Json => ({ object: 'list', data, has_more: false });

export const subscription = (more: Json = {}): Json => ({
  id: 'sub_1',
  object: 'subscription',
  customer: 'cus_1',
  status: 'active',
  created: PERIOD_START,
  schedule: null,
  latest_invoice: 'in_1',
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  ended_at: null,
  pending_update: null,
  metadata: {},
  items: list(item()),
  ...more,
});

export const phase = (price: unknown, start: number, end: number | null, more: Json = {}): Json => ({
  start_date: start,
  end_date: end,
  items: [{ price, quantity: 1 }],
  ...more,
});

export const schedule = (more: Json = {}): Json => ({
  id: 'sub_sched_1',
  object: 'subscription_schedule',
  customer: 'cus_1',
  status: 'active',
  subscription: 'sub_1',
  released_subscription: null,
  current_phase: { start_date: PERIOD_START, end_date: PERIOD_END },
  phases: [phase('price_pro', PERIOD_START, PERIOD_END), phase('price_basic', PERIOD_END, NEXT_PERIOD_END)],
  ...more,
});

export const line = (price: unknown, more: Json = {}): Json => ({
  id: 'il_1',
  object: 'line_item',
  amount: 3000,
  period: { start: PERIOD_START, end: PERIOD_END },
  pricing: { type: 'price_details', price_details: { price, product: 'prod_1' }, unit_amount_decimal: '3000' },
  parent: {
    type: 'subscription_item_details',
    invoice_item_details: null,
    subscription_item_details: { proration: false, subscription: 'sub_1', subscription_item: 'si_1' },
  },
  ...more,
});

export const invoice = (more: Json = {}): Json => ({
  id: 'in_1',
  object: 'invoice',
  customer: 'cus_1',
  status: 'paid',
  billing_reason: 'subscription_cycle',
  total: 3000,
  currency: 'usd',
  attempt_count: 1,
  next_payment_attempt: null,
  parent: {
    type: 'subscription_details',
    quote_details: null,
    subscription_details: { subscription: 'sub_1', metadata: {} },
  },
  lines: list(line('price_pro')),
  status_transitions: { finalized_at: CREATED, paid_at: CREATED, marked_uncollectible_at: null, voided_at: null },
  ...more,
});
