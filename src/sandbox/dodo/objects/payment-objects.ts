import { BUSINESS_ID, newId } from './identifiers.js';
import { toMoment } from './moments.js';
import type { SavedMethod } from './records.js';
import type {
  BillingAddress,
  Currency,
  Customer,
  CustomerDetails,
  Metadata,
  Payment,
  PaymentListItem,
  Refund,
  RefundListItem,
} from './wire-types.js';

export const toCustomerDetails = (customer: Customer): CustomerDetails => ({
  customer_id: customer.customer_id,
  email: customer.email,
  name: customer.name,
  metadata: customer.metadata ?? {},
  phone_number: customer.phone_number ?? null,
});

export interface PaymentFields {
  readonly customer: Customer;
  readonly billing: BillingAddress;
  /** Minor units. */
  readonly amount: number;
  readonly currency: Currency;
  readonly method: SavedMethod | null;
  readonly metadata: Metadata;
  readonly checkout?: string | null | undefined;
  readonly subscriptionId?: string | null | undefined;
  /** Null or absent for every payment of a subscription. */
  readonly productCart?: readonly { readonly product_id: string; readonly quantity: number }[] | null | undefined;
  readonly retryAttempt?: number | undefined;
  readonly isUpdatePaymentMethod?: boolean | undefined;
}

/** A payment that has not been tried. `now` in milliseconds. */
export function toPayment(fields: PaymentFields, now: number): Payment {
  const subscription = fields.subscriptionId ?? null;
  return {
    ...cardFields(fields.method),
    billing: { city: null, state: null, street: null, zipcode: null, ...fields.billing },
    brand_id: BUSINESS_ID,
    business_id: BUSINESS_ID,
    checkout_session_id: fields.checkout ?? null,
    created_at: toMoment(now),
    currency: fields.currency,
    custom_field_responses: null,
    customer: toCustomerDetails(fields.customer),
    digital_products_delivered: false,
    discount_id: null,
    discounts: null,
    disputes: [],
    error_code: null,
    error_message: null,
    invoice_id: null,
    invoice_url: null,
    is_multi_subscription: false,
    is_update_payment_method: fields.isUpdatePaymentMethod ?? false,
    metadata: { ...fields.metadata },
    payment_id: newId('payment'),
    payment_link: null,
    payment_provider: 'dodo',
    product_cart: subscription ? null : (fields.productCart?.map((item) => ({ ...item })) ?? null),
    refund_status: null,
    refunds: [],
    retry_attempt: fields.retryAttempt ?? 0,
    settlement_amount: fields.amount,
    settlement_currency: fields.currency,
    settlement_tax: 0,
    status: 'requires_payment_method',
    subscription_id: subscription,
    subscription_ids: subscription ? [subscription] : [],
    tax: 0,
    total_amount: fields.amount,
    updated_at: null,
  };
}

type CardFields = Pick<
  Payment,
  | 'card_holder_name'
  | 'card_issuing_country'
  | 'card_last_four'
  | 'card_network'
  | 'card_type'
  | 'payment_method'
  | 'payment_method_id'
  | 'payment_method_type'
>;

export function cardFields(method: SavedMethod | null): CardFields {
  const card = method?.item.card ?? null;
  return {
    card_holder_name: card?.card_holder_name ?? null,
    card_issuing_country: card?.card_issuing_country ?? null,
    card_last_four: card?.last4_digits ?? null,
    card_network: card?.card_network ?? null,
    card_type: card?.card_type ?? null,
    payment_method: method?.item.payment_method ?? null,
    payment_method_id: method?.id ?? null,
    payment_method_type: method?.item.payment_method_type ?? null,
  };
}

export const toPaymentListItem = (payment: Payment): PaymentListItem => ({
  brand_id: payment.brand_id,
  card_last_four: payment.card_last_four ?? null,
  card_network: payment.card_network ?? null,
  created_at: payment.created_at,
  currency: payment.currency,
  customer: payment.customer,
  digital_products_delivered: payment.digital_products_delivered,
  dispute_status: payment.disputes.at(-1)?.dispute_status ?? null,
  has_license_key: false,
  invoice_id: payment.invoice_id ?? null,
  invoice_url: payment.invoice_url ?? null,
  is_multi_subscription: payment.is_multi_subscription,
  metadata: payment.metadata,
  payment_id: payment.payment_id,
  payment_method: payment.payment_method ?? null,
  payment_method_type: payment.payment_method_type ?? null,
  payment_provider: payment.payment_provider,
  refund_status: payment.refund_status ?? null,
  status: payment.status ?? null,
  subscription_id: payment.subscription_id ?? null,
  subscription_ids: payment.subscription_ids,
  total_amount: payment.total_amount,
});

export const toRefundListItem = (refund: Refund): RefundListItem => ({
  amount: refund.amount ?? null,
  business_id: refund.business_id,
  created_at: refund.created_at,
  currency: refund.currency ?? null,
  is_partial: refund.is_partial,
  payment_id: refund.payment_id,
  reason: refund.reason ?? null,
  refund_id: refund.refund_id,
  status: refund.status,
});
