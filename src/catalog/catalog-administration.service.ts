import { Injectable } from '@nestjs/common';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { Jobs } from '../common/jobs/index.js';
import { WAKE_WAITING_TASK } from '../identity/index.js';
import { withPrices } from './catalog.service.js';
import type { Package, PlanWithPrices } from './domain/plan.js';
import { decidePriceList, findMissing, type ProviderPrice } from './domain/price.js';
import { computePriceWakeKey } from './domain/wake-key.js';
import { PackageRepository, type PackageDetails } from './persistence/package.repository.js';
import { PlanRepository, type PlanDetails } from './persistence/plan.repository.js';
import { PriceRepository } from './persistence/price.repository.js';

export interface PlanCommand extends PlanDetails {
  readonly packageCode: string;
  /** What the plan is sold at from now on: other prices of it stay mapped to it, but are sold no more. */
  readonly prices: readonly ProviderPrice[];
}

export interface PackageWithPlans {
  readonly package: Package;
  /** By rank; with every price, those sold now first. */
  readonly plans: readonly PlanWithPrices[];
}

@Injectable()
export class CatalogAdministrationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly packages: PackageRepository,
    private readonly plans: PlanRepository,
    private readonly prices: PriceRepository,
    private readonly jobs: Jobs,
  ) {}

  async list(): Promise<readonly PackageWithPlans[]> {
    const [packages, plans] = await Promise.all([this.packages.findAll(), this.plans.findAll()]);
    const planIds = plans.map((plan) => plan.id);
    const priced = withPrices(plans, await this.prices.findOfPlans(planIds, 'all'));
    return packages.map((item) => ({ package: item, plans: priced.filter((plan) => plan.package.id === item.id) }));
  }

  upsertPackage(details: PackageDetails): Promise<Package> {
    return this.unitOfWork.run((tx) => this.packages.upsert(tx, details));
  }

  /**
   * Makes the plan exist as told, and sold at exactly these prices.
   *
   * @throws ApplicationError package_not_found, plan_code_taken, price_taken, price_immutable
   */
  upsertPlan(command: PlanCommand): Promise<PlanWithPrices> {
    return this.unitOfWork.run(async (tx) => {
      const owner = await this.packages.findByCode(command.packageCode, tx);
      if (!owner) throw new ApplicationError('package_not_found');
      const plan = await this.plans.upsert(tx, owner.id, command);
      // Subscriptions remember the package of their plan: a plan never moves to another one.
      if (plan.packageId !== owner.id) throw new ApplicationError('plan_code_taken');
      await this.applyPrices(tx, plan.id, command.prices);
      const [saved] = await this.plans.findByIds([plan.id], tx);
      return { ...saved!, prices: await this.prices.findOfPlans([plan.id], 'all', tx) };
    });
  }

  /** The plan is locked by its upsert. */
  private async applyPrices(tx: Tx, planId: string, listed: readonly ProviderPrice[]): Promise<void> {
    const decision = decidePriceList(listed, await this.prices.findOfPlans([planId], 'all', tx));
    if (decision.outcome === 'rejected') throw toImmutableError(decision.changedPriceIds);
    await this.prices.updateCurrent(tx, planId, decision.kept);
    const added = await this.prices.insert(tx, planId, decision.added);
    const taken = findMissing(decision.added, added);
    if (taken.length > 0) {
      throw new ApplicationError('price_taken', { detail: `Mapped to another plan: ${taken.join(', ')}.` });
    }
    for (const price of added) {
      const key = computePriceWakeKey(price.provider, price.providerPriceId);
      await this.jobs.add(tx, WAKE_WAITING_TASK, { key });
    }
  }
}

const toImmutableError = (priceIds: readonly string[]): ApplicationError =>
  new ApplicationError('price_immutable', {
    detail: `Known with another amount, currency, interval or product: ${priceIds.join(', ')}. Make a new price at the provider.`,
  });
