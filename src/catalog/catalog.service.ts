import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Tx } from '../common/database/index.js';
import { Config } from '../config/index.js';
import type { PaymentProvider } from '../identity/index.js';
import type { Offer } from './domain/offer.js';
import type { Plan, PlanOfPrice, PlanWithPrices } from './domain/plan.js';
import type { MappedPrice } from './domain/price.js';
import type { Product } from './domain/product.js';
import { OfferCache } from './offer-cache.js';
import { MediaRepository } from './persistence/media.repository.js';
import { OfferRepository } from './persistence/offer.repository.js';
import { PlanRepository, type OfferedPlanFilter } from './persistence/plan.repository.js';
import { PriceRepository } from './persistence/price.repository.js';
import { ProductRepository } from './persistence/product.repository.js';

/** What other modules ask about what is sold. With `tx` the answer is of that transaction. */
@Injectable()
export class CatalogService {
  constructor(
    private readonly config: Config,
    private readonly plans: PlanRepository,
    private readonly prices: PriceRepository,
    private readonly products: ProductRepository,
    private readonly offers: OfferRepository,
    private readonly media: MediaRepository,
    private readonly offerCache: OfferCache,
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

  /** A plan, offered or not. */
  findPlanByCode(code: string, tx: Tx): Promise<Plan | undefined> {
    return this.plans.findByCode(code, tx);
  }

  /** @returns by our id; unknown plans are left out */
  async findPlansByIds(ids: readonly string[], tx?: Tx): Promise<ReadonlyMap<string, Plan>> {
    return new Map((await this.plans.findByIds(ids, tx)).map((plan) => [plan.id, plan]));
  }

  /** What can be bought: offered plans with a price sold now at a provider that is configured, by rank, each with those prices. */
  async listOffered(filter: OfferedPlanFilter = {}): Promise<readonly PlanWithPrices[]> {
    const plans = await this.plans.findOffered(filter);
    const planIds = plans.map((plan) => plan.id);
    const prices = await this.prices.findOfPlans(planIds, 'current');
    const payable = prices.filter(({ provider }) => this.config[provider] !== undefined);
    return withPrices(plans, payable).filter((plan) => plan.prices.length > 0);
  }

  /** An offer, active or not. Undefined also for what is no UUID. */
  async findOfferByUuid(uuid: string, tx?: Tx): Promise<Offer | undefined> {
    return isUUID(uuid) ? this.offers.findByUuid(uuid, tx) : undefined;
  }

  /**
   * Offers, active or not, in one query.
   *
   * @returns by our id; unknown offers are left out
   */
  async findOffersByIds(ids: readonly string[], tx?: Tx): Promise<Map<string, Offer>> {
    return new Map((await this.offers.findByIds(ids, tx)).map((offer) => [offer.id, offer]));
  }

  /**
   * The same, from memory where nothing in the catalogue has changed: a customer waits, and asks again.
   *
   * @param revision `catalog_revision.revision`, read from the database in this very request
   */
  async findOffersAtRevision(revision: string, ids: readonly string[]): Promise<Map<string, Offer>> {
    return new Map((await this.offerCache.find(revision, ids)).map((offer) => [offer.id, offer]));
  }

  /** @returns by code; unknown offers are left out */
  async findOffersByCodes(codes: readonly string[], tx?: Tx): Promise<Map<string, Offer>> {
    return new Map((await this.offers.findByCodes(codes, tx)).map((offer) => [offer.code, offer]));
  }

  /** Every offer that sells the product, active or not, by code. */
  findOffersOfProduct(productId: string, tx?: Tx): Promise<readonly Offer[]> {
    return this.offers.findOfProduct(productId, tx);
  }

  /** The offer that a checkout of the merchant's own has sold: that of the first of its prices that stands for one. */
  findOfferByProviderPrices(
    provider: PaymentProvider,
    priceIds: readonly string[],
    tx?: Tx,
  ): Promise<Offer | undefined> {
    return this.offers.findByProviderPrices(provider, priceIds, tx);
  }

  /** @returns by our id; unknown products are left out */
  async findProductsByIds(ids: readonly string[], tx?: Tx): Promise<Map<string, Product>> {
    return new Map((await this.products.findByIds(ids, tx)).map((product) => [product.id, product]));
  }

  findProductByCode(code: string, tx?: Tx): Promise<Product | undefined> {
    return this.products.findByCode(code, tx);
  }

  /** @returns those of the image paths (`/media/<sha256>`, see `IsImagePath`) that nobody has uploaded */
  findMissingImages(paths: readonly string[], tx?: Tx): Promise<readonly string[]> {
    return this.media.findMissing(paths, tx);
  }
}

/** Gives each plan its own prices. */
export const withPrices = (plans: readonly Plan[], prices: readonly MappedPrice[]): PlanWithPrices[] =>
  plans.map((plan) => ({ ...plan, prices: prices.filter((price) => price.planId === plan.id) }));
