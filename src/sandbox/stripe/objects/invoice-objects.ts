import type { Customer, Invoice, InvoiceLine, InvoicePayment, Price, Subscription } from './wire-types.js';
import { newId } from './identifiers.js';
import { wireList } from '../wire/list.js';

export interface LineRequest {
  readonly price: Price;
  readonly quantity: number;
  readonly amount: number;
  readonly period: { readonly start: number; readonly end: number };
  readonly description: string;
  readonly subscription: string;
  readonly subscriptionItem: string;
  readonly proration: boolean;
}

/** A proration is the line of an invoice item; a plain period is the line of a subscription item. */
export function toInvoiceLine(request: LineRequest): InvoiceLine {
  const { price, proration } = request;
  return {
    id: newId('invoice_line'),
    object: 'line_item',
    amount: request.amount,
    currency: price.currency,
    description: request.description,
    discount_amounts: [],
    discountable: !proration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: {},
    parent: {
      invoice_item_details: proration
        ? {
            invoice_item: newId('invoice_item'),
            proration: true,
            proration_details: { credited_items: null },
            subscription: request.subscription,
          }
        : null,
      subscription_item_details: proration
        ? null
        : {
            invoice_item: null,
            proration: false,
            proration_details: { credited_items: null },
            subscription: request.subscription,
            subscription_item: request.subscriptionItem,
          },
      type: proration ? 'invoice_item_details' : 'subscription_item_details',
    },
    period: { ...request.period },
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: price.product },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity: request.quantity,
    quantity_decimal: String(request.quantity),
    subscription: request.subscription,
    subtotal: request.amount,
    taxes: [],
  };
}

export interface InvoiceRequest {
  readonly id: string;
  readonly now: number;
  readonly customer: Customer;
  readonly subscription: Subscription;
  readonly reason: NonNullable<Invoice['billing_reason']>;
  readonly lines: readonly InvoiceLine[];
  readonly period: { readonly start: number; readonly end: number };
  readonly finalizesAt: number | null;
}

/** Starting balance below zero is credit, and pays first. What a negative total leaves goes back to the balance. */
export function computeAmountDue(total: number, startingBalance: number): number {
  return Math.max(0, total + startingBalance);
}

export function toInvoice(request: InvoiceRequest): Invoice {
  const { customer, subscription } = request;
  const total = request.lines.reduce((sum, line) => sum + line.amount, 0);
  const due = computeAmountDue(total, customer.balance);
  return {
    id: request.id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Sandbox',
    account_tax_ids: null,
    amount_due: due,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: due,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: request.finalizesAt,
    billing_reason: request.reason,
    collection_method: 'charge_automatically',
    created: request.now,
    currency: subscription.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: wireList(
      request.lines.map((line) => ({ ...line, invoice: request.id })),
      `/v1/invoices/${request.id}/lines`,
    ),
    livemode: false,
    metadata: {},
    next_payment_attempt: request.finalizesAt,
    number: null,
    on_behalf_of: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: request.period.end,
    period_start: request.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: customer.balance,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    test_clock: null,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: request.now,
  };
}

export const toInvoicePayment = (id: string, now: number, invoice: Invoice, intent: string): InvoicePayment => ({
  id,
  object: 'invoice_payment',
  amount_paid: null,
  amount_requested: invoice.amount_due,
  created: now,
  currency: invoice.currency,
  invoice: invoice.id,
  is_default: true,
  livemode: false,
  payment: { payment_intent: intent, type: 'payment_intent' },
  status: 'open',
  status_transitions: { canceled_at: null, paid_at: null },
});
