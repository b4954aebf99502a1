import { Injectable } from '@nestjs/common';
import type { PaymentMethodKind, ProviderName } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import type { Language } from '../../config/index.js';
import { saleStatusesBefore, type Sale, type SaleStatus } from '../domain/sale.js';
import { selectList, type Columns } from './columns.js';

export const SALE_COLUMNS: Columns<keyof Sale> = {
  id: 'id',
  uuid: 'uuid',
  provider: 'payment_provider',
  providerPaymentId: 'provider_payment_id',
  providerCheckoutId: 'provider_checkout_id',
  providerCustomerId: 'provider_customer_id',
  userId: 'user_id',
  groupId: 'group_id',
  offerId: 'offer_id',
  amount: 'amount::float8',
  currency: 'currency',
  methodKind: 'method_kind',
  status: 'status',
  source: 'source',
  language: 'language',
  returnUrl: 'return_url',
  paidAt: 'paid_at',
  closedAt: 'closed_at',
  createdAt: 'created_at',
};
const SELECT = selectList(SALE_COLUMNS, 'sale');

export type NewSale = Omit<Sale, 'id' | 'uuid' | 'status' | 'closedAt' | 'createdAt'>;

/** What a later teller may know better. Undefined: it says nothing. */
export interface SaleAddition {
  readonly methodKind?: PaymentMethodKind;
  readonly language?: Language;
  readonly returnUrl?: string;
  readonly groupId?: string;
  readonly checkoutId?: string;
  readonly customerId?: string;
}

export interface SaleFilter {
  readonly status?: SaleStatus;
  readonly userId?: string;
}

@Injectable()
export class SaleRepository {
  constructor(private readonly database: Database) {}

  /** Waits for whoever is inserting the same payment. @returns undefined when the payment is a sale already */
  async insert(tx: Tx, sale: NewSale): Promise<Sale | undefined> {
    const rows = await tx.query<Sale>(
      `INSERT INTO sales AS sale (payment_provider, provider_payment_id, provider_checkout_id, provider_customer_id, user_id,
                          group_id, offer_id, amount, currency, method_kind, source, language, return_url, paid_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       ON CONFLICT (payment_provider, provider_payment_id) DO NOTHING RETURNING ${SELECT}`,
      [
        sale.provider,
        sale.providerPaymentId,
        sale.providerCheckoutId,
        sale.providerCustomerId,
        sale.userId,
        sale.groupId,
        sale.offerId,
        sale.amount,
        sale.currency,
        sale.methodKind,
        sale.source,
        sale.language,
        sale.returnUrl,
        sale.paidAt,
      ],
    );
    return rows[0];
  }

  async findByPayment(provider: ProviderName, paymentId: string, tx?: Tx): Promise<Sale | undefined> {
    const rows = await (tx ?? this.database).query<Sale>(
      `SELECT ${SELECT} FROM sales sale WHERE payment_provider = $1 AND provider_payment_id = $2`,
      [provider, paymentId],
    );
    return rows[0];
  }

  async findById(id: string, tx?: Tx): Promise<Sale | undefined> {
    const rows = await (tx ?? this.database).query<Sale>(`SELECT ${SELECT} FROM sales sale WHERE id = $1`, [id]);
    return rows[0];
  }

  async findByUuid(uuid: string): Promise<Sale | undefined> {
    const rows = await this.database.query<Sale>(`SELECT ${SELECT} FROM sales sale WHERE uuid = $1`, [uuid]);
    return rows[0];
  }

  /** The sale of a session is locked after the session. */
  async lock(tx: Tx, id: string): Promise<Sale> {
    const rows = await tx.query<Sale>(`SELECT ${SELECT} FROM sales sale WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    if (!rows[0]) throw new Error(`There is no sale ${id}.`);
    return rows[0];
  }

  /** How it was paid is corrected; what else was not known is filled in, and what was known stays. */
  async complete(tx: Tx, id: string, addition: SaleAddition): Promise<Sale> {
    const rows = await tx.query<Sale>(
      `UPDATE sales AS sale SET method_kind = coalesce($2, method_kind), language = coalesce(language, $3),
         return_url = coalesce(return_url, $4), group_id = coalesce(group_id, $5),
         provider_checkout_id = coalesce(provider_checkout_id, $6),
         provider_customer_id = coalesce(provider_customer_id, $7), updated_at = now()
       WHERE id = $1 RETURNING ${SELECT}`,
      [
        id,
        addition.methodKind ?? null,
        addition.language ?? null,
        addition.returnUrl ?? null,
        addition.groupId ?? null,
        addition.checkoutId ?? null,
        addition.customerId ?? null,
      ],
    );
    return rows[0]!;
  }

  /** @returns undefined when it is in a status that does not lead there */
  async move(tx: Tx, id: string, to: SaleStatus): Promise<Sale | undefined> {
    const rows = await tx.query<Sale>(
      `UPDATE sales AS sale SET status = $2, updated_at = now() WHERE id = $1 AND status = ANY ($3::text[])
       RETURNING ${SELECT}`,
      [id, to, saleStatusesBefore(to)],
    );
    return rows[0];
  }

  /** @returns undefined when it is closed already */
  async close(tx: Tx, id: string, closedAt: Date): Promise<Sale | undefined> {
    const rows = await tx.query<Sale>(
      `UPDATE sales AS sale SET closed_at = $2, updated_at = now() WHERE id = $1 AND closed_at IS NULL RETURNING ${SELECT}`,
      [id, closedAt],
    );
    return rows[0];
  }

  /** Newest first. @param page `before`: only sales older than this one (uuid) */
  list(filter: SaleFilter, page: { readonly limit: number; readonly before?: string }): Promise<Sale[]> {
    return this.database.query<Sale>(
      `SELECT ${SELECT} FROM sales sale
        WHERE ($1::uuid IS NULL OR id < (SELECT id FROM sales WHERE uuid = $1)) AND ($2::text IS NULL OR status = $2)
          AND ($3::bigint IS NULL OR user_id = $3)
        ORDER BY id DESC LIMIT $4`,
      [page.before ?? null, filter.status ?? null, filter.userId ?? null, page.limit],
    );
  }
}
