import { Module } from '@nestjs/common';
import { BillingProvidersModule } from '../billing-providers/index.js';
import { CatalogModule } from '../catalog/index.js';
import { ChargingModule } from '../charging/index.js';
import { IdentityModule } from '../identity/index.js';
import { NotificationModule } from '../notification/index.js';
import { SubscriptionModule } from '../subscription/index.js';
import { AnalyticsService } from './analytics.service.js';
import { CROSS_SELL_CONTROLLERS, CROSS_SELL_PROVIDERS } from './cross-sell-runtime.js';
import { FunnelAdministrationService } from './funnel-administration.service.js';
import { FunnelContextLoader } from './funnel-context.loader.js';
import { FunnelPublicationService } from './funnel-publication.service.js';
import { FunnelService } from './funnel.service.js';
import { AdminSalesController } from './http/admin-sales.controller.js';
import { AnalyticsController } from './http/analytics.controller.js';
import { FunnelDraftsController } from './http/funnel-drafts.controller.js';
import { FunnelVersionsController } from './http/funnel-versions.controller.js';
import { SalesController } from './http/sales.controller.js';
import { ThankYouController } from './http/thank-you.controller.js';
import { UpsellSwitchController } from './http/upsell-switch.controller.js';
import { UpsellController } from './http/upsell.controller.js';
import { MoneyEvents } from './money-events.js';
import { PageAssets } from './pages/page-assets.js';
import { PagesController } from './pages/pages.controller.js';
import { AnalyticsRepository } from './persistence/analytics.repository.js';
import { FunnelVersionRepository } from './persistence/funnel-version.repository.js';
import { FunnelRepository } from './persistence/funnel.repository.js';
import { UpsellInvariants } from './persistence/invariants.js';
import { RUNTIME_PROVIDERS } from './upsell-runtime.js';

@Module({
  imports: [
    BillingProvidersModule,
    CatalogModule,
    ChargingModule,
    IdentityModule,
    NotificationModule,
    SubscriptionModule,
  ],
  controllers: [
    FunnelDraftsController,
    FunnelVersionsController,
    UpsellSwitchController,
    AnalyticsController,
    PagesController,
    UpsellController,
    ThankYouController,
    SalesController,
    AdminSalesController,
    ...CROSS_SELL_CONTROLLERS,
  ],
  providers: [
    FunnelRepository,
    FunnelVersionRepository,
    FunnelContextLoader,
    FunnelAdministrationService,
    FunnelPublicationService,
    FunnelService,
    AnalyticsRepository,
    AnalyticsService,
    PageAssets,
    UpsellInvariants,
    ...RUNTIME_PROVIDERS,
    ...CROSS_SELL_PROVIDERS,
  ],
  exports: [MoneyEvents],
})
export class UpsellModule {}
