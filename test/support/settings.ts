import type { Config, DodoSettings, StripeSettings } from '../../src/config/index.js';

/** What a test's application is told about Stripe. */
export function stripeOf(config: Pick<Config, 'stripe'>): StripeSettings {
  if (!config.stripe) throw new Error('this configuration has no Stripe');
  return config.stripe;
}

/** What a test's application is told about Dodo. */
export function dodoOf(config: Pick<Config, 'dodo'>): DodoSettings {
  if (!config.dodo) throw new Error('this configuration has no Dodo');
  return config.dodo;
}
