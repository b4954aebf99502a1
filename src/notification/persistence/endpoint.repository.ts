import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { MerchantEventType } from '../domain/merchant-event.js';

/** An endpoint as it is shown: without its secrets. */
export interface WebhookEndpoint {
  readonly uuid: string;
  readonly url: string;
  readonly description: string | null;
  /** Empty: every type. */
  readonly eventTypes: readonly MerchantEventType[];
  readonly isActive: boolean;
  /** Until then the secret before the last rotation signs too. */
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface EndpointDetails {
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly MerchantEventType[];
}

const COLUMNS = `uuid, url, description, event_types AS "eventTypes", is_active AS "isActive",
  CASE WHEN previous_secret_until > now() THEN previous_secret_until END AS "previousSecretUntil",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

@Injectable()
export class EndpointRepository {
  constructor(private readonly database: Database) {}

  /** Inactive ones too, newest first. */
  findAll(): Promise<WebhookEndpoint[]> {
    return this.database.query<WebhookEndpoint>(`SELECT ${COLUMNS} FROM merchant_webhook_endpoints ORDER BY id DESC`);
  }

  async find(uuid: string): Promise<WebhookEndpoint | undefined> {
    const [row] = await this.database.query<WebhookEndpoint>(
      `SELECT ${COLUMNS} FROM merchant_webhook_endpoints WHERE uuid = $1`,
      [uuid],
    );
    return row;
  }

  async insert(tx: Tx, details: EndpointDetails, secret: string): Promise<WebhookEndpoint> {
    const [row] = await tx.query<WebhookEndpoint>(
      `INSERT INTO merchant_webhook_endpoints (url, description, event_types, secret) VALUES ($1, $2, $3::text[], $4)
       RETURNING ${COLUMNS}`,
      [details.url, details.description, details.eventTypes, secret],
    );
    return row!;
  }

  /** What is undefined stays. @returns undefined when there is none */
  async update(
    tx: Tx,
    uuid: string,
    change: Partial<EndpointDetails & { readonly isActive: boolean }>,
  ): Promise<WebhookEndpoint | undefined> {
    const [row] = await tx.query<WebhookEndpoint>(
      `UPDATE merchant_webhook_endpoints
       SET url = coalesce($2, url), description = CASE WHEN $3 THEN $4 ELSE description END,
           event_types = coalesce($5::text[], event_types), is_active = coalesce($6, is_active), updated_at = now()
       WHERE uuid = $1 RETURNING ${COLUMNS}`,
      [
        uuid,
        change.url ?? null,
        change.description !== undefined,
        change.description ?? null,
        change.eventTypes ?? null,
        change.isActive ?? null,
      ],
    );
    return row;
  }

  /**
   * The secret becomes the previous one for `keepHours`; one that was the previous one until now signs no more.
   *
   * @returns undefined when there is no such endpoint
   */
  async rotateSecret(tx: Tx, uuid: string, secret: string, keepHours: number): Promise<WebhookEndpoint | undefined> {
    const [row] = await tx.query<WebhookEndpoint>(
      `UPDATE merchant_webhook_endpoints
       SET previous_secret = secret, previous_secret_until = now() + $3 * interval '1 hour', secret = $2,
           updated_at = now()
       WHERE uuid = $1 RETURNING ${COLUMNS}`,
      [uuid, secret, keepHours],
    );
    return row;
  }

  /** Forgets previous secrets that sign no more. */
  async forgetOldSecrets(tx: Tx): Promise<void> {
    await tx.query(
      `UPDATE merchant_webhook_endpoints SET previous_secret = NULL, previous_secret_until = NULL
       WHERE previous_secret_until <= now()`,
    );
  }
}
