import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { CatalogAdministrationService } from './catalog-administration.service.js';
import { CatalogService } from './catalog.service.js';
import { PackagesController } from './http/packages.controller.js';
import { PlansController } from './http/plans.controller.js';
import { MediaRepository } from './persistence/media.repository.js';
import { OfferRepository } from './persistence/offer.repository.js';
import { PackageRepository } from './persistence/package.repository.js';
import { PlanRepository } from './persistence/plan.repository.js';
import { PriceRepository } from './persistence/price.repository.js';
import { ProductRepository } from './persistence/product.repository.js';

@Module({
  imports: [IdentityModule],
  controllers: [PackagesController, PlansController],
  providers: [
    PackageRepository,
    PlanRepository,
    PriceRepository,
    ProductRepository,
    OfferRepository,
    MediaRepository,
    CatalogService,
    CatalogAdministrationService,
  ],
  exports: [CatalogService],
})
export class CatalogModule {}
