import type { PortalConfiguration, PortalSession } from './wire-types.js';

type Features = PortalConfiguration['features'];

const NO_FEATURES: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    products: null,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};

/** What the sandbox offers until somebody makes a configuration: everything on, downgrades at the end of the period. */
export const DEFAULT_FEATURES: Features = {
  ...NO_FEATURES,
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true, payment_method_configuration: null },
  subscription_cancel: { ...NO_FEATURES.subscription_cancel, enabled: true },
  subscription_update: {
    ...NO_FEATURES.subscription_update,
    default_allowed_updates: ['price'],
    enabled: true,
    products: [],
    proration_behavior: 'always_invoice',
    schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }, { type: 'shortening_interval' }] },
  },
};

/** Of a feature only what is given changes. */
export function mergeFeatures(current: Features | undefined, change: { [Key in keyof Features]?: object }): Features {
  const base = current ?? NO_FEATURES;
  return Object.fromEntries(
    Object.entries(base).map(([name, feature]) => [name, { ...feature, ...change[name as keyof Features] }]),
  ) as unknown as Features;
}

interface ConfigurationParts {
  readonly id: string;
  readonly now: number;
  readonly features: Features;
  readonly isDefault: boolean;
  readonly returnUrl: string | null;
  readonly headline: string | null;
  readonly metadata: Record<string, string>;
  readonly name: string | null;
}

export const toConfiguration = (parts: ConfigurationParts): PortalConfiguration => ({
  id: parts.id,
  object: 'billing_portal.configuration',
  active: true,
  application: null,
  business_profile: { headline: parts.headline, privacy_policy_url: null, terms_of_service_url: null },
  created: parts.now,
  default_return_url: parts.returnUrl,
  features: parts.features,
  is_default: parts.isDefault,
  livemode: false,
  login_page: { enabled: false, url: null },
  metadata: parts.metadata,
  name: parts.name,
  updated: parts.now,
});

interface SessionParts {
  readonly id: string;
  readonly now: number;
  readonly customer: string;
  readonly configuration: string;
  readonly returnUrl: string | null;
  readonly url: string;
  readonly flow: PortalSession['flow'];
  readonly locale: string | null;
}

export const toPortalSession = (parts: SessionParts): PortalSession => ({
  id: parts.id,
  object: 'billing_portal.session',
  configuration: parts.configuration,
  created: parts.now,
  customer: parts.customer,
  customer_account: null,
  flow: parts.flow,
  livemode: false,
  locale: parts.locale,
  on_behalf_of: null,
  return_url: parts.returnUrl,
  url: parts.url,
});
