import type { SetupIntent } from './wire-types.js';

export interface SetupRequest {
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly usage: 'on_session' | 'off_session';
  readonly allowedMethods: readonly string[] | null;
}

export const toSetupIntent = (id: string, clientSecret: string, now: number, request: SetupRequest): SetupIntent => ({
  id,
  object: 'setup_intent',
  allowed_payment_method_types: request.allowedMethods ? [...request.allowedMethods] : null,
  application: null,
  automatic_payment_methods: request.allowedMethods ? null : { enabled: true, allow_redirects: 'always' },
  cancellation_reason: null,
  client_secret: clientSecret,
  created: now,
  customer: request.customer,
  customer_account: null,
  description: request.description,
  excluded_payment_method_types: null,
  flow_directions: null,
  last_setup_error: null,
  latest_attempt: null,
  livemode: false,
  managed_payments: null,
  mandate: null,
  metadata: request.metadata,
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
  payment_method_types: [...(request.allowedMethods ?? ['card'])],
  single_use_mandate: null,
  status: 'requires_payment_method',
  usage: request.usage,
});
