import type { StripeStore } from './stripe-store.js';
import type { CheckoutLineItem, CheckoutSession } from './wire-types.js';

export interface CheckoutParts {
  readonly id: string;
  readonly now: number;
  readonly mode: 'payment' | 'subscription';
  readonly url: string;
  readonly amount: number;
  readonly currency: string;
  /** Null: what the account offers, which is cards. */
  readonly methods: readonly ('card' | 'pix')[] | null;
  readonly customer: string | null;
  readonly customerEmail: string | null;
  readonly clientReferenceId: string | null;
  readonly successUrl: string;
  readonly cancelUrl: string | null;
  readonly expiresAt: number;
  readonly metadata: Record<string, string>;
  readonly locale: string | null;
}

export const toCheckoutSession = (parts: CheckoutParts): CheckoutSession => ({
  id: parts.id,
  object: 'checkout.session',
  adaptive_pricing: { enabled: false },
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: parts.methods && [...parts.methods],
  amount_subtotal: parts.amount,
  amount_total: parts.amount,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  cancel_url: parts.cancelUrl,
  client_reference_id: parts.clientReferenceId,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  created: parts.now,
  currency: parts.currency,
  currency_conversion: null,
  custom_fields: [],
  custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
  customer: parts.customer,
  customer_account: null,
  customer_creation: parts.mode === 'payment' ? 'if_required' : 'always',
  customer_details: null,
  customer_email: parts.customerEmail,
  discounts: null,
  expires_at: parts.expiresAt,
  integration_identifier: null,
  invoice: null,
  invoice_creation: null,
  livemode: false,
  locale: parts.locale,
  managed_payments: null,
  metadata: parts.metadata,
  mode: parts.mode,
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_collection: parts.mode === 'subscription' ? 'always' : 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  payment_method_types: [...(parts.methods ?? ['card'])],
  payment_status: 'unpaid',
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  status: 'open',
  submit_type: null,
  subscription: null,
  success_url: parts.successUrl,
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  ui_mode: 'hosted_page',
  url: parts.url,
  wallet_options: null,
});

/** What was bought, as `line_items` shows it: expanded on request, or as a list of its own. */
export function toLineItems(store: StripeStore, session: string): CheckoutLineItem[] {
  return store.get('checkout_order', session).items.map(({ id, price: priceId, quantity }) => {
    const price = store.get('price', priceId);
    const amount = (price.unit_amount ?? 0) * quantity;
    return {
      id,
      object: 'item',
      adjustable_quantity: null,
      amount_discount: 0,
      amount_subtotal: amount,
      amount_tax: 0,
      amount_total: amount,
      currency: price.currency,
      description: store.find('product', price.product)?.name ?? null,
      metadata: {},
      price: structuredClone(price),
      quantity,
    };
  });
}
