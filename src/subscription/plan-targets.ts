import { Injectable } from '@nestjs/common';
import { CatalogService, type Plan } from '../catalog/index.js';
import { ApplicationError } from '../common/errors/index.js';
import type { BilledPrice } from './domain/plan-change-rules.js';
import type { SubscriptionRecord } from './persistence/subscription-query.repository.js';

export interface PlanTarget {
  readonly planId: string;
  readonly priceId: string;
  readonly plan: Plan;
  /** What is billed then. */
  readonly price: BilledPrice;
  /** What is billed now. */
  readonly present: BilledPrice;
}

/** What a subscription can be switched to: a plan that is offered, at its price in the subscription's currency. */
@Injectable()
export class PlanTargets {
  constructor(private readonly catalog: CatalogService) {}

  /** @throws ApplicationError plan_not_found, plan_not_available */
  async findByUuid(subscription: SubscriptionRecord, planUuid: string): Promise<PlanTarget> {
    const plan = await this.catalog.findPlanByUuid(planUuid);
    if (!plan) throw new ApplicationError('plan_not_found');
    const known = await this.catalog.findPlansByPrices(subscription.provider, [subscription.priceId]);
    const present = known.get(subscription.priceId);
    const price = plan.prices.find(
      (each) => each.provider === subscription.provider && each.currency === present?.currency,
    );
    if (!plan.isOffered || !present || !price) throw new ApplicationError('plan_not_available');
    return { planId: plan.id, priceId: price.providerPriceId, plan, price, present };
  }

  /** @param planId our id @throws ApplicationError plan_not_found, plan_not_available */
  async findById(subscription: SubscriptionRecord, planId: string): Promise<PlanTarget> {
    const plan = (await this.catalog.findPlansByIds([planId])).get(planId);
    if (!plan) throw new ApplicationError('plan_not_found');
    return this.findByUuid(subscription, plan.uuid);
  }
}
