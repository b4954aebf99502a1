import { Injectable } from '@nestjs/common';
import type { ProviderFact, ProviderName } from '../../billing-providers/index.js';
import { groupBy } from '../group-by.js';
import { Database, type Tx } from '../../common/database/index.js';
import type { SubscriptionState } from '../domain/state.js';

export interface StreamSubject {
  readonly provider: ProviderName;
  readonly subscriptionId: string;
  readonly customerId: string;
}

/** A provider subscription's stream, locked, with all that is known of it. */
export interface Stream extends StreamSubject {
  readonly id: string;
  readonly base: SubscriptionState | null;
  /** Seconds since 1970; facts before it are folded into `base` and come too late. */
  readonly baseUntil: number | null;
  readonly facts: readonly ProviderFact[];
}

interface StreamRow {
  id: string;
  payment_provider: ProviderName;
  payment_provider_subscription_id: string;
  payment_provider_customer_id: string;
  base: SubscriptionState | null;
  base_until: number | null;
}

const STREAM_COLUMNS = `id, payment_provider, payment_provider_subscription_id, payment_provider_customer_id, base,
  extract(epoch FROM base_until)::float8 AS base_until`;

@Injectable()
export class FactRepository {
  constructor(private readonly database: Database) {}

  /**
   * Locks the streams of these subscriptions, makes those that are missing, then reads their facts: whoever comes second
   * waits here, and then sees what the first one wrote. Locked in one order, so that two batches cannot block each other.
   */
  async lockStreams(tx: Tx, subjects: readonly StreamSubject[]): Promise<readonly Stream[]> {
    if (subjects.length === 0) return [];
    const distinct = new Map(subjects.map((subject) => [keyOf(subject), subject]));
    const ordered = [...distinct.values()].toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
    const rows = await tx.query<StreamRow>(
      `INSERT INTO subscription_streams (payment_provider, payment_provider_subscription_id, payment_provider_customer_id)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
       ON CONFLICT ON CONSTRAINT subscription_streams_subject_key DO UPDATE SET updated_at = now()
       RETURNING ${STREAM_COLUMNS}`,
      [
        ordered.map((subject) => subject.provider),
        ordered.map((subject) => subject.subscriptionId),
        ordered.map((subject) => subject.customerId),
      ],
    );
    // A second statement: it sees what was committed while the locks were waited for.
    const facts = await tx.query<{ stream_id: string; fact: ProviderFact }>(
      'SELECT stream_id, fact FROM subscription_facts WHERE stream_id = ANY($1::bigint[])',
      [rows.map((row) => row.id)],
    );
    const factsOf = groupBy(facts, (row) => row.stream_id);
    return rows.map((row) =>
      toStream(
        row,
        (factsOf.get(row.id) ?? []).map(({ fact }) => fact),
      ),
    );
  }

  /** Adds facts; one that is there already stays as it is. */
  async insertFacts(
    tx: Tx,
    facts: readonly { readonly streamId: string; readonly fact: ProviderFact }[],
  ): Promise<void> {
    if (facts.length === 0) return;
    await tx.query(
      `INSERT INTO subscription_facts (stream_id, provider_event_id, occurred_at, fact)
       SELECT stream_id, event_id, to_timestamp(occurred_at), fact
       FROM unnest($1::bigint[], $2::text[], $3::float8[], $4::jsonb[]) AS new (stream_id, event_id, occurred_at, fact)
       ON CONFLICT ON CONSTRAINT subscription_facts_event_key DO NOTHING`,
      [
        facts.map(({ streamId }) => streamId),
        facts.map(({ fact }) => fact.eventId),
        facts.map(({ fact }) => fact.occurredAt),
        facts.map(({ fact }) => JSON.stringify(fact)),
      ],
    );
  }

  /** A stream's facts without a lock, for deciding what to read from the provider; undefined when it is unknown. */
  async loadStream(provider: ProviderName, subscriptionId: string): Promise<Stream | undefined> {
    const [row] = await this.database.query<StreamRow>(
      `SELECT ${STREAM_COLUMNS} FROM subscription_streams
       WHERE payment_provider = $1 AND payment_provider_subscription_id = $2`,
      [provider, subscriptionId],
    );
    if (!row) return undefined;
    const facts = await this.database.query<{ fact: ProviderFact }>(
      'SELECT fact FROM subscription_facts WHERE stream_id = $1',
      [row.id],
    );
    return toStream(
      row,
      facts.map(({ fact }) => fact),
    );
  }

  /** The streams of these subscriptions without a lock, for comparing; unknown ones are left out. */
  async loadStreams(provider: ProviderName, subscriptionIds: readonly string[], tx: Tx): Promise<readonly Stream[]> {
    const rows = await tx.query<StreamRow & { facts: readonly ProviderFact[] | null }>(
      `SELECT ${STREAM_COLUMNS},
         (SELECT json_agg(f.fact) FROM subscription_facts f WHERE f.stream_id = subscription_streams.id) AS facts
       FROM subscription_streams WHERE payment_provider = $1 AND payment_provider_subscription_id = ANY ($2::text[])`,
      [provider, subscriptionIds],
    );
    return rows.map((row) => toStream(row, row.facts ?? []));
  }

  /** Streams that have facts older than `before`. */
  async findStreamsWithOldFacts(before: Date, limit: number): Promise<readonly StreamSubject[]> {
    const rows = await this.database.query<StreamRow>(
      `SELECT ${STREAM_COLUMNS} FROM subscription_streams
       WHERE id IN (SELECT stream_id FROM subscription_facts WHERE occurred_at < $1 GROUP BY stream_id
                     ORDER BY random() LIMIT $2)`,
      [before, limit],
    );
    return rows.map((row) => toStream(row, []));
  }

  /** Replaces the facts before `until` (seconds since 1970) by their fold. */
  async foldAway(tx: Tx, streamId: string, base: SubscriptionState, until: number): Promise<void> {
    await tx.query(
      'UPDATE subscription_streams SET base = $2::jsonb, base_until = to_timestamp($3), updated_at = now() WHERE id = $1',
      [streamId, JSON.stringify(base), until],
    );
    await tx.query('DELETE FROM subscription_facts WHERE stream_id = $1 AND occurred_at < to_timestamp($2)', [
      streamId,
      until,
    ]);
  }
}

export const keyOf = (subject: { provider: string; subscriptionId: string }): string =>
  `${subject.provider}:${subject.subscriptionId}`;

function toStream(row: StreamRow, facts: readonly ProviderFact[]): Stream {
  return {
    id: row.id,
    provider: row.payment_provider,
    subscriptionId: row.payment_provider_subscription_id,
    customerId: row.payment_provider_customer_id,
    base: row.base,
    baseUntil: row.base_until,
    facts,
  };
}
