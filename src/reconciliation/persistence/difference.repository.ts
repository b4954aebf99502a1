import { Injectable } from '@nestjs/common';
import type { MoneyFact, ProviderName } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import type { Difference, DifferenceAction, DifferenceStatus, DifferenceType } from '../domain/difference.js';

export interface NewDifference {
  readonly type: DifferenceType;
  readonly action: DifferenceAction;
  readonly providerId: string;
  readonly ourId: string | null;
  readonly ours: object | null;
  readonly theirs: object | null;
  readonly fact: MoneyFact | null;
  readonly fingerprint: string;
  readonly note: string | null;
}

export interface DifferenceFilter {
  readonly status?: DifferenceStatus;
  readonly type?: DifferenceType;
  readonly action?: DifferenceAction;
}

/** How many of a kind a run found. */
export interface DifferenceCount {
  readonly type: DifferenceType;
  readonly action: DifferenceAction;
  readonly status: DifferenceStatus;
  readonly count: number;
}

export interface Settlement {
  readonly status: Exclude<DifferenceStatus, 'found'>;
  readonly note: string | null;
  readonly settledBy: string;
}

const COLUMNS = `d.id, d.uuid, d.run_id AS "runId", d.payment_provider AS provider, d.type, d.action, d.status,
  d.provider_id AS "providerId", d.our_id AS "ourId", d.ours, d.theirs, d.fact, d.fingerprint, d.note,
  d.settled_by AS "settledBy", d.created_at AS "createdAt", d.settled_at AS "settledAt"`;

@Injectable()
export class DifferenceRepository {
  constructor(private readonly database: Database) {}

  /** Adds what was found; what the run has found already stays as it is. */
  async insert(
    tx: Tx,
    run: { readonly id: string; readonly provider: ProviderName },
    found: readonly NewDifference[],
  ): Promise<void> {
    if (found.length === 0) return;
    await tx.query(
      `INSERT INTO reconciliation_differences (run_id, payment_provider, type, action, provider_id, our_id, ours, theirs, fact,
         fingerprint, note)
       SELECT $1, $2, type, action, "providerId", "ourId", ours, theirs, fact, fingerprint, note
       FROM jsonb_to_recordset($3::jsonb) AS new (type text, action text, "providerId" text, "ourId" text, ours jsonb,
         theirs jsonb, fact jsonb, fingerprint text, note text)
       ON CONFLICT ON CONSTRAINT reconciliation_differences_subject_key DO NOTHING`,
      [run.id, run.provider, JSON.stringify(found)],
    );
  }

  /** What became of the same differences in earlier runs, newest last; of those that were applied, the last days alone. */
  findEarlier(
    provider: ProviderName,
    fingerprints: readonly string[],
  ): Promise<readonly { readonly fingerprint: string; readonly status: DifferenceStatus }[]> {
    return this.database.query(
      `SELECT fingerprint, status FROM reconciliation_differences
       WHERE payment_provider = $1 AND fingerprint = ANY ($2::text[])
         AND (status IN ('open', 'dismissed') OR status = 'applied' AND settled_at > now() - interval '3 days')
       ORDER BY id`,
      [provider, fingerprints],
    );
  }

  /** The first that a run has found and has not settled, which nobody needs to be asked about. */
  async findNext(runId: string, afterId: string | null): Promise<Difference | undefined> {
    const [row] = await this.database.query<Difference>(
      `SELECT ${COLUMNS} FROM reconciliation_differences d
       WHERE run_id = $1 AND status = 'found' AND action <> 'ask' AND id > coalesce($2::bigint, 0) ORDER BY id LIMIT 1`,
      [runId, afterId],
    );
    return row;
  }

  async find(uuid: string): Promise<Difference | undefined> {
    const [row] = await this.database.query<Difference>(
      `SELECT ${COLUMNS} FROM reconciliation_differences d WHERE uuid = $1`,
      [uuid],
    );
    return row;
  }

  async findOfRun(runId: string, uuid: string): Promise<Difference | undefined> {
    const difference = await this.find(uuid);
    return difference?.runId === runId ? difference : undefined;
  }

  /** Newest last, as they were found. @param page `after`: only those found after this one (uuid) */
  list(
    runId: string,
    filter: DifferenceFilter,
    { limit, after }: { readonly limit: number; readonly after?: string },
  ): Promise<readonly Difference[]> {
    return this.database.query<Difference>(
      `SELECT ${COLUMNS} FROM reconciliation_differences d
       WHERE run_id = $1 AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR type = $4)
         AND ($5::text IS NULL OR action = $5)
         AND ($6::uuid IS NULL OR id > (SELECT id FROM reconciliation_differences WHERE uuid = $6 AND run_id = $1))
       ORDER BY id LIMIT $2`,
      [runId, limit, filter.status ?? null, filter.type ?? null, filter.action ?? null, after ?? null],
    );
  }

  count(runIds: readonly string[]): Promise<readonly (DifferenceCount & { readonly runId: string })[]> {
    return this.database.query(
      `SELECT run_id AS "runId", type, action, status, count(*)::int AS count FROM reconciliation_differences
       WHERE run_id = ANY ($1::bigint[]) GROUP BY run_id, type, action, status ORDER BY run_id, type, action, status`,
      [runIds],
    );
  }

  /** @returns undefined when somebody has settled it since */
  async settle(tx: Tx, id: string, { status, note, settledBy }: Settlement): Promise<Difference | undefined> {
    const [row] = await tx.query<Difference>(
      `UPDATE reconciliation_differences d
       SET status = $2, note = coalesce($3, note), settled_by = $4, settled_at = CASE WHEN $2 <> 'open' THEN now() END
       WHERE id = $1 AND status IN ('found', 'open') RETURNING ${COLUMNS}`,
      [id, status, note, settledBy],
    );
    return row;
  }

  /** One reading settles everything that a run found of a subscription. */
  async settleOfSubject(
    tx: Tx,
    subject: Pick<Difference, 'runId' | 'providerId'> & { readonly types: readonly DifferenceType[] },
    settledBy: string,
  ): Promise<readonly Difference[]> {
    return tx.query<Difference>(
      `UPDATE reconciliation_differences d SET status = 'applied', settled_by = $4, settled_at = now()
       WHERE run_id = $1 AND provider_id = $2 AND type = ANY ($3::text[]) AND status IN ('found', 'open')
       RETURNING ${COLUMNS}`,
      [subject.runId, subject.providerId, subject.types, settledBy],
    );
  }

  /** What is left at the end of a run waits for a person. */
  async openRest(tx: Tx, runId: string): Promise<void> {
    await tx.query(`UPDATE reconciliation_differences SET status = 'open' WHERE run_id = $1 AND status = 'found'`, [
      runId,
    ]);
  }

  async countOfRun(runId: string, tx: Tx): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM reconciliation_differences WHERE run_id = $1',
      [runId],
    );
    return row?.count ?? 0;
  }

  /** Those that wait for a person. @param runId of this run alone */
  async countOpen(runId?: string, tx?: Tx): Promise<number> {
    const [row] = await (tx ?? this.database).query<{ count: number }>(
      `SELECT count(*)::int AS count FROM reconciliation_differences
       WHERE status = 'open' AND ($1::bigint IS NULL OR run_id = $1)`,
      [runId ?? null],
    );
    return row?.count ?? 0;
  }
}
