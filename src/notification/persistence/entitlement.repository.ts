import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import { statusesBefore, type EntitlementStatus } from '../domain/entitlement.js';

/** What a customer has been given; ids of rows are strings, times UTC. */
export interface Entitlement {
  readonly id: string;
  readonly uuid: string;
  readonly userId: string;
  readonly productId: string;
  /** Uuid of the sale item that paid for it. */
  readonly source: string;
  readonly status: EntitlementStatus;
  readonly reason: string | null;
  /** How often its status was written. */
  readonly changes: number;
  readonly grantedAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `id, uuid, user_id AS "userId", product_id AS "productId", source, status, reason, changes,
  created_at AS "grantedAt", updated_at AS "updatedAt"`;

@Injectable()
export class EntitlementRepository {
  constructor(private readonly database: Database) {}

  /** @returns undefined when there is one of this source already, whatever became of it */
  async insert(
    tx: Tx,
    grant: { readonly userId: string; readonly productId: string; readonly source: string; readonly grantedAt: Date },
  ): Promise<Entitlement | undefined> {
    const [row] = await tx.query<Entitlement>(
      `INSERT INTO entitlements (user_id, product_id, source, status, created_at) VALUES ($1, $2, $3, 'granted', $4)
       ON CONFLICT ON CONSTRAINT entitlements_source_key DO NOTHING RETURNING ${COLUMNS}`,
      [grant.userId, grant.productId, grant.source, grant.grantedAt],
    );
    return row;
  }

  /** @returns undefined when there is none of this source, or it is in a status that does not lead there */
  async move(tx: Tx, source: string, to: EntitlementStatus, reason: string | null): Promise<Entitlement | undefined> {
    const [row] = await tx.query<Entitlement>(
      `UPDATE entitlements SET status = $2, reason = $3, changes = changes + 1, updated_at = now()
       WHERE source = $1 AND status = ANY ($4::text[]) RETURNING ${COLUMNS}`,
      [source, to, reason, statusesBefore(to)],
    );
    return row;
  }

  /** Newest first. */
  findOfUser(userId: string, tx?: Tx): Promise<Entitlement[]> {
    return (tx ?? this.database).query<Entitlement>(
      `SELECT ${COLUMNS} FROM entitlements WHERE user_id = $1 ORDER BY id DESC`,
      [userId],
    );
  }

  /** @returns those of the products that the user has in one of these statuses */
  async findProductIds(
    userId: string,
    productIds: readonly string[],
    statuses: readonly EntitlementStatus[],
    tx?: Tx,
  ): Promise<ReadonlySet<string>> {
    const rows = await (tx ?? this.database).query<{ productId: string }>(
      `SELECT DISTINCT product_id AS "productId" FROM entitlements
       WHERE user_id = $1 AND product_id = ANY ($2::bigint[]) AND status = ANY ($3::text[])`,
      [userId, productIds, statuses],
    );
    return new Set(rows.map(({ productId }) => productId));
  }
}
