import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { Metrics } from '../../common/observability/index.js';
import { Retention, type RetentionRule } from '../../common/retention/index.js';
import { Shutdown } from '../../common/shutdown/index.js';
import { Config } from '../../config/index.js';

const FORGET = 'operations.forget';
const HOURLY = '7 * * * *';
/** Rows per transaction, and how long others have the database to themselves after each. */
const MOST_ROWS = 1_000;
const PAUSE_MILLISECONDS = 50;

/** Forgets what is older than RETENTION_DAYS, little by little. */
@Injectable()
export class RetentionJob {
  private readonly logger = new Logger(RetentionJob.name);
  private readonly forgotten;

  constructor(
    private readonly config: Config,
    private readonly retention: Retention,
    private readonly unitOfWork: UnitOfWork,
    private readonly shutdown: Shutdown,
    jobs: Jobs,
    metrics: Metrics,
  ) {
    this.forgotten = metrics.counter('retention_rows_total', 'Rows forgotten because of their age', ['what']);
    jobs.register(FORGET, () => this.run());
    jobs.schedule(FORGET, HOURLY);
  }

  /** @throws AggregateError when something could not be forgotten; the rest is, all the same */
  async run({ mostRows = MOST_ROWS } = {}): Promise<void> {
    const errors: unknown[] = [];
    for (const rule of this.retention.list()) {
      await this.apply(rule, mostRows).catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} rule(s) of retention failed`);
  }

  private async apply({ name, forget }: RetentionRule, most: number): Promise<void> {
    const { days } = this.config.retention;
    let total = 0;
    let after: string | undefined;
    do {
      const page = { days, most, ...(after === undefined ? {} : { after }) };
      const { rows, next } = await this.unitOfWork.run((tx) => forget(tx, page));
      this.forgotten.inc({ what: name }, rows);
      total += rows;
      after = next;
      if (after !== undefined) await pause(PAUSE_MILLISECONDS);
    } while (after !== undefined && !this.shutdown.begun.aborted); // the next run goes on
    if (total > 0)
      this.logger.log({ message: 'old rows were forgotten', what: name, rows: total, older_than_days: days });
  }
}
