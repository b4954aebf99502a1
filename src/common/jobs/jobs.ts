import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';

/** What runs a job. It may run more than once: it must be idempotent. A throw means: try again later, with backoff. */
export type JobHandler<Payload> = (payload: Payload) => Promise<void>;

export interface JobOptions {
  /** One waiting job per key: a later one replaces its payload and keeps its time. */
  readonly key?: string;
  /** Jobs of one queue run one after the other. */
  readonly queue?: string;
  /** Not before; system time (UTC). */
  readonly runAt?: Date;
  readonly maximumTries?: number;
}

/** Background work on graphile-worker. A job is added in the transaction whose rows it is about. */
@Injectable()
export class Jobs {
  readonly handlers = new Map<string, JobHandler<never>>();
  /** Names of jobs that are done no more. */
  readonly retired: string[] = [];
  readonly schedules: { readonly task: string; readonly cron: string }[] = [];

  /** Called by modules while they are constructed, before the runner starts. */
  register<Payload extends object>(task: string, handler: JobHandler<Payload>): void {
    if (this.handlers.has(task)) throw new Error(`job ${task} is registered twice`);
    this.handlers.set(task, handler as JobHandler<never>);
  }

  /**
   * Keeps the name of a job that is done no more: what the version before still adds, or has left behind, is taken and done with,
   * instead of lying there as overdue or failed for ever. Only names that are told: an unknown one may be a later version's.
   */
  retire(task: string): void {
    this.register(task, () => Promise.resolve());
    this.retired.push(task);
  }

  /** Runs a registered job by cron (UTC), once per tick whatever the number of replicas. */
  schedule(task: string, cron: string): void {
    this.schedules.push({ task, cron });
  }

  async add(tx: Tx, task: string, payload: object, options: JobOptions = {}): Promise<void> {
    await tx.query(
      `SELECT FROM graphile_worker.add_job($1, payload => $2::json, queue_name => $3, run_at => $4,
                                           max_attempts => $5, job_key => $6, job_key_mode => 'preserve_run_at')`,
      [
        task,
        JSON.stringify(payload),
        options.queue ?? null,
        options.runAt ?? null,
        options.maximumTries ?? 25,
        options.key ?? randomUUID(), // one without a key was replaced while it ran
      ],
    );
  }
}
