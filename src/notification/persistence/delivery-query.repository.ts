import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { DeliveryStatus } from '../domain/delivery.js';
import type { MerchantEventType } from '../domain/merchant-event.js';
import type { DeliveryReference } from './delivery.repository.js';

/** A message for one endpoint as admins see it; times UTC. */
export interface DeliveryRecord {
  readonly uuid: string;
  readonly endpointUuid: string;
  readonly messageId: string;
  readonly eventType: MerchantEventType;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly responseStatus: number | null;
  readonly error: string | null;
  readonly deliveredAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface DeliveryFilter {
  readonly status?: DeliveryStatus;
  readonly endpointUuid?: string;
  readonly eventType?: MerchantEventType;
}

export interface DeliveryQueueState {
  readonly pending: number;
  /** Of the oldest message that is due; 0 when there is none. */
  readonly ageSeconds: number;
}

const COLUMNS = `d.uuid, e.uuid AS "endpointUuid", d.message_id AS "messageId", d.event_type AS "eventType", d.status,
  d.attempts, d.next_attempt_at AS "nextAttemptAt", d.response_status AS "responseStatus", d.error,
  d.delivered_at AS "deliveredAt", d.created_at AS "createdAt", d.updated_at AS "updatedAt"`;
const TABLES = 'merchant_webhook_deliveries d JOIN merchant_webhook_endpoints e ON e.id = d.endpoint_id';

/** As if it had just been put out; what is being sent is left alone. */
const REPLAY = `UPDATE merchant_webhook_deliveries d
  SET status = 'pending', tries_from = attempts, next_attempt_at = now(), delivered_at = NULL, updated_at = now()
  FROM merchant_webhook_endpoints e
  WHERE e.id = d.endpoint_id AND (d.leased_until IS NULL OR d.leased_until <= now())`;

/** What admins and operators see of the messages, and sending them again. */
@Injectable()
export class DeliveryQueryRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. @param page `before`: uuid of the last one of the page before */
  list(filter: DeliveryFilter, page: { readonly limit: number; readonly before?: string }): Promise<DeliveryRecord[]> {
    return this.database.query<DeliveryRecord>(
      `SELECT ${COLUMNS} FROM ${TABLES}
       WHERE ($2::text IS NULL OR d.status = $2)
         AND ($3::uuid IS NULL OR d.endpoint_id = (SELECT id FROM merchant_webhook_endpoints WHERE uuid = $3))
         AND ($4::text IS NULL OR d.event_type = $4)
         AND ($5::uuid IS NULL OR d.id < (SELECT id FROM merchant_webhook_deliveries WHERE uuid = $5))
       ORDER BY d.id DESC LIMIT $1`,
      [page.limit, filter.status ?? null, filter.endpointUuid ?? null, filter.eventType ?? null, page.before ?? null],
    );
  }

  async find(uuid: string): Promise<(DeliveryRecord & { readonly payload: string }) | undefined> {
    const [row] = await this.database.query<DeliveryRecord & { readonly payload: string }>(
      `SELECT ${COLUMNS}, d.payload FROM ${TABLES} WHERE d.uuid = $1`,
      [uuid],
    );
    return row;
  }

  /** @returns undefined when there is none, or it is being sent */
  async replay(tx: Tx, uuid: string): Promise<DeliveryReference | undefined> {
    const [row] = await tx.query<DeliveryReference>(
      `${REPLAY} AND d.uuid = $1 RETURNING d.uuid, d.endpoint_id AS "endpointId"`,
      [uuid],
    );
    return row;
  }

  /** Every failed one that the filter finds. */
  replayFailed(tx: Tx, filter: Omit<DeliveryFilter, 'status'>): Promise<DeliveryReference[]> {
    return tx.query<DeliveryReference>(
      `${REPLAY} AND d.status = 'failed' AND ($1::uuid IS NULL OR e.uuid = $1) AND ($2::text IS NULL OR d.event_type = $2)
       RETURNING d.uuid, d.endpoint_id AS "endpointId"`,
      [filter.endpointUuid ?? null, filter.eventType ?? null],
    );
  }

  async loadQueueState(): Promise<DeliveryQueueState> {
    const [row] = await this.database.query<DeliveryQueueState>(
      `SELECT count(*)::int AS pending,
         greatest(0, coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0))::float8 AS "ageSeconds"
       FROM merchant_webhook_deliveries WHERE status = 'pending'`,
    );
    return row!;
  }
}
