import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry, type SavedCard } from '../billing-providers/index.js';
import { CatalogService, computeOfferPrice, type Offer, type OfferPrice, type PlanOfPrice } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { Entitlements } from '../notification/index.js';
import { PlanQuotes, UsageService, type LivingSubscription } from '../subscription/index.js';
import type { FunnelStep } from './domain/funnel.js';
import { computePaymentChoices, type PaymentSituation } from './domain/methods.js';
import type { Sale } from './domain/sale.js';
import { DecisionRepository } from './persistence/decision.repository.js';

/** Whom something is to be sold to: the customer of a sale, or one who buys without one. */
export type Prospect = Pick<Sale, 'provider' | 'currency' | 'userId' | 'groupId'>;

/** An offer as it can be sold to a customer now. */
export interface ShownOffer {
  readonly offer: Offer;
  readonly price: OfferPrice;
  readonly sells: PaymentSituation['sells'];
  /** What an upgrade changes, and what is paid for it today. */
  readonly upgrade: { readonly subscription: LivingSubscription; readonly plan: PlanOfPrice } | null;
}

/** The subscription that a plan offer would change, and the plan that it is at. */
interface LivingPlan {
  readonly subscription: LivingSubscription;
  readonly plan: PlanOfPrice | undefined;
}

export interface ShowcaseScope {
  readonly tx?: Tx;
  /** Leaves out what the customer owns or has declined. Not needed where that was looked at when they came to the step. */
  readonly withHistory: boolean;
  /** Lets offers come from memory, if nothing has changed since it was read. Not for transactions that decide. */
  readonly catalogRevision?: string;
}

/** What of a funnel can be sold to a customer. */
@Injectable()
export class Showcase {
  constructor(
    private readonly catalog: CatalogService,
    private readonly entitlements: Entitlements,
    private readonly planQuotes: PlanQuotes,
    private readonly usages: UsageService,
    private readonly decisions: DecisionRepository,
    private readonly providers: BillingProviderRegistry,
    private readonly clock: Clock,
  ) {}

  /** @returns by offer id; what cannot be sold to this customer is left out */
  async load(
    prospect: Prospect,
    offerIds: readonly string[],
    scope: ShowcaseScope,
  ): Promise<ReadonlyMap<string, ShownOffer>> {
    const { catalogRevision: revision, tx } = scope;
    const offers = await (revision !== undefined && tx === undefined
      ? this.catalog.findOffersAtRevision(revision, offerIds)
      : this.catalog.findOffersByIds(offerIds, tx));
    return this.select(prospect, [...offers.values()], scope);
  }

  /** What was bought, whether or not it is still sold. */
  async loadBought(offerId: string, tx?: Tx): Promise<Offer> {
    const offer = (await this.catalog.findOffersByIds([offerId], tx)).get(offerId);
    if (!offer) throw new Error(`There is no offer ${offerId}.`);
    return offer;
  }

  /** Of these, the offers of what the customer has already: a product that was given to them, the plan that they are at. */
  async findOwned(prospect: Prospect, offerIds: readonly string[], tx?: Tx): Promise<ReadonlySet<string>> {
    const offers = [...(await this.catalog.findOffersByIds(offerIds, tx)).values()];
    const products = await this.findOwnedProducts(prospect, offers, tx);
    const current = offers.some(({ kind }) => kind === 'plan')
      ? (await this.findLiving(prospect, tx))?.subscription
      : undefined;
    const isOwned = (offer: Offer): boolean =>
      offer.plan ? offer.plan.id === current?.planId : offer.product !== null && products.has(offer.product.id);
    return new Set(offers.filter(isOwned).map(({ id }) => id));
  }

  /** The same for offers that were read already. */
  async select(
    prospect: Prospect,
    offers: readonly Offer[],
    scope: ShowcaseScope,
  ): Promise<ReadonlyMap<string, ShownOffer>> {
    const hidden = scope.withHistory ? await this.findHidden(prospect, offers, scope.tx) : new Set<string>();
    const sold = offers.filter((offer) => isSold(offer) && !hidden.has(offer.id));
    const sellsPlans = sold.some(({ kind }) => kind === 'plan');
    const living = sellsPlans ? await this.findLiving(prospect, scope.tx) : undefined;
    const tooSmall = living ? await this.findTooSmall(prospect, sold, scope.tx) : new Set<string>();
    const { sellsOwnProducts } = this.providers.get(prospect.provider).capabilities;
    const place = { ...prospect, sellsOwnProducts };
    return new Map(
      sold.flatMap((offer) => {
        if (tooSmall.has(offer.id)) return [];
        const shown = offer.kind === 'one_time' ? toOneTime(place, offer) : toPlan(place, offer, living);
        return shown ? [[offer.id, shown] as const] : [];
      }),
    );
  }

