import { Module } from '@nestjs/common';
import { BillingProvidersModule } from '../billing-providers/index.js';
import { CatalogModule } from '../catalog/index.js';
import { IdentityModule } from '../identity/index.js';
import { NotificationModule } from '../notification/index.js';
import { FactContext } from './fact-context.js';
import { EntitlementController } from './http/entitlement.controller.js';
import { SubscriptionController } from './http/subscription.controller.js';
import { FactFolding } from './jobs/fact-folding.js';
import { QuoteExpiry } from './jobs/quote-expiry.js';
import { ReadRequests } from './jobs/read-requests.js';
import { RequestExecutor } from './jobs/request-executor.js';
import { Sweep } from './jobs/sweep.js';
import { SubscriptionReader } from './jobs/subscription-reader.js';
import { FactRepository } from './persistence/fact.repository.js';
import { PlanQuoteRepository } from './persistence/plan-quote.repository.js';
import { RequestRepository } from './persistence/request.repository.js';
import { SubscriptionQueryRepository } from './persistence/subscription-query.repository.js';
import { SubscriptionRepository } from './persistence/subscription.repository.js';
import { PlanChangeService } from './plan-change.service.js';
import { PlanQuotes } from './plan-quotes.js';
import { PlanTargets } from './plan-targets.js';
import { SubscriptionAccess } from './subscription-access.js';
import { SubscriptionLifeCycleHandler } from './subscription-life-cycle-handler.js';
import { SubscriptionViewService } from './subscription-view.service.js';
import { SubscriptionService } from './subscription.service.js';

@Module({
  imports: [BillingProvidersModule, CatalogModule, IdentityModule, NotificationModule],
  controllers: [SubscriptionController, EntitlementController],
  providers: [
    FactContext,
    FactFolding,
    FactRepository,
    PlanChangeService,
    PlanQuoteRepository,
    PlanQuotes,
    PlanTargets,
    QuoteExpiry,
    ReadRequests,
    Sweep,
    RequestExecutor,
    RequestRepository,
    SubscriptionAccess,
    SubscriptionLifeCycleHandler,
    SubscriptionQueryRepository,
    SubscriptionReader,
    SubscriptionRepository,
    SubscriptionService,
    SubscriptionViewService,
  ],
  exports: [PlanQuotes, SubscriptionAccess, SubscriptionService],
})
export class SubscriptionModule {}
