import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import { forgetAlongKey, type ForgetPage, type Forgotten } from '../../common/retention/index.js';
import { PAYMENT_PROVIDERS } from '../../identity/index.js';
import type { WebhookEventStatus } from '../domain/settlement.js';
import { notifyWorkers } from './webhook-channel.js';

export interface WebhookEventRow {
  readonly id: string;
  readonly provider: string;
  readonly provider_event_id: string;
  readonly event_type: string;
  readonly status: WebhookEventStatus;
  readonly outcome: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly waiting_for: string | null;
  readonly livemode: boolean;
  readonly payload_bytes: number;
  readonly occurred_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly completed_at: Date | null;
}

export interface WebhookEventFilter {
  readonly status?: WebhookEventStatus;
  readonly event_type?: string;
  readonly outcome?: string;
  readonly provider_event_id?: string;
}

export interface QueueState {
  readonly pending: number;
  /** Of the oldest due event that is not settled; 0 when there is none. */
  readonly ageSeconds: number;
}

const COLUMNS = `
  id, provider, provider_event_id, event_type, status, outcome, error, attempts, next_attempt_at, waiting_for, livemode,
  octet_length(payload) AS payload_bytes, occurred_at, created_at, updated_at, completed_at`;

/** As if it had just been received. */
const AS_NEW = `
  status = 'pending', outcome = NULL, error = NULL, waiting_for = NULL, attempts = 0, next_attempt_at = $1,
  completed_at = NULL, updated_at = now()`;

/** The gauge counts no further: a number that large says the same. */
const MOST_COUNTED = 100_000;

/** What admins and operators see of the inbox, and sending settled events through it again. */
@Injectable()
export class WebhookEventRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. @param before only events with a smaller id */
  async listEvents(
    filter: WebhookEventFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<WebhookEventRow[]> {
    const conditions: string[] = [];
    const parameters: unknown[] = [page.limit];
    const add = (condition: string, value: unknown): void => {
      if (value === undefined) return;
      parameters.push(value);
      conditions.push(`${condition} ($${parameters.length})`);
    };
    add('id <', page.before);
    add('status =', filter.status);
    add('event_type =', filter.event_type);
    add('outcome =', filter.outcome);
    add('provider_event_id =', filter.provider_event_id);
    // The index begins with the provider: without one it is not used, and the table is read from its newest row on.
    add('provider = ANY', filter.provider_event_id && PAYMENT_PROVIDERS);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.database.query<WebhookEventRow>(
      `SELECT ${COLUMNS} FROM webhook_events ${where} ORDER BY id DESC LIMIT $1`,
      parameters,
    );
  }

  async loadEvent(id: string): Promise<(WebhookEventRow & { readonly payload: Buffer }) | undefined> {
    const [row] = await this.database.query<WebhookEventRow & { readonly payload: Buffer }>(
      `SELECT ${COLUMNS}, payload FROM webhook_events WHERE id = $1`,
      [id],
    );
    return row;
  }

  /** @returns 1, or 0 for one that is pending or being processed: it stays as it is */
  async replayEvent(tx: Tx, id: string, now: Date): Promise<number> {
    return this.replay(tx, `id = $2 AND status IN ('failed', 'completed')`, [now, id]);
  }

  /** @returns how many failed events are pending again */
  async replayFailedEvents(
    tx: Tx,
    filter: { readonly event_type?: string; readonly outcome?: string },
    now: Date,
  ): Promise<number> {
    return this.replay(
      tx,
      `status = 'failed' AND ($2::text IS NULL OR event_type = $2) AND ($3::text IS NULL OR outcome = $3)`,
      [now, filter.event_type ?? null, filter.outcome ?? null],
    );
  }

  /** @returns how many events waited for `key` and are pending again */
  async wakeWaitingEvents(tx: Tx, key: string, now: Date): Promise<number> {
    return this.replay(tx, `waiting_for = $2 AND status IN ('failed', 'completed')`, [now, key]);
  }

  private async replay(tx: Tx, condition: string, parameters: readonly unknown[]): Promise<number> {
    const [row] = await tx.query<{ replayed: number }>(
      `WITH replayed AS (UPDATE webhook_events SET ${AS_NEW} WHERE ${condition} RETURNING 1)
       SELECT count(*)::int AS replayed FROM replayed`,
      parameters,
    );
    const replayed = row?.replayed ?? 0;
    if (replayed > 0) await notifyWorkers(tx);
    return replayed;
  }

  /** Deletes settled events, oldest first. Failed ones stay. */
  forgetSettled(tx: Tx, page: ForgetPage): Promise<Forgotten> {
    const condition = `status = 'completed' AND completed_at < old`;
    return forgetAlongKey(tx, { table: 'webhook_events', condition }, page);
  }

  /** @param now by `Clock` */
  async loadQueueState(now: Date): Promise<QueueState> {
    const [row] = await this.database.query<{ pending: number; due_since: Date | null }>(
      `SELECT (SELECT count(*)::int FROM (SELECT FROM webhook_events WHERE status = 'pending' LIMIT $2) AS counted)
                AS pending,
              least(
                (SELECT next_attempt_at FROM webhook_events WHERE status = 'pending' ORDER BY id LIMIT 1),
                (SELECT min(next_attempt_at) FROM webhook_events WHERE status = 'processing'),
                (SELECT min(next_attempt_at) FROM webhook_events WHERE status = 'failed' AND next_attempt_at <= $1)
              ) AS due_since`,
      [now, MOST_COUNTED],
    );
    const dueSince = row?.due_since ?? now;
    return { pending: row?.pending ?? 0, ageSeconds: Math.max(0, (now.getTime() - dueSince.getTime()) / 1_000) };
  }
}
