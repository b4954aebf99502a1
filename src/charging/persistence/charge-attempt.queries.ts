import { Injectable } from '@nestjs/common';
import { Database } from '../../common/database/index.js';
import type { AttemptStatus } from '../domain/attempt-status.js';
import type { ChargeAttempt } from '../domain/charge-attempt.js';
import { COLUMNS, fromRow, type AttemptRow } from './attempt-row.js';

export interface AttemptMove {
  readonly from: AttemptStatus | null;
  readonly to: AttemptStatus;
  readonly cause: string;
  readonly movedAt: Date;
}

export interface AttemptFilter {
  readonly status?: AttemptStatus;
  readonly purpose?: string;
}

export interface ChargingState {
  readonly unknown: number;
  /** Since the oldest of them was sent; 0 when there is none. */
  readonly unknownSeconds: number;
  readonly refundDue: number;
}

/** What operators see of attempts, and what the sweep looks for. */
@Injectable()
export class ChargeAttemptQueries {
  constructor(private readonly database: Database) {}

  /** Newest first. @param page `before`: only attempts with a smaller id */
  async list(
    filter: AttemptFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly ChargeAttempt[]> {
    const rows = await this.database.query<AttemptRow>(
      `SELECT ${COLUMNS} FROM charge_attempts
       WHERE ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR purpose = $3) AND ($4::bigint IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $1`,
      [page.limit, filter.status ?? null, filter.purpose ?? null, page.before ?? null],
    );
    return rows.map(fromRow);
  }

  findMoves(attemptId: string): Promise<readonly AttemptMove[]> {
    return this.database.query<AttemptMove>(
      `SELECT from_status AS "from", to_status AS "to", cause, moved_at AS "movedAt"
       FROM charge_attempt_moves WHERE charge_attempt_id = $1 ORDER BY id`,
      [attemptId],
    );
  }

  async loadState(): Promise<ChargingState> {
    const [row] = await this.database.query<ChargingState>(
      `SELECT count(*) FILTER (WHERE status = 'unknown')::int AS "unknown",
              coalesce(extract(epoch FROM now() - min(sent_at) FILTER (WHERE status = 'unknown')), 0)::float8
                AS "unknownSeconds",
              count(*) FILTER (WHERE status = 'refund_due')::int AS "refundDue"
       FROM charge_attempts WHERE status IN ('unknown', 'refund_due')`,
    );
    return row as ChargingState;
  }
}
