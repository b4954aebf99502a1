import { Module } from '@nestjs/common';
import { BillingProvidersModule } from '../billing-providers/index.js';
import { CatalogModule } from '../catalog/index.js';
import { ChargingModule } from '../charging/index.js';
import { IdentityModule } from '../identity/index.js';
import { SubscriptionModule } from '../subscription/index.js';
import { UpsellModule } from '../upsell/index.js';
import { Adoption } from './adoption.js';
import { Findings } from './findings.js';
import { ReconciliationController } from './http/reconciliation.controller.js';
import { NightlyReconciliation } from './jobs/nightly.js';
import { Reconciler } from './jobs/reconciler.js';
import { DifferenceRepository } from './persistence/difference.repository.js';
import { RunRepository } from './persistence/run.repository.js';
import { ApplyPhase } from './phases/apply.js';
import { PaymentContext } from './phases/payment-context.js';
import { Phases } from './phases/phases.js';
import { SubscriptionsPhase, UnseenSubscriptionsPhase, WishesPhase } from './phases/subscriptions.js';
import { UnseenChargesPhase } from './phases/unseen-charges.js';
import { ReconciliationMetrics } from './reconciliation-metrics.js';
import { ReconciliationsService } from './reconciliations.service.js';
import { Settling } from './settling.js';

@Module({
  imports: [BillingProvidersModule, CatalogModule, ChargingModule, IdentityModule, SubscriptionModule, UpsellModule],
  controllers: [ReconciliationController],
  providers: [
    Adoption,
    ApplyPhase,
    DifferenceRepository,
    Findings,
    NightlyReconciliation,
    PaymentContext,
    Phases,
    Reconciler,
    ReconciliationMetrics,
    ReconciliationsService,
    RunRepository,
    Settling,
    SubscriptionsPhase,
    UnseenChargesPhase,
    UnseenSubscriptionsPhase,
    WishesPhase,
  ],
})
export class ReconciliationModule {}
