import { Injectable } from '@nestjs/common';
import { CatalogService, type Offer } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { IdentityService } from '../identity/index.js';
import { MerchantWebhooks, type MerchantEventType } from '../notification/index.js';
import { toItemData, toSaleData, toUpsellData, type OfferNames } from './domain/merchant-data.js';
import type { SaleItem } from './domain/sale-item.js';
import type { Sale } from './domain/sale.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';

type ItemEventType = Extract<MerchantEventType, `upsell.${string}` | 'sale.refunded'>;
type SaleEventType = Exclude<Extract<MerchantEventType, `sale.${string}`>, ItemEventType>;

/** Tells the merchant's back end about sales and upsells, in the transaction that makes it so. */
@Injectable()
export class MerchantMessages {
  constructor(
    private readonly webhooks: MerchantWebhooks,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly items: SaleItemRepository,
    private readonly clock: Clock,
  ) {}

  /** Each type once for a sale. */
  async sale(tx: Tx, type: SaleEventType, sale: Sale): Promise<void> {
    const items = await this.items.findOfSales([sale.id], tx);
    const offers = await this.catalog.findOffersByIds([...new Set(items.map(({ offerId }) => offerId))], tx);
    const data = toSaleData(sale, {
      userId: await this.findUser(tx, sale.userId),
      groupId: await this.findGroup(tx, sale),
      items: items.map((item) => toItemData(item, toNames(offers.get(item.offerId)))),
    });
    await this.publish(tx, `${type}:${sale.uuid}`, type, data);
  }

  /** @param suffix tells several of one item apart, such as refunds */
  async item(
    tx: Tx,
    type: ItemEventType,
    { sale, item }: { readonly sale: Sale; readonly item: SaleItem },
    { suffix, ...details }: { readonly suffix?: string } & Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const offer = (await this.catalog.findOffersByIds([item.offerId], tx)).get(item.offerId);
    const userId = await this.findUser(tx, sale.userId);
    const data = { ...toUpsellData(sale, userId, toItemData(item, toNames(offer))), ...details };
    const id = suffix === undefined ? `${type}:${item.uuid}` : `${type}:${item.uuid}:${suffix}`;
    await this.publish(tx, id, type, data);
  }

  /** A whole step was declined: there is no item. */
  async declined(
    tx: Tx,
    sale: Sale,
    step: { readonly sessionUuid: string; readonly stepUuid: string; readonly offerIds: readonly string[] },
  ): Promise<void> {
    const offers = await this.catalog.findOffersByIds(step.offerIds, tx);
    await this.publish(tx, `upsell.declined:${step.sessionUuid}:${step.stepUuid}`, 'upsell.declined', {
      sale_id: sale.uuid,
      user_id: await this.findUser(tx, sale.userId),
      step_id: step.stepUuid,
      offers: step.offerIds.map((id) => toNames(offers.get(id))),
    });
  }

  private publish(tx: Tx, id: string, type: MerchantEventType, data: object): Promise<void> {
    return this.webhooks.publish(tx, { id, type, occurredAt: this.clock.now(), data });
  }

  private async findUser(tx: Tx, userId: string): Promise<string> {
    const user = await this.identity.findUserById(userId, tx);
    if (!user) throw new Error(`There is no user ${userId}.`);
    return user.externalId;
  }

  private async findGroup(tx: Tx, sale: Sale): Promise<string | null> {
    if (sale.groupId === null) return null;
    return (await this.identity.findGroupsByIds([sale.groupId], tx)).get(sale.groupId)!.externalId;
  }
}

const toNames = (offer: Offer | undefined): OfferNames => {
  if (!offer) throw new Error('A sale names an offer that is not there.');
  return {
    offer_id: offer.uuid,
    offer_code: offer.code,
    product_code: offer.product?.code ?? null,
    plan_code: offer.plan?.code ?? null,
  };
};