  /** What decides how the offer can be paid at a step. */
  situationOf(
    sale: Sale,
    step: Pick<FunnelStep, 'kind'>,
    shown: ShownOffer,
    cards: readonly SavedCard[],
  ): PaymentSituation {
    return {
      stepKind: step.kind,
      sells: shown.sells,
      allowedMethods: sale.providerCustomerId === null ? [] : shown.offer.allowedMethods,
      currency: shown.price.currency,
      saleMethodKind: sale.methodKind,
      cards,
      pixCurrencies: this.providers.get(sale.provider).capabilities.pix,
      now: this.clock.now(),
    };
  }

  /** Whether the step can show the offer: it can be sold, and paid in some way. */
  isShowable(sale: Sale, step: FunnelStep, shown: ShownOffer | undefined): shown is ShownOffer {
    return shown !== undefined && computePaymentChoices(this.situationOf(sale, step, shown, [])).length > 0;
  }

  private async findHidden(prospect: Prospect, offers: readonly Offer[], tx?: Tx): Promise<ReadonlySet<string>> {
    const owned = await this.findOwnedProducts(prospect, offers, tx);
    const ids = offers.map(({ id }) => id);
    const declined = await this.decisions.findDeclinedOfferIds(prospect.userId, ids, tx);
    const ownedOffers = offers.filter(({ product }) => product !== null && owned.has(product.id));
    return new Set([...declined, ...ownedOffers.map(({ id }) => id)]);
  }

  /** Offers of plans that the group cannot be switched to at once, since it uses more than they allow. */
  private async findTooSmall({ groupId }: Prospect, offers: readonly Offer[], tx?: Tx): Promise<ReadonlySet<string>> {
    const tooSmall = new Set<string>();
    for (const { id, plan } of offers) {
      if (plan === null || groupId === null) continue;
      const { decision } = await this.usages.decide(groupId, plan, tx);
      if (decision !== 'allow') tooSmall.add(id);
    }
    return tooSmall;
  }

  private findOwnedProducts(prospect: Prospect, offers: readonly Offer[], tx?: Tx): Promise<ReadonlySet<string>> {
    const productIds = offers.flatMap(({ product }) => (product ? [product.id] : []));
    return this.entitlements.ownedProductIds(prospect.userId, productIds, tx);
  }

  private async findLiving(prospect: Prospect, tx?: Tx): Promise<LivingPlan | undefined> {
    const subscription = prospect.groupId === null ? undefined : await this.planQuotes.findLiving(prospect.groupId, tx);
    if (!subscription) return undefined;
    const { provider, priceId } = subscription;
    const plan = (await this.catalog.findPlansByPrices(provider, [priceId], tx)).get(priceId);
    return { subscription, plan };
  }
}

/** Whether the merchant sells it at all. */
export const isSold = ({ isActive, product, plan }: Offer): boolean =>
  isActive && product?.isActive !== false && plan?.isOffered !== false;

/** Where something is to be sold, and to whom. */
type Place = Prospect & { readonly sellsOwnProducts: boolean };

function toOneTime(place: Place, offer: Offer): ShownOffer | undefined {
  const price = computeOfferPrice(offer, place);
  return price && { offer, price, sells: 'one_time', upgrade: null };
}

/** A plan changes the group's living subscription, at once and in its currency; without one it starts one. */
function toPlan(place: Place, offer: Offer, living: LivingPlan | undefined): ShownOffer | undefined {
  if (place.groupId === null) return undefined;
  if (!living) {
    const price = computeOfferPrice(offer, place);
    return price && { offer, price, sells: 'start_plan', upgrade: null };
  }
  const { subscription, plan } = living;
  if (!plan || !isChangeable(subscription, place) || subscription.planId === offer.plan?.id) return undefined;
  const price = computeOfferPrice(offer, { ...place, currency: plan.currency });
  return price && { offer, price, sells: 'upgrade_plan', upgrade: { subscription, plan } };
}

/** The customer's own, and nothing else is about to happen to it: who pays is who agrees. */
const isChangeable = (subscription: LivingSubscription, prospect: Prospect): boolean =>
  subscription.status === 'active' &&
  subscription.provider === prospect.provider &&
  subscription.userId === prospect.userId &&
  !subscription.hasScheduledChange &&
  !subscription.isEnding;
