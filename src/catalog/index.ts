export { computePriceWakeKey } from './domain/wake-key.js';
export { CatalogModule } from './catalog.module.js';
export { CatalogService } from './catalog.service.js';
export type { Plan, PlanOfPrice } from './domain/plan.js';
export { PackageEntity } from './persistence/package.entity.js';
export { PackagePlanEntity } from './persistence/package-plan.entity.js';
export { PackagePlanPriceEntity } from './persistence/package-plan-price.entity.js';
