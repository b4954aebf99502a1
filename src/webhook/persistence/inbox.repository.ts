import { Injectable } from '@nestjs/common';
import type { Tx } from '../../common/database/index.js';
import type { ReceivedEvent } from '../domain/received-event.js';
import { WEBHOOK_CHANNEL } from './webhook-channel.js';

/** Puts received events into the inbox. */
@Injectable()
export class InboxRepository {
  /**
   * Inserts the events that are not there yet, in one statement, and wakes the workers at commit.
   *
   * The payloads travel as one binary parameter that the statement cuts up again: as elements of an array each would be
   * sent as text, twice as long.
   *
   * @param now since when they are due (by `Clock`)
   * @returns how many were new
   */
  async insertEvents(tx: Tx, events: readonly ReceivedEvent[], now: Date): Promise<number> {
    // The same order in every process, so that two batches with the same events cannot wait for each other.
    const sorted = events.toSorted((left, right) => (left.providerEventId < right.providerEventId ? -1 : 1));
    const lengths = sorted.map((event) => event.payload.length);
    let end = 1; // substring() counts from 1
    const starts = lengths.map((length) => (end += length) - length);
    const [row] = await tx.query<{ inserted: number }>(
      `WITH inserted AS (
         INSERT INTO webhook_events
           (provider, provider_event_id, event_type, occurred_at, livemode, payload, next_attempt_at)
         SELECT provider, provider_event_id, event_type, occurred_at, livemode,
                substring($6::bytea FROM payload_start FOR payload_length), $9::timestamptz
           FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[], $7::int[], $8::int[])
             AS event(provider, provider_event_id, event_type, occurred_at, livemode, payload_start, payload_length)
         ON CONFLICT (provider, provider_event_id) DO NOTHING
         RETURNING 1
       )
       SELECT count(*)::int AS inserted,
              CASE WHEN count(*) > 0 THEN pg_notify('${WEBHOOK_CHANNEL}', '') END AS notified
         FROM inserted`,
      [
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
    );
    return row?.inserted ?? 0;
  }
}
