import type { DodoPayments } from 'dodopayments';

/** What goes over the wire is what the official client says it reads: drift of either does not compile. */
export type Customer = DodoPayments.Customer;
export type CustomerDetails = DodoPayments.CustomerLimitedDetails;
export type Product = DodoPayments.Product;
export type Price = DodoPayments.Product['price'];
export type RecurringPrice = Extract<Price, { type: 'recurring_price' }>;
export type PaymentMethodItem = DodoPayments.CustomerRetrievePaymentMethodsResponse.Item;
export type Payment = DodoPayments.Payment;
export type PaymentListItem = DodoPayments.PaymentListResponse;
export type Refund = DodoPayments.Refund;
export type RefundListItem = DodoPayments.RefundListItem;
export type Dispute = DodoPayments.GetDispute;
export type Subscription = DodoPayments.Subscription;
export type BillingAddress = DodoPayments.BillingAddress;
export type Currency = DodoPayments.Currency;
export type CountryCode = DodoPayments.CountryCode;
export type Metadata = DodoPayments.Metadata;
export type EventType = DodoPayments.WebhookEventType;
export type EventPayload = DodoPayments.WebhookPayload;
