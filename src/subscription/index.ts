export type { FactOutcome } from './domain/fact-outcome.js';
export { PlanChangeRequestEntity } from './persistence/plan-change-request.entity.js';
export { SubscriptionFactEntity } from './persistence/subscription-fact.entity.js';
export { SubscriptionHistoryEntity } from './persistence/subscription-history.entity.js';
export { SubscriptionStreamEntity } from './persistence/subscription-stream.entity.js';
export { SubscriptionEntity } from './persistence/subscription.entity.js';
export { SubscriptionModule } from './subscription.module.js';
export { SubscriptionService } from './subscription.service.js';
