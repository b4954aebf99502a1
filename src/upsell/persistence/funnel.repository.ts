import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { Funnel, FunnelDraft, FunnelScope } from '../domain/funnel.js';

interface FunnelRow {
  readonly id: string;
  readonly uuid: string;
  readonly offer_id: string | null;
  readonly product_id: string | null;
  readonly draft: FunnelDraft;
  readonly is_killed: boolean;
  readonly published_number: number | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const SELECT_FUNNEL = `
  SELECT funnel.id, funnel.uuid, funnel.offer_id, funnel.product_id, funnel.draft, funnel.is_killed,
         (SELECT version.number FROM upsell_funnel_versions version
           WHERE version.id = funnel.published_version_id) AS published_number,
         funnel.created_at, funnel.updated_at
    FROM upsell_funnels funnel`;

/** Funnels with their drafts and switches, and the switch of everything. */
@Injectable()
export class FunnelRepository {
  constructor(private readonly database: Database) {}

  /** Every funnel, the oldest first. */
  async findAll(): Promise<Funnel[]> {
    return (await this.database.query<FunnelRow>(`${SELECT_FUNNEL} ORDER BY funnel.id`)).map(fromRow);
  }

  /** @param uuid a UUID; anything else is an error of the database */
  async findByUuid(uuid: string): Promise<Funnel | undefined> {
    const rows = await this.database.query<FunnelRow>(`${SELECT_FUNNEL} WHERE funnel.uuid = $1`, [uuid]);
    return rows.map(fromRow)[0];
  }

  async findByScope(scope: FunnelScope, tx?: Tx): Promise<Funnel | undefined> {
    const rows = await (tx ?? this.database).query<FunnelRow>(`${SELECT_FUNNEL} WHERE funnel.${columnOf(scope)} = $1`, [
      scope.id,
    ]);
    return rows.map(fromRow)[0];
  }

  /** Those of the offers that lead into a funnel of their own, which overrides the one of their product. */
  async findOffersWithOwn(offerIds: readonly string[], tx?: Tx): Promise<ReadonlySet<string>> {
    const rows = await (tx ?? this.database).query<{ offer_id: string }>(
      `SELECT offer_id FROM upsell_funnels WHERE offer_id = ANY ($1::bigint[]) AND published_version_id IS NOT NULL`,
      [offerIds],
    );
    return new Set(rows.map((row) => row.offer_id));
  }

  /** Until the transaction ends, nobody else publishes, rolls back or edits this funnel. */
  async lock(tx: Tx, uuid: string): Promise<Funnel | undefined> {
    // Two statements: what the second one reads is what whoever held the lock before has committed.
    await tx.query('SELECT FROM upsell_funnels WHERE uuid = $1 FOR NO KEY UPDATE', [uuid]);
    const rows = await tx.query<FunnelRow>(`${SELECT_FUNNEL} WHERE funnel.uuid = $1`, [uuid]);
    return rows.map(fromRow)[0];
  }

  /** Makes the funnel exist with this draft. What is published stays as it is. */
  async saveDraft(tx: Tx, scope: FunnelScope, draft: FunnelDraft): Promise<void> {
    const column = columnOf(scope);
    await tx.query(
      `INSERT INTO upsell_funnels (${column}, draft) VALUES ($1, $2)
       ON CONFLICT ON CONSTRAINT upsell_funnels_${column}_key DO UPDATE
         SET draft = excluded.draft,
             updated_at = CASE WHEN upsell_funnels.draft = excluded.draft THEN upsell_funnels.updated_at ELSE now() END`,
      [scope.id, JSON.stringify(draft)],
    );
  }

  async updatePublished(tx: Tx, funnelId: string, versionId: string): Promise<void> {
    await tx.query(
      `UPDATE upsell_funnels SET published_version_id = $2, updated_at = now()
        WHERE id = $1 AND published_version_id IS DISTINCT FROM $2`,
      [funnelId, versionId],
    );
  }

  async updateKilled(tx: Tx, funnelId: string, isKilled: boolean): Promise<void> {
    await tx.query(`UPDATE upsell_funnels SET is_killed = $2, updated_at = now() WHERE id = $1 AND is_killed <> $2`, [
      funnelId,
      isKilled,
    ]);
  }

  /** Whether every funnel is killed. */
  async readSwitch(): Promise<boolean> {
    const rows = await this.database.query<{ is_killed: boolean }>('SELECT is_killed FROM upsell_switch');
    return rows[0]!.is_killed;
  }

  async updateSwitch(tx: Tx, isKilled: boolean): Promise<void> {
    await tx.query('UPDATE upsell_switch SET is_killed = $1, updated_at = now() WHERE is_killed <> $1', [isKilled]);
  }
}

const columnOf = ({ level }: FunnelScope): 'offer_id' | 'product_id' => `${level}_id`;

const fromRow = (row: FunnelRow): Funnel => ({
  id: row.id,
  uuid: row.uuid,
  scope: row.offer_id === null ? { level: 'product', id: row.product_id! } : { level: 'offer', id: row.offer_id },
  draft: row.draft,
  isKilled: row.is_killed,
  publishedNumber: row.published_number,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
