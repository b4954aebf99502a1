export type { FactOutcome } from './domain/fact-outcome.js';
export type { PlanQuoteStatus } from './domain/plan-quote.js';
export { GroupUsageEntity } from './persistence/group-usage.entity.js';
export { PlanChangeRequestEntity } from './persistence/plan-change-request.entity.js';
export { PlanQuoteEntity } from './persistence/plan-quote.entity.js';
export type { PlanQuote } from './persistence/plan-quote.repository.js';
export { SubscriptionFactEntity } from './persistence/subscription-fact.entity.js';
export { SubscriptionHistoryEntity } from './persistence/subscription-history.entity.js';
export { SubscriptionStreamEntity } from './persistence/subscription-stream.entity.js';
export { SubscriptionEntity } from './persistence/subscription.entity.js';
export { REFUND_EXCESS } from './jobs/immediate-change-aftercare.js';
export { ImmediateChangeService } from './immediate-change.service.js';
export { PlanQuotes, type LivingSubscription } from './plan-quotes.js';
export { SubscriptionAccess } from './subscription-access.js';
export type { ComparedRows } from './domain/compared-rows.js';
export {
  SubscriptionReconciliation,
  type ComparedSubscription,
  type UnfinishedWish,
} from './subscription-reconciliation.js';
export { SubscriptionModule } from './subscription.module.js';
export { SubscriptionService } from './subscription.service.js';
export { UsageService } from './usage.service.js';
