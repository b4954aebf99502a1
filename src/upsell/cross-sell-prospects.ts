import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry, type BillingProvider, type ProviderName } from '../billing-providers/index.js';
import { CatalogService, computeOfferCurrencies, type Offer } from '../catalog/index.js';
import type { Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { IdentityService, type Group, type User } from '../identity/index.js';
import { PlanQuotes, SubscriptionAccess } from '../subscription/index.js';
import { chooseGroup } from './domain/sale-group.js';
import { Showcase, type ShownOffer } from './showcase.js';

/** What a customer wants to buy by itself, and where. */
export interface CrossSellPlace {
  readonly offerUuid: string;
  /** The customer's group, by the merchant's id. */
  readonly groupExternalId?: string;
  /** Undefined: where the customer is known and the offer is sold. */
  readonly provider?: ProviderName;
  /** ISO 4217; undefined: the first that it is sold in. */
  readonly currency?: string;
}

/** An offer as it can be sold by itself to a customer. */
export interface CrossSellProspect {
  readonly offer: Offer;
  readonly group: Pick<Group, 'id' | 'externalId'> | undefined;
  readonly provider: ProviderName;
  /** Undefined: it is not sold there. */
  readonly shown: ShownOffer | undefined;
  readonly isOwned: boolean;
  /** A plan is wanted, and the group has one. */
  readonly hasOtherPlan: boolean;
}

/** Finds what of an offer can be sold to a customer who buys without a sale before it. */
@Injectable()
export class CrossSellProspects {
  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly access: SubscriptionAccess,
    private readonly planQuotes: PlanQuotes,
    private readonly showcase: Showcase,
  ) {}

  /**
   * @throws ApplicationError offer_not_found, group_not_found, provider_not_configured; of a plan those of
   *   `SubscriptionAccess.chooseGroup`: who starts one must manage the group
   */
  async find(user: User, place: CrossSellPlace): Promise<CrossSellProspect> {
    const offer = await this.catalog.findOfferByUuid(place.offerUuid);
    if (!offer) throw new ApplicationError('offer_not_found');
    const group = await this.findGroup(user, offer, place.groupExternalId);
    const providers = await this.findProviders(user, place.provider);
    for (const { name } of providers) {
      const found = await this.look(user, { offer, group, provider: name, currency: place.currency });
      if (found.shown) return found;
    }
    return this.look(user, { offer, group, provider: providers[0]!.name, currency: place.currency });
  }

  /** The same once more, at the place that was found; in a claim's transaction. */
  async findAgain(tx: Tx, user: User, before: CrossSellProspect): Promise<CrossSellProspect> {
    const offer = (await this.catalog.findOffersByIds([before.offer.id], tx)).get(before.offer.id);
    if (!offer) throw new ApplicationError('offer_not_found');
    const currency = before.shown?.price.currency;
    return this.look(user, { offer, group: before.group, provider: before.provider, currency }, tx);
  }

  private async look(
    user: User,
    place: Pick<CrossSellProspect, 'offer' | 'group' | 'provider'> & { readonly currency?: string },
    tx?: Tx,
  ): Promise<CrossSellProspect> {
    const { offer, group, provider } = place;
    const currencies = computeOfferCurrencies(offer, provider);
    const currency = place.currency ?? currencies[0] ?? '';
    const prospect = { userId: user.id, groupId: group?.id ?? null, provider, currency };
    const owned = await this.showcase.findOwned(prospect, [offer.id], tx);
    const living = offer.plan && group ? await this.planQuotes.findLiving(group.id, tx) : undefined;
    const shown = await this.showcase.select(prospect, [offer], { tx, withHistory: false });
    return {
      offer,
      group,
      provider,
      shown: shown.get(offer.id),
      isOwned: owned.has(offer.id),
      hasOtherPlan: living !== undefined,
    };
  }

  private async findGroup(user: User, offer: Offer, named: string | undefined): Promise<CrossSellProspect['group']> {
    if (offer.plan) return this.access.chooseGroup(user.id, named, true);
    const group = chooseGroup(await this.identity.groupsOf(user.id), named ?? null);
    if (named !== undefined && !group) throw new ApplicationError('group_not_found');
    return group;
  }

  /** Where the customer is known comes first: there may be a card. */
  private async findProviders(user: User, named: ProviderName | undefined): Promise<readonly BillingProvider[]> {
    if (named !== undefined) return [this.providers.get(named)];
    const known: BillingProvider[] = [];
    const others: BillingProvider[] = [];
    for (const provider of this.providers.all()) {
      const customerId = await this.identity.findProviderCustomer(user.id, provider.name);
      (customerId === undefined ? others : known).push(provider);
    }
    return [...known, ...others];
  }
}
