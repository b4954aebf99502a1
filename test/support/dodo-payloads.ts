import type { DodoPayments } from 'dodopayments';

/**
 * Dodo's objects and events in the shape of its SDK, written by hand; typed by the SDK, so that drift does not compile. Amounts
 * are minor units, times ISO 8601 with microseconds, as Dodo writes them.
 */
export const DODO_ATTEMPT = '7f1f8a52-1b5e-4f0e-9d8c-2f6b1c3d4e5f';
export const DODO_OFFER = 'b1a7c2d3-0000-4000-8000-000000000001';
export const DODO_TIME = '2026-11-01T00:00:05.250125Z';
export const DODO_SECONDS = 1_793_491_205;

const customer: DodoPayments.CustomerLimitedDetails = {
  customer_id: 'cus_1',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  metadata: {},
  phone_number: null,
};

export const dodoPayment = (more: Partial<DodoPayments.Payment> = {}): DodoPayments.Payment => ({
  billing: { country: 'BR', city: null, state: null, street: null, zipcode: '01310-100' },
  brand_id: 'bus_1',
  business_id: 'bus_1',
  card_holder_name: 'Ada Lovelace',
  card_issuing_country: 'BR',
  card_last_four: '4242',
  card_network: 'VISA',
  card_type: 'CREDIT',
  checkout_session_id: 'cks_1',
  created_at: DODO_TIME,
  currency: 'BRL',
  customer,
  digital_products_delivered: false,
  disputes: [],
  error_code: null,
  error_message: null,
  invoice_id: 'inv_1',
  is_multi_subscription: false,
  is_update_payment_method: false,
  metadata: { uplift_attempt: DODO_ATTEMPT, offer_uuid: DODO_OFFER, group_id: 'team-7' },
  payment_id: 'pay_1',
  payment_link: null,
  payment_method: 'card',
  payment_method_id: 'pm_1',
  payment_method_type: 'credit',
  payment_provider: 'dodo',
  product_cart: [{ product_id: 'pdt_1', quantity: 1 }],
  refund_status: null,
  refunds: [],
  retry_attempt: 0,
  settlement_amount: 4_990,
  settlement_currency: 'BRL',
  settlement_tax: 0,
  status: 'succeeded',
  subscription_id: null,
  subscription_ids: [],
  tax: 0,
  total_amount: 4_990,
  updated_at: null,
  ...more,
});

export const dodoRefund = (more: Partial<DodoPayments.Refund> = {}): DodoPayments.Refund => ({
  amount: 1_000,
  brand_id: 'bus_1',
  business_id: 'bus_1',
  created_at: DODO_TIME,
  currency: 'BRL',
  customer,
  is_partial: true,
  metadata: {},
  payment_id: 'pay_1',
  reason: null,
  refund_id: 'ref_1',
  status: 'succeeded',
  ...more,
});

export const dodoDispute = (more: Partial<DodoPayments.Dispute> = {}): DodoPayments.Dispute => ({
  amount: '4990',
  business_id: 'bus_1',
  created_at: DODO_TIME,
  currency: 'BRL',
  dispute_id: 'dp_1',
  dispute_stage: 'dispute',
  dispute_status: 'dispute_opened',
  payment_id: 'pay_1',
  ...more,
});

/** What is read of one; all else is the reading's. */
export const dodoSubscription = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  subscription_id: 'sub_1',
  customer,
  status: 'active',
  product_id: 'pdt_pro',
  ...more,
});

/** The envelope, whatever it carries. */
export const dodoEvent = (
  type: string,
  data: unknown,
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  business_id: 'bus_1',
  type,
  timestamp: DODO_TIME,
  data,
  ...more,
});

export const dodoBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
