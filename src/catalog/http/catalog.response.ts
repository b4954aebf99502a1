import type { Package, PlanWithPrices } from '../domain/plan.js';
import type { MappedPrice } from '../domain/price.js';
import type { AdminPackageDto, AdminPlanDto, AdminPriceDto, PackageDto } from './packages.dto.js';
import type { OfferedPlanDto } from './plans.dto.js';

const toPackage = (item: Package): PackageDto => ({
  id: item.uuid,
  code: item.code,
  name: item.name,
  description: item.description,
});

export const toAdminPackage = (item: Package): AdminPackageDto => ({
  ...toPackage(item),
  downgrade_policy: item.downgradePolicy,
  proration_modes: [...item.prorationModes],
});

export const toAdminPlan = (plan: PlanWithPrices): AdminPlanDto => ({
  id: plan.uuid,
  code: plan.code,
  name: plan.name,
  description: plan.description,
  features: [...plan.features],
  limits: plan.limits,
  rank: plan.rank,
  is_offered: plan.isOffered,
  prices: plan.prices.map(toAdminPrice),
});

export const toAdminPrice = (price: MappedPrice): AdminPriceDto => ({
  provider: price.provider,
  provider_price_id: price.providerPriceId,
  provider_product_id: price.providerProductId,
  currency: price.currency,
  unit_amount: price.unitAmount,
  billing_interval: price.billingInterval,
  interval_count: price.intervalCount,
  is_current: price.isCurrent,
});

export const toOfferedPlan = (plan: PlanWithPrices): OfferedPlanDto => ({
  id: plan.uuid,
  code: plan.code,
  name: plan.name,
  description: plan.description,
  features: [...plan.features],
  package: toPackage(plan.package),
  prices: plan.prices.map((price) => ({
    provider: price.provider,
    currency: price.currency,
    unit_amount: price.unitAmount,
    billing_interval: price.billingInterval,
    interval_count: price.intervalCount,
  })),
});
