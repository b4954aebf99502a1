export { computePriceWakeKey } from './domain/wake-key.js';
export { CatalogModule } from './catalog.module.js';
export { CatalogService } from './catalog.service.js';
export { DOWNGRADE_POLICIES } from './domain/plan.js';
export type { DowngradePolicy, Plan, PlanLimits, PlanOfPrice } from './domain/plan.js';
export {
  computeOfferCurrencies,
  computeOfferPrice,
  computePlanPrice,
  translateOffer,
  type Offer,
  type OfferMethod,
  type OfferPrice,
} from './domain/offer.js';
export { translateProduct, type Product } from './domain/product.js';
export { toImagePath, toImageSha256 } from './domain/image-path.js';
export { IsCode } from './http/code.decorator.js';
export { IsCountMap } from './http/is-count-map.decorator.js';
export { IsImagePath } from './http/is-image-path.decorator.js';
export { CatalogRevisionEntity } from './persistence/catalog-revision.entity.js';
export { MediaFileEntity } from './persistence/media-file.entity.js';
export { OfferEntity } from './persistence/offer.entity.js';
export { OfferProviderPriceEntity } from './persistence/offer-provider-price.entity.js';
export { ProductEntity } from './persistence/product.entity.js';
export { PackageEntity } from './persistence/package.entity.js';
export { PackagePlanEntity } from './persistence/package-plan.entity.js';
export { PackagePlanPriceEntity } from './persistence/package-plan-price.entity.js';
