import { Injectable } from '@nestjs/common';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { findOfferProblems, type OfferDraft } from './domain/offer-rules.js';
import { findSoldPrices, type Offer, type OfferProviderPrice } from './domain/offer.js';
import { MediaService } from './media.service.js';
import { OfferPriceRepository } from './persistence/offer-price.repository.js';
import { OfferRepository, type OfferSubject } from './persistence/offer.repository.js';
import { PlanRepository } from './persistence/plan.repository.js';
import { ProductRepository } from './persistence/product.repository.js';

export interface OfferWithPrices {
  readonly offer: Offer;
  /** In the order in which they were last listed: of each provider's, the last is the one that is sold. */
  readonly providerPrices: readonly OfferProviderPrice[];
}

/** Offers, as administrators keep them. */
@Injectable()
export class OffersService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly offers: OfferRepository,
    private readonly prices: OfferPriceRepository,
    private readonly products: ProductRepository,
    private readonly plans: PlanRepository,
    private readonly media: MediaService,
  ) {}

  async list(): Promise<readonly OfferWithPrices[]> {
    const offers = await this.offers.findAll();
    const byOffer = await this.prices.findOfOffers(offers.map((offer) => offer.id));
    return offers.map((offer) => ({ offer, providerPrices: byOffer.get(offer.id) ?? [] }));
  }

  /** @throws ApplicationError offer_not_found */
  async get(code: string, tx?: Tx): Promise<OfferWithPrices> {
    const [offer] = await this.offers.findByCodes([code], tx);
    if (!offer) throw new ApplicationError('offer_not_found');
    return { offer, providerPrices: (await this.prices.findOfOffers([offer.id], tx)).get(offer.id) ?? [] };
  }

  /**
   * Makes the offer exist as told. Provider prices are only ever added; of each provider's, the last listed is sold from now on.
   *
   * @throws ApplicationError validation_failed, product_not_found, plan_not_found, offer_immutable, price_taken
   */
  async upsert(draft: OfferDraft): Promise<OfferWithPrices> {
    const problems = findOfferProblems(draft);
    if (problems.length > 0) throw new ApplicationError('validation_failed', { fields: problems });
    return this.unitOfWork.run(async (tx) => {
      await this.media.requireImage(draft.image, tx);
      const offerId = await this.offers.upsert(tx, draft, await this.findSubject(tx, draft));
      // Sales and funnels point at the offer: what it sells must stay what they meant.
      if (offerId === undefined) throw new ApplicationError('offer_immutable');
      await this.mapPrices(tx, offerId, draft.providerPrices);
      return this.get(draft.code, tx);
    });
  }

  /** @throws ApplicationError offer_not_found; in_use while a funnel or a sale refers to it */
  delete(code: string): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      const outcome = await this.offers.delete(tx, code);
      if (outcome === 'in_use') throw new ApplicationError('in_use');
      if (outcome === 'not_found') throw new ApplicationError('offer_not_found');
    });
  }

  private async findSubject(tx: Tx, draft: OfferDraft): Promise<OfferSubject> {
    if (draft.productCode !== null) {
      const product = await this.products.findByCode(draft.productCode, tx);
      if (!product) throw new ApplicationError('product_not_found');
      return { kind: 'one_time', productId: product.id, planId: null };
    }
    const plan = await this.plans.findByCode(draft.planCode ?? '', tx);
    if (!plan) throw new ApplicationError('plan_not_found');
    return { kind: 'plan', productId: null, planId: plan.id };
  }

  private async mapPrices(tx: Tx, offerId: string, prices: readonly OfferProviderPrice[]): Promise<void> {
    const taken = await this.prices.insert(tx, offerId, prices);
    if (taken.length > 0) {
      throw new ApplicationError('price_taken', { detail: `Mapped to another offer: ${taken.join(', ')}.` });
    }
    await this.prices.updateSold(tx, offerId, findSoldPrices(prices));
  }
}
