export { BillingProvider, type VerifiedEvent } from './billing-provider.js';
export { BillingProviderRegistry } from './billing-provider-registry.js';
export { BillingProvidersModule } from './billing-providers.module.js';
export type {
  FactType,
  InvoiceFact,
  ProviderFact,
  ProviderName,
  ScheduleFact,
  SubscriptionFact,
  SubscriptionSnapshot,
  SubscriptionStatus,
} from './domain/facts.js';
export { UnreadablePayloadError, type ProviderEvent } from './domain/provider-event.js';
export { ProviderError } from './provider-error.js';
