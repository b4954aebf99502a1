import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { CatalogAdministrationService } from './catalog-administration.service.js';
import { CatalogService } from './catalog.service.js';
import { MediaController, MediaUploadController } from './http/media.controller.js';
import { OffersController } from './http/offers.controller.js';
import { PackagesController } from './http/packages.controller.js';
import { PlansController } from './http/plans.controller.js';
import { ProductsController } from './http/products.controller.js';
import { MediaService } from './media.service.js';
import { OfferCache } from './offer-cache.js';
import { OffersService } from './offers.service.js';
import { MediaRepository } from './persistence/media.repository.js';
import { OfferPriceRepository } from './persistence/offer-price.repository.js';
import { OfferRepository } from './persistence/offer.repository.js';
import { PackageRepository } from './persistence/package.repository.js';
import { PlanRepository } from './persistence/plan.repository.js';
import { PriceRepository } from './persistence/price.repository.js';
import { ProductRepository } from './persistence/product.repository.js';
import { ProductsService } from './products.service.js';

@Module({
  imports: [IdentityModule],
  controllers: [
    PackagesController,
    PlansController,
    ProductsController,
    OffersController,
    MediaUploadController,
    MediaController,
  ],
  providers: [
    PackageRepository,
    PlanRepository,
    PriceRepository,
    ProductRepository,
    OfferRepository,
    OfferPriceRepository,
    MediaRepository,
    OfferCache,
    CatalogService,
    CatalogAdministrationService,
    ProductsService,
    OffersService,
    MediaService,
  ],
  exports: [CatalogService],
})
export class CatalogModule {}
