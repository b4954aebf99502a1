import { Injectable } from '@nestjs/common';
import { Retention, toForgotten, type ForgetPage, type Forgotten } from '../retention/index.js';
import type { Tx } from '../database/index.js';

/** Lets jobs go that failed for good. What they were about, sweeps find by its own state. */
@Injectable()
export class ExhaustedJobs {
  constructor(retention: Retention) {
    retention.register({ name: 'common.exhausted_jobs', forget: (tx, page) => this.forget(tx, page) });
  }

  private async forget(tx: Tx, page: ForgetPage): Promise<Forgotten> {
    const rows = await tx.query(
      `SELECT FROM graphile_worker.complete_jobs(ARRAY(
         SELECT id FROM graphile_worker.jobs
          WHERE attempts >= max_attempts AND locked_at IS NULL AND updated_at < now() - make_interval(days => $1)
          LIMIT $2))`,
      [page.days, page.most],
    );
    return toForgotten(rows.length, page);
  }
}
