import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import type { RequestFingerprint } from './request-fingerprint.js';

/** Longer than any request may take; a process that died in flight holds a key no longer. */
const LOCK_SECONDS = 60;

export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly language: string | null;
  /** As it was sent, byte for byte. */
  readonly body: string;
}

/** The right to run a request and to store its answer. */
export interface Claim {
  readonly id: string;
  readonly token: string;
}

export type KnownRequest =
  | { readonly state: 'answered'; readonly answer: StoredAnswer }
  | { readonly state: 'in_flight' }
  /** The key came with another method, path or body. */
  | { readonly state: 'different' };

interface RequestRow {
  readonly request_hash: string;
  readonly response_status: number | null;
  readonly response_content_type: string | null;
  readonly response_language: string | null;
  readonly response_body: string | null;
}

/** Locks are leases: their time is the database's own, not `Clock`. */
@Injectable()
export class IdempotentRequests {
  constructor(private readonly database: Database) {}

  /**
   * Takes the key, in one statement: the unique constraint decides between requests at once. A request that was never
   * answered and whose lock has ended is taken over.
   *
   * @returns undefined where another run has the key
   */
  async claim(tx: Tx, request: RequestFingerprint): Promise<Claim | undefined> {
    const rows = await tx.query<Claim>(
      `INSERT INTO idempotent_requests (scope, key, request_hash, claim_token, locked_until)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
       ON CONFLICT ON CONSTRAINT idempotent_requests_key DO UPDATE
         SET claim_token = excluded.claim_token, locked_until = excluded.locked_until
         WHERE idempotent_requests.response_status IS NULL
           AND idempotent_requests.locked_until < now()
           AND idempotent_requests.request_hash = excluded.request_hash
       RETURNING id, claim_token AS token`,
      [request.scope, request.key, request.hash, randomUUID(), LOCK_SECONDS],
    );
    return rows[0];
  }

  /** @returns undefined when the key is free: the run that had it failed, and let it go */
  async find(request: RequestFingerprint): Promise<KnownRequest | undefined> {
    const rows = await this.database.query<RequestRow>(
      `SELECT request_hash, response_status, response_content_type, response_language, response_body
         FROM idempotent_requests WHERE scope = $1 AND key = $2`,
      [request.scope, request.key],
    );
    return rows.map((row) => toKnownRequest(row, request))[0];
  }

  /** Stores the answer; nothing happens where the claim was taken over. */
  async complete(tx: Tx, claim: Claim, answer: StoredAnswer): Promise<void> {
    await tx.query(
      `UPDATE idempotent_requests
          SET response_status = $3, response_content_type = $4, response_language = $5, response_body = $6
        WHERE id = $1 AND claim_token = $2`,
      [claim.id, claim.token, answer.status, answer.contentType, answer.language, answer.body],
    );
  }

  /** Lets the key go, so that the next request with it runs; nothing happens where the claim was taken over. */
  async release(tx: Tx, claim: Claim): Promise<void> {
    await tx.query(`DELETE FROM idempotent_requests WHERE id = $1 AND claim_token = $2`, [claim.id, claim.token]);
  }

  /** Deletes what is older than a day, but for what is being processed. */
  async deleteOld(tx: Tx, most: number): Promise<number> {
    const rows = await tx.query(
      `DELETE FROM idempotent_requests WHERE id IN (
         SELECT id FROM idempotent_requests
          WHERE created_at < now() - interval '1 day' AND (response_status IS NOT NULL OR locked_until < now())
          ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [most],
    );
    return rows.length;
  }
}

function toKnownRequest(row: RequestRow, request: RequestFingerprint): KnownRequest {
  if (row.request_hash !== request.hash) return { state: 'different' };
  if (row.response_status === null) return { state: 'in_flight' };
  return {
    state: 'answered',
    answer: {
      status: row.response_status,
      contentType: row.response_content_type,
      language: row.response_language,
      body: row.response_body ?? '',
    },
  };
}
