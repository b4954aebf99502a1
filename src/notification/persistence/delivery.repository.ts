import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import { forgetAlongKey, type ForgetPage, type Forgotten } from '../../common/retention/index.js';
import type { Verdict } from '../domain/delivery.js';
import type { MerchantEventType, MerchantMessage } from '../domain/merchant-event.js';

export interface DeliveryReference {
  readonly uuid: string;
  readonly endpointId: string;
}

/** What is needed to send a message once. */
export interface ClaimedDelivery extends DeliveryReference {
  readonly messageId: string;
  readonly eventType: string;
  readonly payload: string;
  /** The one that is about to be made included; names this claim. */
  readonly attempts: number;
  /** Attempts before the schedule of retries began. */
  readonly triesFrom: number;
  readonly url: string;
  /** Every secret that signs now, the newest first. */
  readonly secrets: readonly string[];
}

interface Target {
  readonly isActive: boolean;
  readonly url: string;
  readonly secrets: string[];
}

const INACTIVE = 'The endpoint is not active.';

/** The queue of messages. It goes by the database's clock, which all processes share. */
@Injectable()
export class DeliveryRepository {
  constructor(private readonly database: Database) {}

  /** @returns one for each active endpoint that wants the type and was not given this message yet */
  insert(tx: Tx, message: MerchantMessage, payload: string): Promise<DeliveryReference[]> {
    return tx.query<DeliveryReference>(
      `INSERT INTO merchant_webhook_deliveries (endpoint_id, message_id, event_type, payload, next_attempt_at)
       SELECT id, $1, $2, $3, now() FROM merchant_webhook_endpoints
       WHERE is_active AND (event_types = '{}' OR $2 = ANY (event_types)) ORDER BY id
       ON CONFLICT ON CONSTRAINT merchant_webhook_deliveries_message_key DO NOTHING
       RETURNING uuid, endpoint_id AS "endpointId"`,
      [message.id, message.type, payload],
    );
  }

  /** Deletes messages that were delivered, oldest first. Failed ones stay. */
  forgetDelivered(tx: Tx, page: ForgetPage): Promise<Forgotten> {
    const condition = `status = 'delivered' AND delivered_at < old`;
    return forgetAlongKey(tx, { table: 'merchant_webhook_deliveries', condition }, page);
  }

  /** Whether an active endpoint wants the type. */
  async isWanted(tx: Tx, type: MerchantEventType): Promise<boolean> {
    const rows = await tx.query(
      `SELECT FROM merchant_webhook_endpoints WHERE is_active AND (event_types = '{}' OR $1 = ANY (event_types)) LIMIT 1`,
      [type],
    );
    return rows.length > 0;
  }

  /**
   * Takes what is due at an endpoint. While some of it is being sent nobody else gets more: a receiver that hangs holds up
   * one worker, not all. Counted before it is sent, so that a message which kills its process is not sent for ever.
   *
   * @returns nothing when nothing is due, or somebody is sending to this endpoint: they look again when they are done
   */
  async claim(
    tx: Tx,
    endpointId: string,
    terms: { readonly most: number; readonly leaseSeconds: number },
  ): Promise<ClaimedDelivery[]> {
    const target = await this.lockTarget(tx, endpointId);
    if (!target) return [];
    if (!target.isActive) {
      await this.failPending(tx, endpointId);
      return [];
    }
    const held = await tx.query(
      `SELECT FROM merchant_webhook_deliveries
       WHERE endpoint_id = $1 AND status = 'pending' AND leased_until > clock_timestamp() LIMIT 1`,
      [endpointId],
    );
    if (held.length > 0) return [];
    const rows = await tx.query<Omit<ClaimedDelivery, 'url' | 'secrets'>>(
      `UPDATE merchant_webhook_deliveries
       SET attempts = attempts + 1, leased_until = clock_timestamp() + $3 * interval '1 second', updated_at = now()
       WHERE id IN (SELECT id FROM merchant_webhook_deliveries
                     WHERE endpoint_id = $1 AND status = 'pending' AND next_attempt_at <= clock_timestamp()
                     ORDER BY id LIMIT $2)
       RETURNING uuid, endpoint_id AS "endpointId", message_id AS "messageId", event_type AS "eventType", payload,
                 attempts, tries_from AS "triesFrom"`,
      [endpointId, terms.most, terms.leaseSeconds],
    );
    return rows.map((row) => ({ ...row, url: target.url, secrets: target.secrets }));
  }

