export { CatalogModule } from './catalog.module.js';
export { CatalogService } from './catalog.service.js';
export type { Package, Plan, PlanOfPrice, PlanWithPrices } from './domain/plan.js';
export { BILLING_INTERVALS, type BillingInterval, type MappedPrice, type ProviderPrice } from './domain/price.js';
export { computePriceWakeKey } from './domain/wake-key.js';
export { PackageEntity } from './persistence/package.entity.js';
export { PackagePlanEntity } from './persistence/package-plan.entity.js';
export { PackagePlanPriceEntity } from './persistence/package-plan-price.entity.js';
