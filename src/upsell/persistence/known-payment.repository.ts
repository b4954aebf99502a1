import { Injectable } from '@nestjs/common';
import type { ProviderName } from '../../billing-providers/index.js';
import { Database } from '../../common/database/index.js';
import type { DisputeStatus, SaleItemStatus } from '../domain/sale-item.js';

/** What was bought by a payment. Amounts in minor units of `currency`. */
export interface KnownPayment {
  readonly paymentId: string;
  readonly itemUuid: string;
  readonly status: SaleItemStatus;
  readonly amount: number;
  readonly currency: string;
  readonly refundedAmount: number;
  /** By the provider's dispute id. */
  readonly disputes: Readonly<Record<string, DisputeStatus>>;
}

@Injectable()
export class KnownPaymentRepository {
  constructor(private readonly database: Database) {}

  /** What was paid by one of these payments. */
  find(provider: ProviderName, paymentIds: readonly string[]): Promise<readonly KnownPayment[]> {
    return this.database.query<KnownPayment>(
      `SELECT item.provider_payment_id AS "paymentId", item.uuid AS "itemUuid", item.status, item.amount::float8 AS amount,
         item.currency, item.refunded_amount::float8 AS "refundedAmount", item.disputes
       FROM sale_items item JOIN sales sale ON sale.id = item.sale_id
       WHERE item.provider_payment_id = ANY ($2::text[]) AND sale.payment_provider = $1`,
      [provider, paymentIds],
    );
  }
}
