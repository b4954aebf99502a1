import { Injectable } from '@nestjs/common';
import type { Tx } from '../../common/database/index.js';
import { notifyWorkers } from './webhook-channel.js';

export interface ClaimedEvent {
  readonly id: string;
  readonly provider: string;
  readonly providerEventId: string;
  readonly eventType: string;
  readonly payload: Buffer;
  readonly livemode: boolean;
  /** This one included. */
  readonly attempts: number;
  readonly createdAt: Date;
}

export interface ClaimTerms {
  /** Random, one per claim: only rows that still carry it are settled by the claimer. */
  readonly token: string;
  readonly leaseSeconds: number;
}

/** A settlement as the row keeps it. */
export interface SettlementRow {
  readonly id: string;
  readonly status: 'completed' | 'failed';
  readonly outcome: string | null;
  readonly error: string | null;
  readonly waitingFor: string | null;
  readonly nextAttemptAt: Date | null;
}

const CLAIMED_COLUMNS = `
  event.id, event.provider, event.provider_event_id AS "providerEventId", event.event_type AS "eventType",
  event.payload, event.livemode, event.attempts, event.created_at AS "createdAt"`;

const TAKE = `
  status = 'processing', claim_token = $1, lease_until = clock_timestamp() + make_interval(secs => $2),
  attempts = attempts + 1, updated_at = now()`;

/**
 * Claiming and settling. A claim is a short transaction of its own; leases are measured by the database's clock, which
 * is one for all replicas.
 */
@Injectable()
export class ClaimRepository {
  /**
   * Takes the oldest pending events, at most `events` of them and about `bytes` of payload, in the order of their ids.
   */
  async claimPending(
    tx: Tx,
    terms: ClaimTerms,
    most: { readonly events: number; readonly bytes: number },
  ): Promise<ClaimedEvent[]> {
    return tx.query<ClaimedEvent>(
      `WITH candidate AS (
         SELECT id, octet_length(payload) AS size
           FROM webhook_events
          WHERE status = 'pending'
          ORDER BY id
          LIMIT $3
            FOR UPDATE SKIP LOCKED
       ), measured AS (
         SELECT id, sum(size) OVER (ORDER BY id) - size AS bytes_before FROM candidate
       ), event AS (
         UPDATE webhook_events SET ${TAKE}
          WHERE id IN (SELECT id FROM measured WHERE bytes_before < $4)
         RETURNING *
       )
       SELECT ${CLAIMED_COLUMNS} FROM event ORDER BY id`,
      [terms.token, terms.leaseSeconds, most.events, most.bytes],
    );
  }

  /**
   * Takes one event whose lease ran out (its worker died, perhaps because of it), else one failed event that is due
   * again. One at a time: a poisonous event must not take others with it.
   *
   * @param now by `Clock`
   */
  async claimRetry(tx: Tx, terms: ClaimTerms, now: Date): Promise<ClaimedEvent[]> {
    return tx.query<ClaimedEvent>(
      `WITH expired AS (
         SELECT id FROM webhook_events
          WHERE status = 'processing' AND lease_until < clock_timestamp()
          ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED
       ), due AS (
         SELECT id FROM webhook_events
          WHERE status = 'failed' AND next_attempt_at <= $3
          ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
       ), event AS (
         UPDATE webhook_events SET ${TAKE}
          WHERE id = (SELECT id FROM expired UNION ALL SELECT id FROM due LIMIT 1)
         RETURNING *
       )
       SELECT ${CLAIMED_COLUMNS} FROM event`,
      [terms.token, terms.leaseSeconds, now],
    );
  }

  /** Gives up on events that a worker took the last time and never settled. */
  async failAbandoned(
    tx: Tx,
    maximumAttempts: number,
    error: string,
  ): Promise<{ id: string; providerEventId: string; eventType: string }[]> {
    return tx.query(
      `UPDATE webhook_events
          SET status = 'failed', error = $2, next_attempt_at = NULL, claim_token = NULL, lease_until = NULL,
              updated_at = now()
        WHERE status = 'processing' AND lease_until < clock_timestamp() AND attempts >= $1
       RETURNING id, provider_event_id AS "providerEventId", event_type AS "eventType"`,
      [maximumAttempts, error],
    );
  }

  /**
   * Settles the rows that still carry the claim's token within its lease, in one statement.
   *
   * @returns their ids; the others belong to somebody else by now
   */
  async settleEvents(tx: Tx, token: string, settlements: readonly SettlementRow[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE webhook_events AS event
          SET status = settled.status, outcome = settled.outcome, error = settled.error,
              waiting_for = settled.waiting_for, next_attempt_at = settled.next_attempt_at,
              claim_token = NULL, lease_until = NULL, updated_at = now(),
              completed_at = CASE WHEN settled.status = 'completed' THEN now() END
         FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
           AS settled(id, status, outcome, error, waiting_for, next_attempt_at)
        WHERE event.id = settled.id AND event.status = 'processing'
          AND event.claim_token = $1 AND event.lease_until > clock_timestamp()
       RETURNING event.id`,
      [
        token,
        settlements.map((row) => row.id),
        settlements.map((row) => row.status),
        settlements.map((row) => row.outcome),
        settlements.map((row) => row.error),
        settlements.map((row) => row.waitingFor),
        settlements.map((row) => row.nextAttemptAt),
      ],
    );
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Gives back what a claim still holds, as if it had never been taken; not the rows that are being settled right now.
   */
  async releaseClaim(tx: Tx, token: string): Promise<number> {
    const rows = await tx.query(
      `UPDATE webhook_events
          SET status = 'pending', claim_token = NULL, lease_until = NULL, attempts = attempts - 1, updated_at = now()
        WHERE id IN (SELECT id FROM webhook_events
                      WHERE status = 'processing' AND claim_token = $1 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [token],
    );
    if (rows.length > 0) await notifyWorkers(tx);
    return rows.length;
  }
}
