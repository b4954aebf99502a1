import { Injectable } from '@nestjs/common';
import type { ProviderName } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import { saleItemStatusesBefore, type SaleItem, type SaleItemStatus } from '../domain/sale-item.js';
import { selectList, type Columns } from './columns.js';

const SALE_ITEM_COLUMNS: Columns<keyof SaleItem> = {
  id: 'id',
  uuid: 'uuid',
  saleId: 'sale_id',
  kind: 'kind',
  offerId: 'offer_id',
  stepPosition: 'step_position',
  name: 'name',
  amount: 'amount::float8',
  currency: 'currency',
  status: 'status',
  refundedAmount: 'refunded_amount::float8',
  providerPaymentId: 'provider_payment_id',
  planQuoteId: 'plan_quote_id',
  disputes: 'disputes',
  paidAt: 'paid_at',
  createdAt: 'created_at',
};
const SELECT = selectList(SALE_ITEM_COLUMNS, 'item');

export type NewSaleItem = Omit<SaleItem, 'id' | 'uuid' | 'refundedAmount' | 'disputes' | 'createdAt'>;

/** What a payment adds to an item. */
export interface Paid {
  /** Minor units of `currency`; what the provider says. */
  readonly amount: number;
  readonly currency: string;
  readonly providerPaymentId: string | null;
  readonly paidAt: Date;
}

