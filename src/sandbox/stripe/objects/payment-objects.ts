import { randomText } from './identifiers.js';
import type { CardFailure } from './test-cards.js';
import type { Charge, PaymentIntent, PaymentMethod } from './wire-types.js';

export interface IntentRequest {
  readonly customer: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly description?: string | null;
  readonly metadata?: Record<string, string>;
  readonly setupFutureUsage?: 'on_session' | 'off_session' | null;
  /** As above, for a payment that turns out to be by card. */
  readonly cardSetup?: 'on_session' | 'off_session' | null;
  /** Null: whatever the account offers, redirects included. */
  readonly allowedMethods?: readonly string[] | null;
  readonly automaticMethods?: PaymentIntent['automatic_payment_methods'];
}

export interface ChargeParts {
  readonly id: string;
  readonly now: number;
  readonly intent: PaymentIntent;
  readonly method: PaymentMethod;
  readonly failure: CardFailure | undefined;
  readonly isAuthenticated: boolean;
}

export const toPaymentIntent = (
  id: string,
  clientSecret: string,
  now: number,
  request: IntentRequest,
): PaymentIntent => ({
  id,
  object: 'payment_intent',
  allowed_payment_method_types: request.allowedMethods ? [...request.allowedMethods] : null,
  amount: request.amount,
  amount_capturable: 0,
  amount_received: 0,
  application: null,
  application_fee_amount: null,
  automatic_payment_methods: request.automaticMethods ?? null,
  canceled_at: null,
  cancellation_reason: null,
  capture_method: 'automatic',
  client_secret: clientSecret,
  confirmation_method: 'automatic',
  created: now,
  currency: request.currency,
  customer: request.customer,
  customer_account: null,
  description: request.description ?? null,
  excluded_payment_method_types: null,
  last_payment_error: null,
  latest_charge: null,
  livemode: false,
  managed_payments: null,
  metadata: request.metadata ?? {},
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_method_options: (request.allowedMethods ?? ['card']).includes('card')
    ? {
        card: {
          installments: null,
          mandate_options: null,
          network: null,
          request_three_d_secure: 'automatic',
          ...(request.cardSetup ? { setup_future_usage: request.cardSetup } : {}),
        },
      }
    : {},
  payment_method_types: [...(request.allowedMethods ?? ['card'])],
  payment_record: null,
  processing: null,
  receipt_email: null,
  review: null,
  setup_future_usage: request.setupFutureUsage ?? null,
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: 'requires_payment_method',
  transfer_data: null,
  transfer_group: null,
});

const toOutcome = (failure: CardFailure | undefined): NonNullable<Charge['outcome']> => ({
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: failure ? 'declined_by_network' : 'approved_by_network',
  reason: failure ? (failure.declineCode ?? failure.code) : null,
  risk_level: 'normal',
  seller_message: failure ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
  type: failure ? 'issuer_declined' : 'authorized',
});

const AUTHENTICATED = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
} as const;

function toMethodDetails(method: PaymentMethod, isAuthenticated: boolean): Charge['payment_method_details'] {
  const { card } = method;
  if (!card) return { type: 'pix', pix: { bank_transaction_id: `E${randomText(31)}` } };
  return {
    type: 'card',
    card: {
      amount_authorized: null,
      authorization_code: null,
      brand: card.brand,
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure: isAuthenticated ? AUTHENTICATED : null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

export const toCharge = ({ id, now, intent, method, failure, isAuthenticated }: ChargeParts): Charge => ({
  id,
  object: 'charge',
  amount: intent.amount,
  amount_captured: failure ? 0 : intent.amount,
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  billing_details: method.billing_details,
  calculated_statement_descriptor: null,
  captured: failure === undefined,
  created: now,
  currency: intent.currency,
  customer: intent.customer,
  description: intent.description,
  disputed: false,
  failure_balance_transaction: null,
  failure_code: failure?.code ?? null,
  failure_message: failure?.message ?? null,
  fraud_details: {},
  livemode: false,
  metadata: intent.metadata,
  on_behalf_of: null,
  outcome: toOutcome(failure),
  paid: failure === undefined,
  payment_intent: intent.id,
  payment_method: method.id,
  payment_method_details: toMethodDetails(method, isAuthenticated),
  receipt_email: null,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: failure ? 'failed' : 'succeeded',
  transfer_data: null,
  transfer_group: null,
});
