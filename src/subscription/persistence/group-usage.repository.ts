import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { Usage } from '../domain/plan-limits.js';

@Injectable()
export class GroupUsageRepository {
  constructor(private readonly database: Database) {}

  /** @param groupId our id @returns what was reported last; nothing where nothing was */
  async find(groupId: string, tx?: Tx): Promise<Usage> {
    const [row] = await (tx ?? this.database).query<{ usage: Usage }>(
      'SELECT usage FROM group_usages WHERE group_id = $1',
      [groupId],
    );
    return row?.usage ?? {};
  }

  /** All of what the group uses: what is not named any more is not known any more. */
  async replace(tx: Tx, groupId: string, usage: Usage, reportedAt: Date): Promise<void> {
    await tx.query(
      `INSERT INTO group_usages (group_id, usage, reported_at) VALUES ($1, $2::jsonb, $3)
       ON CONFLICT ON CONSTRAINT group_usages_pkey
         DO UPDATE SET usage = excluded.usage, reported_at = excluded.reported_at`,
      [groupId, JSON.stringify(usage), reportedAt],
    );
  }
}
