import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  Logger as WorkerLogger,
  parseCronItems,
  run,
  type Runner,
  type TaskList,
  type Worker,
  type WorkerEvents,
} from 'graphile-worker';
import pg from 'pg';
import { Config } from '../../config/index.js';
import { Metrics, withLogFields } from '../observability/index.js';
import { Shutdown } from '../shutdown/index.js';
import { Jobs } from './jobs.js';
import { WorkerPresence } from './worker-presence.js';

const PAUSE_MILLISECONDS = 1_000;
const STOP_MILLISECONDS = 5_000;

/** Runs the registered jobs in processes whose role includes work. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobRunner.name);
  private readonly finished;
  private runner?: Runner;
  private pool?: pg.Pool;
  private stopped?: Promise<void>;
  private isStopping = false;
  private beginning?: Promise<void>;
  /** By which the jobs that it has in hand are locked. */
  private workerPoolId = '';

  constructor(
    private readonly config: Config,
    private readonly jobs: Jobs,
    private readonly shutdown: Shutdown,
    private readonly presence: WorkerPresence,
    metrics: Metrics,
  ) {
    this.finished = metrics.counter('jobs_total', 'Background jobs by task and outcome', ['task', 'outcome']);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    this.pool = new pg.Pool({ connectionString: this.config.database.url, max: 4, application_name: 'uplift-jobs' });
    const report = (error: Error) =>
      this.logger.error({ message: 'job database connection lost', error: error.message });
    this.pool.on('error', report);
    this.pool.on('connect', (client) => client.on('error', report));
    await this.begin(this.pool);
    await this.forgetRetired(this.pool);
  }

  private async begin(pgPool: pg.Pool): Promise<void> {
    const events: WorkerEvents = new EventEmitter();
    events.on('pool:create', ({ workerPool }) => (this.workerPoolId = workerPool.id));
    events.on('pool:gracefulShutdown', () => this.beginAnew(pgPool));
    this.runner = await run({
      pgPool,
      events,
      taskList: this.taskList(),
      parsedCronItems: parseCronItems(
        this.jobs.schedules.map(({ task, cron }) => ({ task, match: cron, options: { backfillPeriod: 0 } })),
      ),
      concurrency: 4,
      pollInterval: 2_000,
      // Otherwise stop() does not wait for a finished job's DELETE, and it stays locked for four hours (0.17.3).
      preset: { plugins: [this.announcing()], worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      noHandleSignals: true, // Nest owns SIGTERM and SIGINT
      logger: new WorkerLogger(() => (level, message) => {
        if (level === 'error' || level === 'warning') this.logger.warn(message);
        else this.logger.debug(message);
      }),
    });
    this.runner.promise.catch((error: unknown) =>
      this.logger.error({ message: 'the job runner stopped', error: String(error) }),
    );
  }

  /** Nobody takes a job whose death would go unnoticed. */
  private announcing(): GraphileConfig.Plugin {
    const startWorker = (_context: unknown, { worker }: { readonly worker: Worker }): Promise<void> =>
      this.presence.announce(worker.workerPool.id);
    return { name: 'uplift-presence', version: '1', worker: { hooks: { startWorker } } };
  }

  /** Those that had failed for good too, which nobody would take any more. */
  private async forgetRetired(pgPool: pg.Pool): Promise<void> {
    await pgPool.query(
      `SELECT FROM graphile_worker.complete_jobs(ARRAY(
         SELECT id FROM graphile_worker.jobs WHERE task_identifier = ANY ($1::text[]) AND locked_at IS NULL))`,
      [this.jobs.retired],
    );
  }

  /**
   * graphile-worker gives up for good when it cannot write down that a job is done (a database that restarts, say), and takes no job
   * any more while its cron goes on (0.17.3): then another runner takes its place, and what the one before had in hand.
   */
  private beginAnew(pgPool: pg.Pool): void {
    if (this.isStopping || this.beginning) return;
    this.logger.error('the job runner gave up, and is begun anew');
    const given = this.workerPoolId;
    const leave = Promise.race([this.runner?.stop(), pause(STOP_MILLISECONDS, undefined, { ref: false })]);
    this.beginning = leave
      .catch(() => undefined) // it has stopped by itself
      .then(() => this.tryToBegin(pgPool, given))
      .finally(() => (this.beginning = undefined));
  }

  private async tryToBegin(pgPool: pg.Pool, given: string): Promise<void> {
    while (!this.isStopping) {
      try {
        await pgPool.query('SELECT graphile_worker.force_unlock_workers($1::text[])', [[given]]);
        return await this.begin(pgPool);
      } catch (error) {
        this.logger.error({ message: 'the job runner cannot begin yet', error: String(error) });
        await pause(PAUSE_MILLISECONDS, undefined, { ref: false });
      }
    }
  }

  /** Takes no more jobs, from now on. */
  onModuleDestroy(): void {
    this.isStopping = true;
    this.stopped ??= this.beginning
      ? this.beginning.then(() => this.runner?.stop()).catch(() => undefined)
      : this.runner?.stop();
  }

  /** Before anything else ends: a job that has called a provider must still find the database, to record the answer. */
  async beforeApplicationShutdown(): Promise<void> {
    const { runner, pool, stopped } = this;
    if (!runner || !pool || !stopped || pool.ending) return;
    if (!(await this.shutdown.isDoneInTime(stopped))) {
      this.logger.warn('jobs that are still running are given back, as after a failure');
      await runner.kill();
    }
    await this.presence.leave();
    await pool.end();
  }

  private taskList(): TaskList {
    return Object.fromEntries(
      [...this.jobs.handlers].map(([task, handler]) => [
        task,
        (payload: unknown) => withLogFields({ job: task }, () => this.runOne(task, handler(payload as never))),
      ]),
    );
  }

  private async runOne(task: string, work: Promise<void>): Promise<void> {
    try {
      await work;
      this.finished.inc({ task, outcome: 'done' });
    } catch (error) {
      this.finished.inc({ task, outcome: 'failed' });
      throw error; // graphile-worker keeps the text and tries again later
    }
  }
}
