import type { EnvironmentReader } from './environment-reader.js';

/** Providers that can be configured; one at least is. */
export const PROVIDERS = ['stripe', 'dodo'] as const;
export type ConfiguredProvider = (typeof PROVIDERS)[number];

export interface StripeSettings {
  readonly secretKey: string;
  /** More than one while a secret is rotated. */
  readonly webhookSecrets: readonly string[];
  /** Another host than api.stripe.com, without a path. */
  readonly apiUrl?: string;
  /** Whether the key is a live one: events of the other mode are stored, never applied. */
  readonly livemode: boolean;
  /** Billing portal configuration (`bpc_...`); the account's default when absent. */
  readonly portalConfiguration?: string;
}

export interface DodoSettings {
  readonly apiKey: string;
  /** More than one while a secret is rotated. */
  readonly webhookSecrets: readonly string[];
  /** Called instead of Dodo's own address of the environment. */
  readonly baseUrl?: string;
  readonly environment: 'live_mode' | 'test_mode';
  /** Dodo's keys and events do not tell their mode: the environment does. */
  readonly livemode: boolean;
}

/** Settings of each provider that any of its credentials is set of; the other credential is then needed too. */
export interface ProviderSettings {
  readonly stripe?: StripeSettings;
  readonly dodo?: DodoSettings;
  /** Where a new subscription or sale starts whose caller names no provider. */
  readonly defaultProvider: ConfiguredProvider;
}

const SECRET_KEY = {
  pattern: /^(sk|rk)_(test|live)_/,
  text: 'must begin with sk_test_, sk_live_, rk_test_ or rk_live_',
};
const SIGNING_SECRET = { pattern: /^whsec_/, text: 'must begin with whsec_' };
/** Standard Webhooks: the bytes of the key in base64, behind a prefix. */
const STANDARD_WEBHOOKS_SECRET = {
  pattern: /^whsec_(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  text: 'must be whsec_ and then the key in base64, as the dashboard shows it',
};

export function readProviders(read: EnvironmentReader): ProviderSettings {
  const stripe = readStripe(read);
  const dodo = readDodo(read);
  if (!stripe && !dodo)
    read.problem('STRIPE_SECRET_KEY', 'or DODO_PAYMENTS_API_KEY is missing: name one provider at least');
  const defaultProvider = read.oneOf('PAYMENT_PROVIDER', PROVIDERS, stripe || !dodo ? 'stripe' : 'dodo');
  if ((stripe || dodo) && !{ stripe, dodo }[defaultProvider]) {
    read.problem('PAYMENT_PROVIDER', `is ${defaultProvider}, which has no key: configure it, or name the other one`);
  }
  return { stripe, dodo, defaultProvider };
}

function readStripe(read: EnvironmentReader): StripeSettings | undefined {
  const apiUrl = read.optionalBaseUrl('STRIPE_API_URL');
  // Also so that no live key is ever shown to a sandbox, which speaks http.
  read.checkEncrypted('STRIPE_API_URL', apiUrl, { remote: true });
  const portalConfiguration = read.optionalText('STRIPE_PORTAL_CONFIGURATION');
  if (!read.isAnySet('STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET')) return undefined;
  const secretKey = read.secret('STRIPE_SECRET_KEY', { minimumLength: 16, form: SECRET_KEY });
  return {
    secretKey,
    webhookSecrets: read.secrets('STRIPE_WEBHOOK_SECRET', { minimumLength: 16, form: SIGNING_SECRET }),
    apiUrl,
    livemode: /^(sk|rk)_live_/.test(secretKey),
    portalConfiguration,
  };
}

const DODO_ENVIRONMENTS = ['test_mode', 'live_mode'] as const;

function readDodo(read: EnvironmentReader): DodoSettings | undefined {
  const baseUrl = read.optionalUrl('DODO_PAYMENTS_BASE_URL');
  read.checkEncrypted('DODO_PAYMENTS_BASE_URL', baseUrl, { remote: true });
  const isNamed = read.isAnySet('DODO_PAYMENTS_ENVIRONMENT');
  const environment = read.oneOf('DODO_PAYMENTS_ENVIRONMENT', DODO_ENVIRONMENTS, 'test_mode');
  if (!read.isAnySet('DODO_PAYMENTS_API_KEY', 'DODO_PAYMENTS_WEBHOOK_KEY')) return undefined;
  if (read.production && !isNamed) {
    read.problem('DODO_PAYMENTS_ENVIRONMENT', 'is missing: name test_mode or live_mode');
  }
  return {
    apiKey: read.secret('DODO_PAYMENTS_API_KEY', { minimumLength: 16 }),
    webhookSecrets: read.secrets('DODO_PAYMENTS_WEBHOOK_KEY', {
      minimumLength: 24,
      form: STANDARD_WEBHOOKS_SECRET,
    }),
    baseUrl,
    environment,
    livemode: environment === 'live_mode',
  };
}
