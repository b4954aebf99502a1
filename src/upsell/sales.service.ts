import { Injectable } from '@nestjs/common';
import { CatalogService, type Offer } from '../catalog/index.js';
import { ApplicationError, checkCursor } from '../common/errors/index.js';
import { IdentityService } from '../identity/index.js';
import type { SaleItem } from './domain/sale-item.js';
import type { Sale } from './domain/sale.js';
import { isOver } from './domain/session.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { SaleRepository, type SaleFilter } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { UpsellLinks } from './upsell-links.js';

/** A sale with what belongs to it. */
export interface WholeSale {
  readonly sale: Sale;
  /** The merchant's ids. */
  readonly userExternalId: string;
  readonly groupExternalId: string | null;
  readonly items: readonly { readonly item: SaleItem; readonly offer: Offer }[];
}

/** Where the storefront sends its customer after a sale. */
export interface NextPages {
  /** Null: nothing is offered, or not any more. */
  readonly upsell: { readonly url: string; readonly expiresAt: Date } | null;
  readonly thankYouUrl: string;
}

/** Sales as the storefront's server and administrators see them. */
@Injectable()
export class SalesService {
  constructor(
    private readonly sales: SaleRepository,
    private readonly items: SaleItemRepository,
    private readonly sessions: SessionRepository,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly links: UpsellLinks,
  ) {}

  /** @throws ApplicationError sale_not_found */
  async get(uuid: string): Promise<WholeSale> {
    const sale = await this.sales.findByUuid(uuid);
    if (!sale) throw new ApplicationError('sale_not_found');
    return this.complete(sale);
  }

  async complete(sale: Sale): Promise<WholeSale> {
    const [whole] = await this.completeAll([sale]);
    return whole!;
  }

  /** Fresh links, each a credential to this one sale. */
  async linkPages({ sale, items, userExternalId }: WholeSale): Promise<NextPages> {
    const main = items.find(({ item }) => item.kind === 'main');
    if (!main) throw new Error(`Sale ${sale.uuid} has no main item.`);
    const ticket = { saleItemUuid: main.item.uuid, userExternalId };
    const { upsell, thankYou } = await this.links.make(main.offer.uuid, ticket);
    const session = await this.sessions.findBySale(sale.id);
    const isOpen = session !== undefined && (!isOver(session) || session.redirectUrl !== null);
    return {
      upsell: isOpen ? { url: upsell, expiresAt: session.expiresAt } : null,
      thankYouUrl: thankYou,
    };
  }

  /** Newest first. @param filter.userExternalId the merchant's id @throws ApplicationError cursor_unknown */
  async list(
    filter: { readonly status?: SaleFilter['status']; readonly userExternalId?: string },
    page: { readonly limit: number; readonly before?: string },
  ): Promise<{ readonly sales: readonly WholeSale[]; readonly hasMore: boolean }> {
    const { status, userExternalId } = filter;
    const user = userExternalId === undefined ? undefined : await this.identity.findUserByExternalId(userExternalId);
    const isNobody = userExternalId !== undefined && !user;
    const wanted = { ...page, limit: page.limit + 1 };
    const found = isNobody ? [] : await this.sales.list({ status, userId: user?.id }, wanted);
    await checkCursor(found, page.before, (uuid) => this.sales.findByUuid(uuid));
    return { sales: await this.completeAll(found.slice(0, page.limit)), hasMore: found.length > page.limit };
  }

  private async completeAll(sales: readonly Sale[]): Promise<WholeSale[]> {
    const users = await this.identity.findUsersByIds(sales.map(({ userId }) => userId));
    const groups = await this.identity.findGroupsByIds(sales.flatMap(({ groupId }) => groupId ?? []));
    const items = await this.items.findOfSales(sales.map(({ id }) => id));
    const offers = await this.catalog.findOffersByIds([...new Set(items.map(({ offerId }) => offerId))]);
    return sales.map((sale) => ({
      sale,
      userExternalId: users.get(sale.userId)!.externalId,
      groupExternalId: sale.groupId === null ? null : groups.get(sale.groupId)!.externalId,
      items: items
        .filter(({ saleId }) => saleId === sale.id)
        .map((item) => ({ item, offer: offers.get(item.offerId)! })),
    }));
  }
}
