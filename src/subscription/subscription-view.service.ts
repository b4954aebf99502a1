import { Injectable } from '@nestjs/common';
import { CatalogService, type Plan, type PlanOfPrice, type Product } from '../catalog/index.js';
import { ChargingService } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { Config } from '../config/index.js';
import { IdentityService, type Membership, type User } from '../identity/index.js';
import { Entitlements, strongestByProduct, type Entitlement as ProductGrant } from '../notification/index.js';
import { computeEntitlement, type Entitlement } from './domain/entitlement.js';
import { PlanQuoteRepository, type PlanQuote } from './persistence/plan-quote.repository.js';
import { RequestRepository, type PlanChangeRequest } from './persistence/request.repository.js';
import {
  SubscriptionQueryRepository,
  type HistoryRecord,
  type SubscriptionRecord,
} from './persistence/subscription-query.repository.js';
import { toChangeIntent } from './immediate-change-claim.js';
import { canManage, SubscriptionAccess } from './subscription-access.js';

/** Everything that a storefront shows of a subscription. */
export interface SubscriptionView {
  readonly subscription: SubscriptionRecord;
  readonly group: Membership;
  readonly history: readonly HistoryRecord[];
  readonly entitlement: Entitlement;
  /** What is billed now. */
  readonly price?: PlanOfPrice;
  readonly latestRequest?: PlanChangeRequest;
  readonly latestChange?: PlanQuote;
  /** Where whoever manages the group authenticates the payment of `latestChange`: a bearer credential. */
  readonly authenticationUrl?: string;
  /** Every plan that is named above, by its row's id. */
  readonly plans: ReadonlyMap<string, Plan>;
}

export interface GroupEntitlement {
  readonly groupExternalId: string;
  readonly subscriptionUuid: string;
  readonly entitlement: Entitlement;
  readonly plan?: Plan;
}

/** A product that a user was given for a purchase. */
export interface ProductEntitlement {
  readonly product: Product;
  readonly grant: ProductGrant;
}

export interface UserEntitlements {
  readonly groups: readonly GroupEntitlement[];
  /** One for each product, the strongest where it was bought more than once. */
  readonly products: readonly ProductEntitlement[];
}

@Injectable()
export class SubscriptionViewService {
  constructor(
    private readonly access: SubscriptionAccess,
    private readonly subscriptions: SubscriptionQueryRepository,
    private readonly requests: RequestRepository,
    private readonly quotes: PlanQuoteRepository,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly entitlements: Entitlements,
    private readonly charging: ChargingService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * The group's newest subscription, living ones before ended ones; any member may see it.
   *
   * @throws ApplicationError subscription_not_authorized, group_ambiguous, subscription_not_found
   */
  async load(user: User, groupExternalId?: string): Promise<SubscriptionView> {
    const group = await this.access.chooseGroup(user.id, groupExternalId, false);
    const [subscription] = await this.subscriptions.findByGroups([group.id]);
    if (!subscription) throw new ApplicationError('subscription_not_found');
    const history = await this.subscriptions.findHistory([subscription.id]);
    const latestChange = await this.quotes.findNewestExecuted(subscription.id);
    return {
      subscription,
      group,
      history,
      entitlement: this.entitlementOf(subscription, history),
      price: await this.findPrice(subscription),
      latestRequest: await this.requests.findNewest(subscription.id),
      latestChange,
      authenticationUrl: canManage(group) ? await this.findAuthenticationUrl(subscription, latestChange) : undefined,
      plans: await this.loadPlans([subscription], history, latestChange),
    };
  }

  /**
   * What a user has access to, by group and by product; for the storefront's server.
   *
   * @throws ApplicationError user_not_found
   */
  async loadEntitlements(userExternalId: string): Promise<UserEntitlements> {
    const user = await this.identity.findUserByExternalId(userExternalId);
    if (!user) throw new ApplicationError('user_not_found');
    return { groups: await this.loadGroups(user.id), products: await this.loadProducts(user.id) };
  }

  private async loadGroups(userId: string): Promise<readonly GroupEntitlement[]> {
    const groups = new Map((await this.identity.groupsOf(userId)).map((group) => [group.id, group]));
    const subscriptions = await this.subscriptions.findByGroups([...groups.keys()]);
    const history = await this.subscriptions.findHistory(subscriptions.map(({ id }) => id));
    const plans = await this.loadPlans(subscriptions, history);
    return subscriptions.map((subscription) => {
      const own = history.filter((row) => row.subscriptionId === subscription.id);
      const entitlement = this.entitlementOf(subscription, own);
      return {
        groupExternalId: groups.get(subscription.groupId)?.externalId ?? '',
        subscriptionUuid: subscription.uuid,
        entitlement,
        plan: entitlement.entitled ? plans.get(entitlement.planId) : undefined,
      };
    });
  }

  private async loadProducts(userId: string): Promise<readonly ProductEntitlement[]> {
    const grants = strongestByProduct(await this.entitlements.findOfUser(userId));
    const products = await this.catalog.findProductsByIds(grants.map(({ productId }) => productId));
    return grants.map((grant) => {
      const product = products.get(grant.productId);
      // Grants name products by foreign key: a missing one is a broken database, not a case.
      if (!product) throw new Error('a product that an entitlement refers to does not exist');
      return { product, grant };
    });
  }

  private async findAuthenticationUrl(
    subscription: SubscriptionRecord,
    change?: PlanQuote,
  ): Promise<string | undefined> {
    if (change?.status !== 'executing') return undefined;
    const next = (await this.charging.findHolder(toChangeIntent(subscription, change)))?.nextStep;
    return next?.kind === 'authenticate' ? next.url : undefined;
  }

  private async findPrice({ provider, priceId }: SubscriptionRecord): Promise<PlanOfPrice | undefined> {
    return (await this.catalog.findPlansByPrices(provider, [priceId])).get(priceId);
  }

  private entitlementOf(subscription: SubscriptionRecord, history: readonly HistoryRecord[]): Entitlement {
    return computeEntitlement(subscription, history, this.clock.now(), this.config.subscription);
  }

  private loadPlans(
    subscriptions: readonly SubscriptionRecord[],
    history: readonly HistoryRecord[],
    latestChange?: PlanQuote,
  ): Promise<ReadonlyMap<string, Plan>> {
    const ids = [
      latestChange?.targetPlanId ?? null,
      ...subscriptions.flatMap(({ planId, scheduledPlanId }) => [planId, scheduledPlanId]),
      ...history.flatMap(({ planId, oldPlanId }) => [planId, oldPlanId]),
    ];
    return this.catalog.findPlansByIds([...new Set(ids.filter((id) => id !== null))]);
  }
}