  /**
   * Writes what came of a claimed delivery.
   *
   * @returns when it is tried again (system time), where it is; undefined when it is not, or another process has taken it over
   */
  async record(tx: Tx, claimed: ClaimedDelivery, verdict: Verdict): Promise<Date | undefined> {
    if (verdict.outcome === 'failed' && verdict.isGone) await this.deactivate(tx, claimed.endpointId);
    const [row] = await tx.query<{ nextAttemptAt: Date | null }>(
      `UPDATE merchant_webhook_deliveries
       SET status = $3, response_status = $4, error = $5, leased_until = NULL,
           -- Cut to what a Date can hold: its job must not come before it is due.
           next_attempt_at = date_trunc('milliseconds', clock_timestamp() + $6::float8 * interval '1 second'),
           delivered_at = CASE WHEN $3 = 'delivered' THEN clock_timestamp() END, updated_at = now()
       WHERE uuid = $1 AND attempts = $2 AND status = 'pending' RETURNING next_attempt_at AS "nextAttemptAt"`,
      [
        claimed.uuid,
        claimed.attempts,
        verdict.outcome === 'retried' ? 'pending' : verdict.outcome,
        verdict.responseStatus,
        verdict.outcome === 'delivered' ? null : verdict.error,
        verdict.outcome === 'retried' ? verdict.delaySeconds : null,
      ],
    );
    return row?.nextAttemptAt ?? undefined;
  }

  /** What waits for an endpoint that is not active will not be sent. What is being sent just now is left to its sender. */
  async failPending(tx: Tx, endpointId: string): Promise<void> {
    await tx.query(
      `UPDATE merchant_webhook_deliveries
       SET status = 'failed', error = $2, next_attempt_at = NULL, leased_until = NULL, updated_at = now()
       WHERE endpoint_id = $1 AND status = 'pending' AND (leased_until IS NULL OR leased_until <= clock_timestamp())`,
      [endpointId, INACTIVE],
    );
  }

  /** As `failPending`, by the uuid of an endpoint that was just deactivated. */
  async failPendingOf(tx: Tx, endpointUuid: string): Promise<void> {
    const [row] = await tx.query<{ id: string }>(
      'SELECT id FROM merchant_webhook_endpoints WHERE uuid = $1 AND NOT is_active',
      [endpointUuid],
    );
    if (row) await this.failPending(tx, row.id);
  }

  /** Endpoints with something that should have been sent `seconds` ago: its process died, or its job was lost. */
  async findOverdueEndpoints(seconds: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ endpointId: string }>(
      `SELECT DISTINCT endpoint_id AS "endpointId" FROM merchant_webhook_deliveries
       WHERE status = 'pending' AND next_attempt_at < now() - $1 * interval '1 second'
         AND (leased_until IS NULL OR leased_until <= now())`,
      [seconds],
    );
    return rows.map(({ endpointId }) => endpointId);
  }

  /** Blocks neither publishing, which refers to the row, nor reading. */
  private async lockTarget(tx: Tx, endpointId: string): Promise<Target | undefined> {
    const [target] = await tx.query<Target>(
      `SELECT is_active AS "isActive", url,
         CASE WHEN previous_secret_until > now() THEN ARRAY[secret, previous_secret] ELSE ARRAY[secret] END AS secrets
       FROM merchant_webhook_endpoints WHERE id = $1 FOR NO KEY UPDATE`,
      [endpointId],
    );
    return target;
  }

  private async deactivate(tx: Tx, endpointId: string): Promise<void> {
    await tx.query('UPDATE merchant_webhook_endpoints SET is_active = false, updated_at = now() WHERE id = $1', [
      endpointId,
    ]);
    await this.failPending(tx, endpointId);
  }
}
