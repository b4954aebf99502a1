import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Tx } from '../common/database/index.js';
import type { PaymentProvider } from '../identity/index.js';
import type { Plan, PlanOfPrice, PlanWithPrices } from './domain/plan.js';
import type { MappedPrice } from './domain/price.js';
import { PlanRepository, type OfferFilter } from './persistence/plan.repository.js';
import { PriceRepository } from './persistence/price.repository.js';

/** What other modules ask about plans. With `tx` the answer is of that transaction. */
@Injectable()
export class CatalogService {
  constructor(
    private readonly plans: PlanRepository,
    private readonly prices: PriceRepository,
  ) {}

  /**
   * The plan that each provider price stands for, in one query; prices that are sold no more included.
   *
   * @returns by provider price id; unknown prices are left out
   */
  findPlansByPrices(
    provider: PaymentProvider,
    priceIds: readonly string[],
    tx?: Tx,
  ): Promise<ReadonlyMap<string, PlanOfPrice>> {
    return this.prices.findPlans(provider, priceIds, tx);
  }

  /** A plan, offered or not, with the prices that it is sold at now. Undefined also for what is no UUID. */
  async findPlanByUuid(uuid: string, tx?: Tx): Promise<PlanWithPrices | undefined> {
    const plan = isUUID(uuid) ? await this.plans.findByUuid(uuid, tx) : undefined;
    return plan && { ...plan, prices: await this.prices.findOfPlans([plan.id], 'current', tx) };
  }

  /** @returns by our id; unknown plans are left out */
  async findPlansByIds(ids: readonly string[], tx?: Tx): Promise<ReadonlyMap<string, Plan>> {
    return new Map((await this.plans.findByIds(ids, tx)).map((plan) => [plan.id, plan]));
  }

  /** What can be bought: offered plans with a price sold now, by rank, each with those prices. */
  async listOffered(filter: OfferFilter = {}): Promise<readonly PlanWithPrices[]> {
    const plans = await this.plans.findOffered(filter);
    const planIds = plans.map((plan) => plan.id);
    return withPrices(plans, await this.prices.findOfPlans(planIds, 'current'));
  }
}

/** Gives each plan its own prices. */
export const withPrices = (plans: readonly Plan[], prices: readonly MappedPrice[]): PlanWithPrices[] =>
  plans.map((plan) => ({ ...plan, prices: prices.filter((price) => price.planId === plan.id) }));
