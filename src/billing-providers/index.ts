export {
  BillingProvider,
  type ChargeQuery,
  type PlanChangePreview,
  type ProviderCapabilities,
  type VerifiedEvent,
} from './billing-provider.js';
export { BillingProviderRegistry } from './billing-provider-registry.js';
export { BillingProvidersModule } from './billing-providers.module.js';
export { PRORATION_MODES } from './domain/charge.js';
export type {
  ChargeCommand,
  ChargeFailureCode,
  ChargeKind,
  ChargeOutcome,
  ChargeReferences,
  CheckoutCommand,
  MethodSummary,
  Money,
  NextStep,
  OneClickCommand,
  PaymentMethodKind,
  PixCommand,
  ProrationMode,
  RefundCommand,
  SavedCard,
  StartPlanCommand,
  ChangePlanCommand,
} from './domain/charge.js';
export type { ListedPage, ListedSubscription, MoneyList, ReadStamp } from './domain/listing.js';
export type {
  CheckoutFact,
  DisputeFact,
  FoundPayment,
  MoneyFact,
  PaymentFact,
  RefundFact,
} from './domain/payment-facts.js';
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
export { ProviderCustomers } from './provider-customers.js';
export { ProviderError } from './provider-error.js';
export { toApplicationError } from './provider-failures.js';