@Injectable()
export class SaleItemRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, item: NewSaleItem): Promise<SaleItem> {
    const rows = await tx.query<SaleItem>(
      `INSERT INTO sale_items AS item (sale_id, kind, offer_id, step_position, name, amount, currency, status,
                               provider_payment_id, plan_quote_id, paid_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${SELECT}`,
      [
        item.saleId,
        item.kind,
        item.offerId,
        item.stepPosition,
        item.name,
        item.amount,
        item.currency,
        item.status,
        item.providerPaymentId,
        item.planQuoteId,
        item.paidAt,
      ],
    );
    return rows[0]!;
  }

  async findById(id: string, tx?: Tx): Promise<SaleItem | undefined> {
    const rows = await (tx ?? this.database).query<SaleItem>(`SELECT ${SELECT} FROM sale_items item WHERE id = $1`, [
      id,
    ]);
    return rows[0];
  }

  async findByUuid(uuid: string): Promise<SaleItem | undefined> {
    const rows = await this.database.query<SaleItem>(`SELECT ${SELECT} FROM sale_items item WHERE uuid = $1`, [uuid]);
    return rows[0];
  }

  async findByPayment(provider: ProviderName, paymentId: string, tx: Tx): Promise<SaleItem | undefined> {
    const rows = await tx.query<SaleItem>(
      `SELECT ${SELECT} FROM sale_items item JOIN sales sale ON sale.id = item.sale_id
        WHERE item.provider_payment_id = $2 AND sale.payment_provider = $1 ORDER BY item.id LIMIT 1`,
      [provider, paymentId],
    );
    return rows[0];
  }

  /** What was bought first. */
  async findMain(tx: Tx, saleId: string): Promise<SaleItem> {
    const rows = await tx.query<SaleItem>(
      `SELECT ${SELECT} FROM sale_items item WHERE sale_id = $1 AND kind = 'main'`,
      [saleId],
    );
    if (!rows[0]) throw new Error(`Sale ${saleId} has no main item.`);
    return rows[0];
  }

  /** The items of each sale, in the order in which they were bought. */
  findOfSales(saleIds: readonly string[], tx?: Tx): Promise<SaleItem[]> {
    return (tx ?? this.database).query<SaleItem>(
      `SELECT ${SELECT} FROM sale_items item WHERE sale_id = ANY ($1::bigint[]) ORDER BY id`,
      [saleIds],
    );
  }

  /** Offers that the user is paying for just now: by cross-sells, and in any sale but this one. @param exceptSaleId null: none */
  async findPendingOfferIds(tx: Tx, userId: string, exceptSaleId: string | null): Promise<readonly string[]> {
    const rows = await tx.query<{ offerId: string }>(
      `SELECT item.offer_id AS "offerId" FROM sale_items item JOIN sales sale ON sale.id = item.sale_id
        WHERE sale.user_id = $1 AND sale.id IS DISTINCT FROM $2::bigint AND item.status = 'pending'
       UNION ALL
       SELECT offer_id FROM cross_sells WHERE user_id = $1 AND status = 'pending'`,
      [userId, exceptSaleId],
    );
    return rows.map(({ offerId }) => offerId);
  }

  /**
   * Whether a plan is being paid for by the user, or for the group by any of its people; or is paid for, and its subscription
   * has not been told of yet.
   *
   * @param exceptSaleId what is under way in this sale does not count; null: none
   */
  async isPlanUnderWay(
    tx: Tx,
    { userId, groupId }: { readonly userId: string; readonly groupId: string | null },
    exceptSaleId: string | null,
  ): Promise<boolean> {
    const rows = await tx.query(
      `WITH buyers AS (SELECT $1::bigint AS id UNION SELECT user_id FROM group_members WHERE group_id = $2::bigint),
            purchases AS (
         SELECT sale.user_id, sale.group_id, item.offer_id, attempt.status, attempt.payment_provider,
                attempt.provider_references ->> 'subscriptionId' AS subscription_id,
                item.status = 'pending' AND sale.id IS DISTINCT FROM $3::bigint AS is_pending
           FROM sales sale JOIN sale_items item ON item.sale_id = sale.id AND item.kind = 'upsell'
           JOIN charge_attempts attempt ON attempt.purpose = 'upsell' AND attempt.subject_id = item.id
          WHERE sale.user_id IN (SELECT id FROM buyers)
         UNION ALL
         SELECT bought.user_id, bought.group_id, bought.offer_id, attempt.status, attempt.payment_provider,
                attempt.provider_references ->> 'subscriptionId', bought.status = 'pending'
           FROM cross_sells bought JOIN charge_attempts attempt ON attempt.id = bought.charge_attempt_id
          WHERE bought.user_id IN (SELECT id FROM buyers))
       SELECT 1 FROM purchases JOIN offers offer ON offer.id = purchases.offer_id AND offer.package_plan_id IS NOT NULL
        WHERE (purchases.user_id = $1 OR purchases.group_id = $2::bigint)
          AND (is_pending OR (purchases.status = 'succeeded' AND subscription_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM subscriptions subscription
             WHERE subscription.payment_provider = purchases.payment_provider
               AND subscription.payment_provider_subscription_id = purchases.subscription_id)))
        LIMIT 1`,
      [userId, groupId, exceptSaleId],
    );
    return rows.length > 0;
  }

  /** @returns undefined when it is in a status that does not lead there */
  async move(tx: Tx, id: string, to: SaleItemStatus, paid?: Paid): Promise<SaleItem | undefined> {
    const rows = await tx.query<SaleItem>(
      `UPDATE sale_items AS item SET status = $2, amount = coalesce($3, amount),
         currency = coalesce($4, currency), provider_payment_id = coalesce($5, provider_payment_id),
         paid_at = coalesce($6, paid_at), updated_at = now()
       WHERE id = $1 AND status = ANY ($7::text[]) RETURNING ${SELECT}`,
      [
        id,
        to,
        paid?.amount ?? null,
        paid?.currency ?? null,
        paid?.providerPaymentId ?? null,
        paid?.paidAt ?? null,
        saleItemStatusesBefore(to),
      ],
    );
    return rows[0];
  }

  /** @param refundedAmount minor units, all refunds together */
  async setRefunded(tx: Tx, id: string, refundedAmount: number): Promise<void> {
    await tx.query(`UPDATE sale_items SET refunded_amount = $2, updated_at = now() WHERE id = $1`, [
      id,
      refundedAmount,
    ]);
  }

  async setDisputes(tx: Tx, id: string, disputes: SaleItem['disputes']): Promise<void> {
    await tx.query(`UPDATE sale_items SET disputes = $2, updated_at = now() WHERE id = $1`, [
      id,
      JSON.stringify(disputes),
    ]);
  }

  /** Locked after its session and its sale. */
  async lock(tx: Tx, id: string): Promise<SaleItem> {
    const rows = await tx.query<SaleItem>(`SELECT ${SELECT} FROM sale_items item WHERE id = $1 FOR NO KEY UPDATE`, [
      id,
    ]);
    if (!rows[0]) throw new Error(`There is no sale item ${id}.`);
    return rows[0];
  }
}
