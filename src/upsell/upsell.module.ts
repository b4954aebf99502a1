import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { IdentityModule } from '../identity/index.js';
import { FunnelAdministrationService } from './funnel-administration.service.js';
import { FunnelContextLoader } from './funnel-context.loader.js';
import { FunnelPublicationService } from './funnel-publication.service.js';
import { FunnelService } from './funnel.service.js';
import { FunnelDraftsController } from './http/funnel-drafts.controller.js';
import { FunnelVersionsController } from './http/funnel-versions.controller.js';
import { UpsellSwitchController } from './http/upsell-switch.controller.js';
import { FunnelVersionRepository } from './persistence/funnel-version.repository.js';
import { FunnelRepository } from './persistence/funnel.repository.js';

@Module({
  imports: [IdentityModule, CatalogModule],
  controllers: [FunnelDraftsController, FunnelVersionsController, UpsellSwitchController],
  providers: [
    FunnelRepository,
    FunnelVersionRepository,
    FunnelContextLoader,
    FunnelAdministrationService,
    FunnelPublicationService,
    FunnelService,
  ],
  exports: [],
})
export class UpsellModule {}
