import { Injectable } from '@nestjs/common';
import type { ProviderName } from '../../billing-providers/index.js';
import type { Tx } from '../../common/database/index.js';
import type { HistoryValues, Projection, SubscriptionValues } from '../domain/projection.js';

/** Rows to write for one stream. */
export interface SubscriptionWrite {
  readonly stream: { readonly id: string; readonly provider: ProviderName; readonly subscriptionId: string };
  readonly owner: { readonly userId: string; readonly groupId: string };
  readonly projection: Projection;
}

interface CurrentRow {
  stream_id: string;
  id: string;
  user_id: string;
  group_id: string;
  values: SubscriptionValues;
  history: HistoryValues[] | null;
}

export interface SubscriptionNames {
  readonly uuid: string;
  readonly provider: ProviderName;
  readonly userExternalId: string;
  readonly groupExternalId: string;
}

/** What is written now, by stream. */
export interface CurrentRows {
  readonly id: string;
  readonly userId: string;
  readonly groupId: string;
  readonly projection: Projection;
}

/** Writes `subscriptions` and `subscription_histories`; used by SubscriptionLifeCycleHandler alone, under the stream's lock. */
@Injectable()
export class SubscriptionRepository {
  /** The present rows of these streams, in the shape of a projection, so that only a difference is written. */
  async loadCurrent(tx: Tx, streamIds: readonly string[]): Promise<ReadonlyMap<string, CurrentRows>> {
    const rows = await tx.query<CurrentRow>(
      `SELECT s.stream_id, s.id, s.user_id, s.group_id,
         json_build_object(
           'packageId', s.package_id::text, 'planId', s.package_plan_id::text,
           'priceId', s.payment_provider_price_id, 'status', s.status,
           'providerStatus', s.provider_status, 'accessSuspended', s.access_suspended,
           'scheduledPlanId', s.scheduled_plan_id::text,
           'scheduledPlanChangeAt', extract(epoch FROM s.scheduled_plan_change_at)::bigint,
           'deadlineAt', extract(epoch FROM s.deadline_at)::bigint, 'cancelAt', extract(epoch FROM s.cancel_at)::bigint,
           'canceledAt', extract(epoch FROM s.canceled_at)::bigint) AS values,
         (SELECT json_agg(json_build_object(
             'key', h.fold_key, 'position', h.position, 'planId', h.package_plan_id::text, 'oldPlanId', h.old_plan_id::text, 'type', h.type,
             'status', h.status, 'paymentStatus', h.payment_status, 'invoiceId', h.provider_invoice_id,
             'direction', h.direction, 'dailyAmount', h.daily_amount, 'effectiveAt', extract(epoch FROM h.effective_at)::bigint,
             'periodEnd', extract(epoch FROM h.period_end)::bigint))
          FROM subscription_histories h WHERE h.subscription_id = s.id) AS history
       FROM subscriptions s WHERE s.stream_id = ANY($1::bigint[])`,
      [streamIds],
    );
    return new Map(
      rows.map((row) => [
        row.stream_id,
        {
          id: row.id,
          userId: row.user_id,
          groupId: row.group_id,
          projection: { subscription: row.values, history: row.history ?? [] },
        },
      ]),
    );
  }

  /** @returns row ids by stream id */
  async saveSubscriptions(tx: Tx, writes: readonly SubscriptionWrite[]): Promise<ReadonlyMap<string, string>> {
    if (writes.length === 0) return new Map();
    const values = writes.map((write) => ({
      ...write.projection.subscription,
      userId: write.owner.userId,
      groupId: write.owner.groupId,
      streamId: write.stream.id,
      provider: write.stream.provider,
      subscriptionId: write.stream.subscriptionId,
    }));
    const rows = await tx.query<{ id: string; stream_id: string }>(
      `INSERT INTO subscriptions (stream_id, package_id, package_plan_id, group_id, user_id, payment_provider,
         payment_provider_subscription_id, payment_provider_price_id, status, provider_status, access_suspended,
         scheduled_plan_id,
         scheduled_plan_change_at, deadline_at, cancel_at, canceled_at)
       SELECT "streamId", "packageId", "planId", "groupId", "userId", provider, "subscriptionId", "priceId", status, "providerStatus",
         "accessSuspended", "scheduledPlanId", to_timestamp("scheduledPlanChangeAt"), to_timestamp("deadlineAt"),
         to_timestamp("cancelAt"), to_timestamp("canceledAt")
       FROM jsonb_to_recordset($1::jsonb) AS new ("streamId" bigint, "packageId" bigint, "planId" bigint, "groupId" bigint,
         "userId" bigint, provider text, "subscriptionId" text, "priceId" text, status text, "providerStatus" text, "accessSuspended" boolean,
         "scheduledPlanId" bigint, "scheduledPlanChangeAt" float8, "deadlineAt" float8, "cancelAt" float8, "canceledAt" float8)
       ON CONFLICT ON CONSTRAINT subscriptions_stream_key DO UPDATE SET
         package_id = excluded.package_id, package_plan_id = excluded.package_plan_id,
         payment_provider_price_id = excluded.payment_provider_price_id, status = excluded.status,
         provider_status = excluded.provider_status, access_suspended = excluded.access_suspended,
         scheduled_plan_id = excluded.scheduled_plan_id, scheduled_plan_change_at = excluded.scheduled_plan_change_at,
         deadline_at = excluded.deadline_at, cancel_at = excluded.cancel_at, canceled_at = excluded.canceled_at,
         updated_at = now()
       RETURNING id, stream_id`,
      [JSON.stringify(values)],
    );
    return new Map(rows.map((row) => [row.stream_id, row.id]));
  }

