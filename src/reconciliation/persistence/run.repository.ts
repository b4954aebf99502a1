import { Injectable } from '@nestjs/common';
import type { ProviderName } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import { NO_COUNTS, type Counts } from '../domain/difference.js';
import { FIRST_PHASE, type Phase, type Run, type RunKind, type RunStatus } from '../domain/run.js';

/** Longer than the longest wait between two calls; a process that dies is replaced after it. */
const LEASE_SECONDS = 120;

const COLUMNS = `id, uuid, payment_provider AS provider, kind, dry_run AS "dryRun", since, status, phase, cursor, counts, error,
  CASE WHEN status = 'running' AND error IS NOT NULL THEN due_at END AS "pausedUntil",
  requested_by AS "requestedBy", takes, started_at AS "startedAt", finished_at AS "finishedAt"`;

type Row = Omit<Run, 'counts'> & { readonly counts: Partial<Counts> };
const fromRow = (row: Row): Run => ({ ...row, counts: { ...NO_COUNTS, ...row.counts } });

export interface NewRun {
  readonly provider: ProviderName;
  readonly kind: RunKind;
  readonly dryRun: boolean;
  readonly since: Date;
  readonly requestedBy: string | null;
}

export interface Pause {
  readonly seconds: number;
  /** Null: it is only handed on. */
  readonly why: string | null;
}

export interface RunFilter {
  readonly provider?: ProviderName;
  readonly status?: RunStatus;
}

/** Runs, who works on one, and what it has met. Leases go by the database's clock. */
@Injectable()
export class RunRepository {
  constructor(private readonly database: Database) {}

  /** @returns undefined while another run of the provider is not over */
  async insert(tx: Tx, run: NewRun): Promise<Run | undefined> {
    const [row] = await tx.query<Row>(
      `INSERT INTO reconciliation_runs (payment_provider, kind, dry_run, since, requested_by, phase)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (payment_provider) WHERE status = 'running' DO NOTHING RETURNING ${COLUMNS}`,
      [run.provider, run.kind, run.dryRun, run.since, run.requestedBy, FIRST_PHASE],
    );
    return row && fromRow(row);
  }

  /** Takes a run that nobody works on. @returns undefined when somebody does, it pauses, or it is over */
  async claim(tx: Tx, uuid: string, token: string): Promise<Run | undefined> {
    const [row] = await tx.query<Row>(
      `UPDATE reconciliation_runs SET lease_token = $2, takes = takes + 1, error = NULL, due_at = now() + $3 * interval '1 second'
       WHERE uuid = $1 AND status = 'running' AND due_at <= now() RETURNING ${COLUMNS}`,
      [uuid, token, LEASE_SECONDS],
    );
    return row && fromRow(row);
  }

  /** Keeps how far it has come. @returns false when somebody else has taken it */
  async advance(
    tx: Tx,
    run: Pick<Run, 'id'>,
    token: string,
    to: { readonly phase: Phase; readonly cursor: string | null; readonly counts: Counts },
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE reconciliation_runs SET phase = $3, cursor = $4, counts = $5::jsonb, takes = 1,
         due_at = now() + $6 * interval '1 second'
       WHERE id = $1 AND lease_token = $2 AND status = 'running' RETURNING id`,
      [run.id, token, to.phase, to.cursor, JSON.stringify(to.counts), LEASE_SECONDS],
    );
    return rows.length > 0;
  }

  /** Whoever works on it still does. @returns false when somebody else has taken it */
  async renew(tx: Tx, run: Pick<Run, 'id'>, token: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE reconciliation_runs SET due_at = now() + $3 * interval '1 second'
       WHERE id = $1 AND lease_token = $2 AND status = 'running' RETURNING id`,
      [run.id, token, LEASE_SECONDS],
    );
    return rows.length > 0;
  }

  /** Lets go of it; anybody may go on after the pause. */
  async release(tx: Tx, run: Pick<Run, 'id'>, token: string, pause: Pause): Promise<void> {
    await tx.query(
      `UPDATE reconciliation_runs SET lease_token = NULL, due_at = now() + $3 * interval '1 second', error = $4
       WHERE id = $1 AND lease_token = $2 AND status = 'running'`,
      [run.id, token, pause.seconds, pause.why],
    );
  }

  /** @returns undefined when somebody else has taken it */
  async finish(
    tx: Tx,
    run: Pick<Run, 'id'>,
    token: string,
    result: { readonly status: Exclude<RunStatus, 'running'>; readonly error?: string },
  ): Promise<Run | undefined> {
    const [row] = await tx.query<Row>(
      `UPDATE reconciliation_runs SET status = $3, error = $4, lease_token = NULL, finished_at = now()
       WHERE id = $1 AND lease_token = $2 AND status = 'running' RETURNING ${COLUMNS}`,
      [run.id, token, result.status, result.error ?? null],
    );
    await tx.query('DELETE FROM reconciliation_sightings WHERE run_id = $1', [run.id]);
    return row && fromRow(row);
  }

  /** Runs that nobody works on: their process died, or their pause is over. */
  findDue(): Promise<readonly { readonly uuid: string }[]> {
    return this.database.query(`SELECT uuid FROM reconciliation_runs WHERE status = 'running' AND due_at <= now()`);
  }

  async find(uuid: string): Promise<Run | undefined> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM reconciliation_runs WHERE uuid = $1`, [uuid]);
    return row && fromRow(row);
  }

  /** Newest first. @param page `before`: only runs older than this one (uuid) */
  async list(
    { provider, status }: RunFilter,
    { limit, before }: { readonly limit: number; readonly before?: string },
  ): Promise<readonly Run[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM reconciliation_runs
       WHERE ($2::text IS NULL OR payment_provider = $2) AND ($3::text IS NULL OR status = $3)
         AND ($4::uuid IS NULL OR id < (SELECT id FROM reconciliation_runs WHERE uuid = $4))
       ORDER BY id DESC LIMIT $1`,
      [limit, provider ?? null, status ?? null, before ?? null],
    );
    return rows.map(fromRow);
  }

  async addSightings(tx: Tx, runId: string, subjects: readonly string[]): Promise<void> {
    if (subjects.length === 0) return;
    await tx.query(
      `INSERT INTO reconciliation_sightings (run_id, subject) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`,
      [runId, subjects],
    );
  }

  /** Of these, those that the run has met. */
  async findSighted(runId: string, subjects: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ subject: string }>(
      'SELECT subject FROM reconciliation_sightings WHERE run_id = $1 AND subject = ANY ($2::text[])',
      [runId, subjects],
    );
    return new Set(rows.map(({ subject }) => subject));
  }
}
