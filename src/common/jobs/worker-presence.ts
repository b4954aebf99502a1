import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config/index.js';

const BEAT_MILLISECONDS = 10_000;
const AGAIN_MILLISECONDS = 1_000;
/** A statement that takes longer was sent over a connection that is none any more. */
const PATIENCE_MILLISECONDS = 5_000;
/** Without a word, and without a connection: gone. Long enough for a restart of the database, after which all come back. */
const SILENT_SECONDS = 30;

/** A machine that is gone answers nothing, and its connection ends after 25 s instead of hours. */
const NOTICE_LOSS = 'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3';
const KEY = `hashtext('uplift job worker'), hashtext`;
const HOLD = `SELECT pg_try_advisory_lock(${KEY}($1)) AS held`;
const BEAT = `INSERT INTO job_workers (pool_id) VALUES ($1) ON CONFLICT (pool_id) DO UPDATE SET seen_at = now()`;
/** The lock of one that lives is not to be had, however long it has said nothing. */
const REPLACE_GONE = `
  WITH silent AS MATERIALIZED (
    SELECT pool_id FROM job_workers WHERE seen_at < now() - make_interval(secs => ${SILENT_SECONDS}) AND pool_id <> $1
  ), gone AS MATERIALIZED (
    SELECT pool_id FROM silent WHERE pg_try_advisory_xact_lock(${KEY}(pool_id))
  ), forgotten AS (
    DELETE FROM job_workers WHERE pool_id IN (SELECT pool_id FROM gone)
  )
  SELECT pool_id, (SELECT count(*)::int FROM graphile_worker._private_jobs WHERE locked_by = pool_id) AS jobs,
         graphile_worker.force_unlock_workers(ARRAY[pool_id])
    FROM gone`;

interface Presence {
  readonly poolId: string;
  readonly leaving: AbortController;
  readonly known: Promise<void>;
  readonly gone: Promise<void>;
}

/**
 * Says that this process takes jobs, and lets others have the jobs of processes that are gone: graphile-worker itself waits for
 * four hours (0.17.3). Gone is whose connection has ended and who has said nothing for 30 s. One that is merely slow, or
 * stopped, has its connection still, and keeps its jobs; one that lost its connection and lives is back in time. A lock of
 * somebody who never said anything (the version before) is left alone.
 */
@Injectable()
export class WorkerPresence {
  private readonly logger = new Logger(WorkerPresence.name);
  private present?: Presence;

  constructor(private readonly config: Config) {}

  /** Resolves when everybody can know that the pool takes jobs: before it takes its first. */
  announce(poolId: string): Promise<void> {
    if (this.present?.poolId !== poolId) this.present = this.begin(poolId, this.leave());
    return this.present.known;
  }

  /** When it has no job in hand any more. */
  async leave(): Promise<void> {
    const left = this.present;
    this.present = undefined;
    left?.leaving.abort();
    await left?.gone;
  }

  private begin(poolId: string, before: Promise<void>): Presence {
    const leaving = new AbortController();
    let gone = before;
    const known = new Promise<void>((resolve) => {
      gone = before.then(() => this.stay(poolId, leaving.signal, resolve)).finally(resolve);
    });
    return { poolId, leaving, known, gone };
  }

  private async stay(poolId: string, leaving: AbortSignal, begun: () => void): Promise<void> {
    while (!leaving.aborted) {
      const client = this.connect();
      try {
        await this.beat(client, poolId, leaving, begun);
      } catch (error) {
        this.logger.warn({ message: 'the database does not hear of this worker', error: String(error) });
        await wait(AGAIN_MILLISECONDS, leaving);
      } finally {
        await client.end().catch(() => undefined); // it had ended before
      }
    }
  }

  private connect(): pg.Client {
    const client = new pg.Client({
      connectionString: this.config.database.url,
      connectionTimeoutMillis: PATIENCE_MILLISECONDS,
      query_timeout: PATIENCE_MILLISECONDS,
      application_name: 'uplift-job-worker',
    });
    client.on('error', () => undefined); // the next statement says the same
    return client;
  }

  /** Until it leaves, or the connection is lost. */
  private async beat(client: pg.Client, poolId: string, leaving: AbortSignal, begun: () => void): Promise<void> {
    await client.connect();
    await client.query(NOTICE_LOSS);
    let isHeld = false;
    while (!leaving.aborted) {
      // Not at once where the connection before was lost and the database does not know of it yet.
      isHeld ||= (await client.query<{ held: boolean }>(HOLD, [poolId])).rows[0]?.held ?? false;
      await client.query(BEAT, [poolId]);
      begun();
      const gone = await client.query<{ pool_id: string; jobs: number }>(REPLACE_GONE, [poolId]);
      for (const { pool_id, jobs } of gone.rows) {
        this.logger.warn({ message: 'the jobs of a worker that is gone are given back', worker: pool_id, jobs });
      }
      await wait(BEAT_MILLISECONDS, leaving);
    }
    await client.query('DELETE FROM job_workers WHERE pool_id = $1', [poolId]);
  }
}

const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  pause(milliseconds, undefined, { signal, ref: false }).catch(() => undefined); // it leaves
