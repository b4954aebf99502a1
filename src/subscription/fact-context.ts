import { Injectable } from '@nestjs/common';
import type { ProviderFact, ProviderName } from '../billing-providers/index.js';
import { CatalogService } from '../catalog/index.js';
import { groupBy } from '../common/collections.js';
import type { Tx } from '../common/database/index.js';
import { IdentityService } from '../identity/index.js';
import { pricesNeededBy } from './domain/fold.js';
import { assignOwner, type CustomerOwner } from './domain/owner.js';
import type { PlansByPrice, PlanOfPrice, SubscriptionState } from './domain/state.js';

interface Subject {
  readonly provider: ProviderName;
  readonly customerId: string;
}

/** Who the customers in a batch are. */
export class Owners {
  constructor(private readonly byCustomer: ReadonlyMap<string, CustomerOwner>) {}

  of(subject: Subject): CustomerOwner | undefined {
    return this.byCustomer.get(customerKey(subject));
  }

  /** Whose a subscription is, or the sentence why that cannot be told. */
  assign(subject: Subject, state: SubscriptionState): { userId: string; groupId: string } | string {
    return assignOwner(this.of(subject), state.snapshot?.groupId ?? null);
  }
}

/** What facts need from other modules, for a whole batch at once. */
@Injectable()
export class FactContext {
  constructor(
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
  ) {}

  async findOwners(tx: Tx, facts: readonly ProviderFact[]): Promise<Owners> {
    const owners = new Map<string, CustomerOwner>();
    for (const [provider, ofProvider] of groupBy(facts, (fact) => fact.provider)) {
      const customerIds = [...new Set(ofProvider.map((fact) => fact.customerId))];
      const found = await this.identity.findUsersByProviderCustomers(provider, customerIds, tx);
      for (const [customerId, owner] of found) owners.set(customerKey({ provider, customerId }), owner);
    }
    return new Owners(owners);
  }

  /** Plans of all prices that the facts name as a plan; unknown prices are absent. */
  async loadPlans(facts: readonly ProviderFact[], tx?: Tx): Promise<PlansByPrice> {
    const plans = new Map<string, PlanOfPrice>();
    for (const [provider, ofProvider] of groupBy(facts, (fact) => fact.provider)) {
      const priceIds = [...new Set(ofProvider.flatMap(pricesNeededBy))];
      for (const [priceId, plan] of await this.catalog.findPlansByPrices(provider, priceIds, tx))
        plans.set(priceId, plan);
    }
    return plans;
  }
}

const customerKey = (subject: Subject): string => `${subject.provider}:${subject.customerId}`;
