import { Injectable } from '@nestjs/common';
import type { Tx } from '../../common/database/index.js';

/** Jobs that were put off until something appears. */
@Injectable()
export class WaitingReadRepository {
  /** Has every job whose key begins so run now. @returns how many there are */
  async hasten(tx: Tx, keyPrefix: string): Promise<number> {
    const rows = await tx.query(
      `SELECT FROM graphile_worker.reschedule_jobs(
         ARRAY(SELECT id FROM graphile_worker.jobs WHERE starts_with(key, $1)), run_at => now())`,
      [keyPrefix],
    );
    return rows.length;
  }
}
