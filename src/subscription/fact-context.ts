import { Injectable } from '@nestjs/common';
import type { ProviderFact, ProviderName } from '../billing-providers/index.js';
import { CatalogService } from '../catalog/index.js';
import { groupBy } from './group-by.js';
import type { Tx } from '../common/database/index.js';
import { IdentityService } from '../identity/index.js';
import { pricesNeededBy, pricesNeededByState } from './domain/fold.js';
import { assignOwner, type CustomerOwner } from './domain/owner.js';
import type { PlansByPrice, PlanOfPrice, SubscriptionState } from './domain/state.js';

interface Subject {
  readonly provider: ProviderName;
  readonly customerId: string;
}

/** What is known of a subscription: facts, and the fold of those that are no longer kept. */
interface Known {
  readonly provider: ProviderName;
  readonly base: SubscriptionState | null;
  readonly facts: readonly ProviderFact[];
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

  async findOwners(tx: Tx, subjects: readonly Subject[]): Promise<Owners> {
    const owners = new Map<string, CustomerOwner>();
    for (const [provider, ofProvider] of groupBy(subjects, (subject) => subject.provider)) {
      const customerIds = [...new Set(ofProvider.map((subject) => subject.customerId))];
      const found = await this.identity.findUsersByProviderCustomers(provider, customerIds, tx);
      for (const [customerId, owner] of found) owners.set(customerKey({ provider, customerId }), owner);
    }
    return new Owners(owners);
  }

  /** Plans of all prices that new facts and what is known already name as a plan; unknown prices are absent. */
  async loadPlans(newFacts: readonly ProviderFact[], known: readonly Known[], tx?: Tx): Promise<PlansByPrice> {
    const plans = new Map<string, PlanOfPrice>();
    const needs = [
      ...[...newFacts, ...known.flatMap(({ facts }) => facts)].map((fact) => ({
        provider: fact.provider,
        prices: pricesNeededBy(fact),
      })),
      ...known.map(({ provider, base }) => ({ provider, prices: base ? pricesNeededByState(base) : [] })),
    ];
    for (const [provider, ofProvider] of groupBy(needs, (need) => need.provider)) {
      const priceIds = [...new Set(ofProvider.flatMap(({ prices }) => prices))];
      for (const [priceId, plan] of await this.catalog.findPlansByPrices(provider, priceIds, tx))
        plans.set(priceId, plan);
    }
    return plans;
  }
}

const customerKey = (subject: Subject): string => `${subject.provider}:${subject.customerId}`;
