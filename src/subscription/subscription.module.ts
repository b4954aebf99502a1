import { Module } from '@nestjs/common';
import { BillingProvidersModule } from '../billing-providers/index.js';
import { CatalogModule } from '../catalog/index.js';
import { ChargingModule } from '../charging/index.js';
import { IdentityModule } from '../identity/index.js';
import { NotificationModule } from '../notification/index.js';
import { FactContext } from './fact-context.js';
import { EntitlementController } from './http/entitlement.controller.js';
import { PlanChangeController } from './http/plan-change.controller.js';
import { SubscriptionController } from './http/subscription.controller.js';
import { UsageController } from './http/usage.controller.js';
import { ImmediateChangeClaim } from './immediate-change-claim.js';
import { ImmediateChangeOutcomes } from './immediate-change-outcomes.js';
import { ImmediateChangeService } from './immediate-change.service.js';
import { FactFolding } from './jobs/fact-folding.js';
import { ImmediateChangeAftercare } from './jobs/immediate-change-aftercare.js';
import { OldQuotes } from './jobs/old-quotes.js';
import { QuoteExpiry } from './jobs/quote-expiry.js';
import { ReadRequests } from './jobs/read-requests.js';
import { RequestExecutor } from './jobs/request-executor.js';
import { Sweep } from './jobs/sweep.js';
import { SubscriptionReader } from './jobs/subscription-reader.js';
import { FactRepository } from './persistence/fact.repository.js';
import { GroupUsageRepository } from './persistence/group-usage.repository.js';
import { SubscriptionInvariants } from './persistence/invariants.js';
import { PlanQuoteRepository } from './persistence/plan-quote.repository.js';
import { RequestRepository } from './persistence/request.repository.js';
import { SubscriptionQueryRepository } from './persistence/subscription-query.repository.js';
import { SubscriptionRepository } from './persistence/subscription.repository.js';
import { WaitingReadRepository } from './persistence/waiting-read.repository.js';
import { PlanChangeService } from './plan-change.service.js';
import { PlanQuotes } from './plan-quotes.js';
import { PlanTargets } from './plan-targets.js';
import { SubscriptionAccess } from './subscription-access.js';
import { SubscriptionLifeCycleHandler } from './subscription-life-cycle-handler.js';
import { SubscriptionMessages } from './subscription-messages.js';
import { SubscriptionViewService } from './subscription-view.service.js';
import { SubscriptionReconciliation } from './subscription-reconciliation.js';
import { SubscriptionService } from './subscription.service.js';
import { UsageService } from './usage.service.js';

@Module({
  imports: [BillingProvidersModule, CatalogModule, ChargingModule, IdentityModule, NotificationModule],
  controllers: [SubscriptionController, PlanChangeController, EntitlementController, UsageController],
  providers: [
    OldQuotes,
    FactContext,
    FactFolding,
    FactRepository,
    GroupUsageRepository,
    ImmediateChangeAftercare,
    ImmediateChangeClaim,
    ImmediateChangeOutcomes,
    ImmediateChangeService,
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
    SubscriptionInvariants,
    SubscriptionLifeCycleHandler,
    SubscriptionMessages,
    SubscriptionQueryRepository,
    SubscriptionReader,
    SubscriptionReconciliation,
    SubscriptionRepository,
    SubscriptionService,
    SubscriptionViewService,
    UsageService,
    WaitingReadRepository,
  ],
  exports: [
    ImmediateChangeService,
    PlanQuotes,
    SubscriptionAccess,
    SubscriptionReconciliation,
    SubscriptionService,
    UsageService,
  ],
})
export class SubscriptionModule {}
