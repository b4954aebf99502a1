import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { TriggerKind, UpsellTrigger } from '../domain/upsell-rule.js';
import { selectList, type Columns } from './columns.js';

const TRIGGER_COLUMNS: Columns<keyof UpsellTrigger> = {
  id: 'id',
  uuid: 'uuid',
  userId: 'user_id',
  groupId: 'group_id',
  trigger: 'trigger',
  key: 'key',
  ruleId: 'rule_id',
  offerId: 'offer_id',
  status: 'status',
  returnUrl: 'return_url',
  triggeredAt: 'triggered_at',
  expiresAt: 'expires_at',
};
const SELECT = selectList(TRIGGER_COLUMNS, 'moment');

export type NewTrigger = Omit<UpsellTrigger, 'id' | 'uuid'> & { readonly details: object };

@Injectable()
export class TriggerRepository {
  constructor(private readonly database: Database) {}

  /** Waits for whoever is telling of the same moment. @returns undefined when it is known already */
  async insert(tx: Tx, moment: NewTrigger): Promise<UpsellTrigger | undefined> {
    const rows = await tx.query<UpsellTrigger>(
      `INSERT INTO upsell_triggers AS moment (user_id, group_id, trigger, key, details, rule_id, offer_id, status, return_url,
                                              triggered_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT ON CONSTRAINT upsell_triggers_moment_key DO NOTHING RETURNING ${SELECT}`,
      [
        moment.userId,
        moment.groupId,
        moment.trigger,
        moment.key,
        JSON.stringify(moment.details),
        moment.ruleId,
        moment.offerId,
        moment.status,
        moment.returnUrl,
        moment.triggeredAt,
        moment.expiresAt,
      ],
    );
    return rows[0];
  }

  async findByKey(userId: string, trigger: TriggerKind, key: string, tx?: Tx): Promise<UpsellTrigger | undefined> {
    const rows = await (tx ?? this.database).query<UpsellTrigger>(
      `SELECT ${SELECT} FROM upsell_triggers moment WHERE user_id = $1 AND trigger = $2 AND key = $3`,
      [userId, trigger, key],
    );
    return rows[0];
  }

  /** What is offered to the user at moments of theirs, the newest first. */
  findOpen(userId: string, now: Date): Promise<UpsellTrigger[]> {
    return this.database.query<UpsellTrigger>(
      `SELECT ${SELECT} FROM upsell_triggers moment WHERE user_id = $1 AND status = 'open' AND expires_at > $2
        ORDER BY triggered_at DESC, id DESC`,
      [userId, now],
    );
  }

  /** Offers that are open to the user at some moment. */
  async findOpenOfferIds(tx: Tx, userId: string, now: Date): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ offerId: string }>(
      `SELECT offer_id AS "offerId" FROM upsell_triggers WHERE user_id = $1 AND status = 'open' AND expires_at > $2`,
      [userId, now],
    );
    return new Set(rows.map(({ offerId }) => offerId));
  }

  /** When the user last said yes or no to anything that was offered, at a moment or after a sale; but for this moment. */
  async findLastDecision(userId: string, exceptTriggerId: string): Promise<Date | null> {
    const rows = await this.database.query<{ decidedAt: Date | null }>(
      `SELECT max(decided_at) AS "decidedAt" FROM (
         SELECT decided_at FROM upsell_decisions WHERE user_id = $1
         UNION ALL
         SELECT decided_at FROM upsell_triggers WHERE user_id = $1 AND id <> $2 AND decided_at IS NOT NULL
         UNION ALL
         SELECT decided_at FROM cross_sells WHERE user_id = $1 AND trigger_id IS DISTINCT FROM $2::bigint
       ) decisions`,
      [userId, exceptTriggerId],
    );
    return rows[0]?.decidedAt ?? null;
  }

  async lock(tx: Tx, id: string): Promise<UpsellTrigger> {
    const rows = await tx.query<UpsellTrigger>(
      `SELECT ${SELECT} FROM upsell_triggers moment WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
    if (!rows[0]) throw new Error(`There is no upsell trigger ${id}.`);
    return rows[0];
  }

  /** One that is decided about stays so. */
  async decide(tx: Tx, id: string, status: 'taken' | 'declined', decidedAt: Date): Promise<void> {
    await tx.query(
      `UPDATE upsell_triggers SET status = $2, decided_at = $3, updated_at = now() WHERE id = $1 AND status = 'open'`,
      [id, status, decidedAt],
    );
  }
}
