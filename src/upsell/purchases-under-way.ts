import { Injectable } from '@nestjs/common';
import { CatalogService, type Offer } from '../catalog/index.js';
import type { Tx } from '../common/database/index.js';
import { sellsTheSame } from './domain/cross-sell.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';

/** For whom something is being bought: the user, and for a plan also everybody of the group. */
export interface Buyer {
  readonly userId: string;
  readonly groupId: string | null;
}

/** What is being paid for and not owned yet, in funnels and by cross-sells alike. */
@Injectable()
export class PurchasesUnderWay {
  constructor(
    private readonly catalog: CatalogService,
    private readonly items: SaleItemRepository,
  ) {}

  /**
   * Whether the same product, or any plan where the offer is one, is being bought elsewhere: a second tab must not buy it twice.
   *
   * @param exceptSaleId what is under way in this sale does not count; null: none
   */
  async include(tx: Tx, buyer: Buyer, offer: Offer, exceptSaleId: string | null): Promise<boolean> {
    if (offer.plan) return this.items.isPlanUnderWay(tx, buyer, exceptSaleId);
    const ids = await this.items.findPendingOfferIds(tx, buyer.userId, exceptSaleId);
    const pending = ids.length === 0 ? [] : [...(await this.catalog.findOffersByIds(ids, tx)).values()];
    return sellsTheSame(offer, pending);
  }
}
