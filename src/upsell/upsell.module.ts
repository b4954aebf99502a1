import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { IdentityModule } from '../identity/index.js';
import { FunnelService } from './funnel.service.js';
import { FunnelVersionRepository } from './persistence/funnel-version.repository.js';

@Module({
  imports: [IdentityModule, CatalogModule],
  controllers: [],
  providers: [FunnelVersionRepository, FunnelService],
  exports: [],
})
export class UpsellModule {}