  /** What others know them by. @returns by row id */
  async findNames(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, SubscriptionNames>> {
    const rows = await tx.query<SubscriptionNames & { id: string }>(
      `SELECT s.id, s.uuid, s.payment_provider AS provider, u.external_id AS "userExternalId",
              g.external_id AS "groupExternalId"
         FROM subscriptions s JOIN users u ON u.id = s.user_id JOIN groups g ON g.id = s.group_id
        WHERE s.id = ANY ($1::bigint[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Of these groups, those that have more than one living subscription. @returns external ids, and the providers' ids */
  findDoubled(
    tx: Tx,
    groupIds: readonly string[],
  ): Promise<{ readonly group: string; readonly subscriptionIds: readonly string[] }[]> {
    return tx.query(
      `SELECT g.external_id AS "group", array_agg(s.payment_provider_subscription_id ORDER BY s.id) AS "subscriptionIds"
         FROM subscriptions s JOIN groups g ON g.id = s.group_id
        WHERE s.group_id = ANY ($1::bigint[]) AND s.status IN ('active', 'past_due')
        GROUP BY g.id HAVING count(*) > 1`,
      [groupIds],
    );
  }

  /** Rows that the facts no longer stand for: an order of arrival had suggested them. The facts keep the trace. */
  async deleteHistory(tx: Tx, rows: readonly { subscriptionId: string; key: string }[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `DELETE FROM subscription_histories h USING unnest($1::bigint[], $2::text[]) AS gone (subscription_id, fold_key)
       WHERE h.subscription_id = gone.subscription_id AND h.fold_key = gone.fold_key`,
      [rows.map((row) => row.subscriptionId), rows.map((row) => row.key)],
    );
  }

  /** Writes changed rows; those that are no longer pending first, since there may be one pending change only. */
  async saveHistory(tx: Tx, rows: readonly (HistoryValues & { subscriptionId: string })[]): Promise<void> {
    await this.upsertHistory(
      tx,
      rows.filter((row) => !isPendingChange(row)),
    );
    await this.upsertHistory(tx, rows.filter(isPendingChange));
  }

  private async upsertHistory(tx: Tx, rows: readonly (HistoryValues & { subscriptionId: string })[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO subscription_histories (subscription_id, fold_key, position, package_plan_id, old_plan_id, type, status,
         payment_status, provider_invoice_id, direction, daily_amount, effective_at, period_end)
       SELECT "subscriptionId", key, position, "planId", "oldPlanId", type, status, "paymentStatus", "invoiceId", direction,
         "dailyAmount", to_timestamp("effectiveAt"), to_timestamp("periodEnd")
       FROM jsonb_to_recordset($1::jsonb) AS new ("subscriptionId" bigint, key text, position integer, "planId" bigint,
         "oldPlanId" bigint, type text, status text, "paymentStatus" text, "invoiceId" text, direction text,
         "dailyAmount" bigint, "effectiveAt" float8, "periodEnd" float8)
       ON CONFLICT ON CONSTRAINT subscription_histories_fold_key_key DO UPDATE SET
         position = excluded.position, package_plan_id = excluded.package_plan_id, old_plan_id = excluded.old_plan_id,
         status = excluded.status, payment_status = excluded.payment_status, provider_invoice_id = excluded.provider_invoice_id,
         direction = excluded.direction, daily_amount = excluded.daily_amount, effective_at = excluded.effective_at,
         period_end = excluded.period_end, updated_at = now()`,
      [JSON.stringify(rows)],
    );
  }
}

const isPendingChange = (row: HistoryValues): boolean => row.type === 'change' && row.status === 'pending';
