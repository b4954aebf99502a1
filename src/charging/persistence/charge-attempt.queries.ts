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

/** What attempts are known by. */
export interface AttemptNames {
  readonly uuids: readonly string[];
  readonly paymentIds: readonly string[];
  readonly checkoutIds: readonly string[];
}

export interface ChargingState {
  readonly unknown: number;
  /** Since the oldest of them was sent; 0 when there is none. */
  readonly unknownSeconds: number;
  readonly refundDue: number;
}

/** Of the partial index that holds no settled attempts: its predicate, word for word. */
const OPEN_STATUSES: readonly AttemptStatus[] = [
  'claimed',
  'sent',
  'unknown',
  'requires_action',
  'pending',
  'refund_due',
];
const OPEN = `status IN (${OPEN_STATUSES.map((status) => `'${status}'`).join(', ')})`;

/** What operators see of attempts, and what the sweep looks for. */
@Injectable()
export class ChargeAttemptQueries {
  constructor(private readonly database: Database) {}

  /** Newest first. @param page `before`: only attempts older than this one (uuid) */
  async list(
    filter: AttemptFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly ChargeAttempt[]> {
    const conditions = ['true'];
    const parameters: unknown[] = [page.limit];
    const add = (condition: (parameter: string) => string, value: unknown): void => {
      if (value === undefined) return;
      parameters.push(value);
      conditions.push(condition(`$${parameters.length}`));
    };
    // Those in the small index are found by it, however many others there are.
    if (filter.status && OPEN_STATUSES.includes(filter.status)) conditions.push(OPEN);
    add((parameter) => `status = ${parameter}`, filter.status);
    add((parameter) => `purpose = ${parameter}`, filter.purpose);
    add((parameter) => `id < (SELECT id FROM charge_attempts WHERE uuid = ${parameter})`, page.before);
    const rows = await this.database.query<AttemptRow>(
      `SELECT ${COLUMNS} FROM charge_attempts WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $1`,
      parameters,
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

  /** One statement for a whole page of a provider's list; each part has an index of its own. */
  async findNamed(provider: string, names: AttemptNames): Promise<readonly ChargeAttempt[]> {
    const rows = await this.database.query<AttemptRow>(
      `SELECT ${COLUMNS} FROM charge_attempts WHERE uuid = ANY ($2::uuid[]) AND payment_provider = $1
       UNION
       SELECT ${COLUMNS} FROM charge_attempts WHERE payment_provider = $1 AND provider_payment_id = ANY ($3::text[])
       UNION
       SELECT ${COLUMNS} FROM charge_attempts WHERE payment_provider = $1 AND provider_checkout_id = ANY ($4::text[])`,
      [provider, names.uuids, names.paymentIds, names.checkoutIds],
    );
    return rows.map(fromRow);
  }

  /** Newest first. @param beforeId only smaller ones; null: from the newest */
  async listSucceeded(provider: string, beforeId: string | null, limit: number): Promise<readonly ChargeAttempt[]> {
    const rows = await this.database.query<AttemptRow>(
      `SELECT ${COLUMNS} FROM charge_attempts
       WHERE ($2::bigint IS NULL OR id < $2) AND payment_provider = $1 AND status = 'succeeded'
         AND provider_payment_id IS NOT NULL
       ORDER BY id DESC LIMIT $3`,
      [provider, beforeId, limit],
    );
    return rows.map(fromRow);
  }

  /** Open ones whose time is over. @param now product time */
  findDue(now: Date, limit: number): Promise<readonly string[]> {
    return this.findUuids(`status IN ('requires_action', 'pending') AND expires_at <= $2`, [limit, now]);
  }

  /**
   * Those that their own jobs should have resolved: a job that waits for one of them is left as it is. That a worker has died
   * over one is noticed late, and somebody's money is in doubt: so another job is made after a minute.
   */
  findUnresolved(limit: number): Promise<readonly string[]> {
    return this.findUuids(
      `status IN ('claimed', 'sent') AND updated_at < now() - interval '5 minutes'
       OR status = 'unknown' AND updated_at < now() - interval '1 minute'`,
      [limit],
    );
  }

  findRefundDue(limit: number): Promise<readonly string[]> {
    return this.findUuids(`status = 'refund_due' AND updated_at < now() - interval '1 hour'`, [limit]);
  }

  private async findUuids(condition: string, parameters: readonly unknown[]): Promise<readonly string[]> {
    const rows = await this.database.query<{ readonly uuid: string }>(
      `SELECT uuid FROM charge_attempts WHERE ${OPEN} AND (${condition}) ORDER BY id LIMIT $1`,
      parameters,
    );
    return rows.map(({ uuid }) => uuid);
  }

  async loadState(): Promise<ChargingState> {
    const [row] = await this.database.query<ChargingState>(
      `SELECT count(*) FILTER (WHERE status = 'unknown')::int AS "unknown",
              coalesce(extract(epoch FROM now() - min(sent_at) FILTER (WHERE status = 'unknown')), 0)::float8
                AS "unknownSeconds",
              count(*) FILTER (WHERE status = 'refund_due')::int AS "refundDue"
       FROM charge_attempts WHERE ${OPEN} AND status IN ('unknown', 'refund_due')`,
    );
    return row as ChargingState;
  }
}
