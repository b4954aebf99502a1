import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config/index.js';
import type { ReceivedEvent } from '../domain/received-event.js';
import { WEBHOOK_CHANNEL } from './webhook-channel.js';

/** Inserts side by side: one is prepared while the other is flushed to disk. */
export const INSERT_CONNECTIONS = 2;
const CONNECT_MILLISECONDS = 5_000;
const STATEMENT_MILLISECONDS = 10_000;

/**
 * The payloads travel as one binary parameter that the statement cuts up again: as elements of an array each would be
 * sent as text, twice as long.
 */
const INSERT = `
  WITH inserted AS (
    INSERT INTO webhook_events
      (provider, provider_event_id, event_type, occurred_at, livemode, payload, next_attempt_at)
    SELECT provider, provider_event_id, event_type, occurred_at, livemode,
           substring($6::bytea FROM payload_start FOR payload_length), $9::timestamptz
      FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[], $7::int[], $8::int[])
        AS event(provider, provider_event_id, event_type, occurred_at, livemode, payload_start, payload_length)
    ON CONFLICT (provider, provider_event_id) DO NOTHING
    RETURNING 1
  )
  SELECT CASE WHEN count(*) > 0 THEN pg_notify('${WEBHOOK_CHANNEL}', '') END FROM inserted`;

/**
 * Puts received events into the inbox. Unlike every other writer it takes no `Tx` and has connections of its own: its
 * one statement is the whole transaction, so BEGIN and COMMIT would only be two more round trips for a waiting
 * provider, and acknowledging must not wait for a connection that a long query holds.
 */
@Injectable()
export class InboxWriter implements OnApplicationShutdown {
  private readonly logger = new Logger(InboxWriter.name);
  private readonly pool: pg.Pool;

  constructor(config: Config) {
    this.pool = new pg.Pool({
      connectionString: config.database.url,
      max: INSERT_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
      statement_timeout: STATEMENT_MILLISECONDS,
      application_name: 'uplift-webhook-inbox',
    });
    this.pool.on('error', (error) => this.logger.warn({ message: 'inbox connection lost', error: error.message }));
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.pool.ended) await this.pool.end();
  }

  /**
   * Inserts the events that are not there yet and wakes the workers. When it resolves, every one of them is durable.
   *
   * @param now since when they are due (by `Clock`)
   */
  async insertEvents(events: readonly ReceivedEvent[], now: Date): Promise<void> {
    // The same order in every process, so that two inserts of the same events cannot wait for each other.
    const sorted = events.toSorted((left, right) => (left.providerEventId < right.providerEventId ? -1 : 1));
    const lengths = sorted.map((event) => event.payload.length);
    let end = 1; // substring() counts from 1
    const starts = lengths.map((length) => (end += length) - length);
    await this.pool.query({
      name: 'insert-webhook-events',
      text: INSERT,
      values: [
        sorted.map((event) => event.provider),
        sorted.map((event) => event.providerEventId),
        sorted.map((event) => event.eventType),
        sorted.map((event) => event.occurredAt),
        sorted.map((event) => event.livemode),
        Buffer.concat(sorted.map((event) => event.payload)),
        starts,
        lengths,
        now,
      ],
    });
  }
}
