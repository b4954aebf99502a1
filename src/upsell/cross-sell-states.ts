import { Injectable } from '@nestjs/common';
import { CatalogService, type Offer } from '../catalog/index.js';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import type { CrossSell } from './domain/cross-sell.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import { SaleRepository } from './persistence/sale.repository.js';
import { SalesService, type WholeSale } from './sales.service.js';

/** A cross-sell with what belongs to it. */
export interface CrossSellState {
  readonly crossSell: CrossSell;
  readonly attempt: ChargeAttempt;
  readonly offer: Offer;
  /** Once it is paid. */
  readonly sale: WholeSale | undefined;
}

/** How cross-sells stand. */
@Injectable()
export class CrossSellStates {
  constructor(
    private readonly catalog: CatalogService,
    private readonly charging: ChargingService,
    private readonly crossSells: CrossSellRepository,
    private readonly sales: SaleRepository,
    private readonly wholeSales: SalesService,
  ) {}

  async load(crossSell: CrossSell): Promise<CrossSellState> {
    const { chargeAttemptId } = crossSell;
    const attempt = chargeAttemptId === null ? undefined : await this.charging.findById(chargeAttemptId);
    const offer = (await this.catalog.findOffersByIds([crossSell.offerId])).get(crossSell.offerId);
    if (!attempt || !offer) throw new Error(`Cross-sell ${crossSell.uuid} has no attempt or no offer.`);
    const sale = crossSell.saleId === null ? undefined : await this.sales.findById(crossSell.saleId);
    return { crossSell, attempt, offer, sale: sale && (await this.wholeSales.complete(sale)) };
  }

  /** As it stands since. */
  async reload({ uuid, userId }: CrossSell): Promise<CrossSellState> {
    const crossSell = await this.crossSells.findOfUser(userId, uuid);
    if (!crossSell) throw new Error(`Cross-sell ${uuid} is gone.`);
    return this.load(crossSell);
  }
}
