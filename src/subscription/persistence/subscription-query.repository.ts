import { Injectable } from '@nestjs/common';
import type { ProviderName, SubscriptionStatus } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import type { EndSince } from '../domain/plan-change-request.js';
import type { ChangeDirection, HistoryStatus, HistoryType, PaymentStatus } from '../domain/state.js';

/** A subscription as it is read; ids of rows are strings, times UTC. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly uuid: string;
  readonly groupId: string;
  readonly userId: string;
  readonly provider: ProviderName;
  readonly providerSubscriptionId: string;
  readonly providerCustomerId: string;
  readonly priceId: string;
  readonly planId: string;
  readonly packageId: string;
  readonly status: SubscriptionStatus;
  readonly accessSuspended: boolean;
  readonly scheduledPlanId: string | null;
  readonly scheduledPlanChangeAt: Date | null;
  readonly deadlineAt: Date;
  readonly cancelAt: Date | null;
  readonly canceledAt: Date | null;
  readonly createdAt: Date;
}

export interface SilentSubscription {
  readonly provider: ProviderName;
  readonly subscriptionId: string;
  readonly customerId: string;
}

/** A subscription that we believe to live. */
export interface LivingRow {
  readonly id: string;
  readonly uuid: string;
  readonly subscriptionId: string;
  readonly status: SubscriptionStatus;
}

export interface HistoryRecord {
  readonly subscriptionId: string;
  readonly planId: string;
  readonly oldPlanId: string | null;
  readonly type: HistoryType;
  readonly status: HistoryStatus;
  readonly paymentStatus: PaymentStatus;
  readonly direction: ChangeDirection | null;
  /** What the plan costs a day, in thousandths of a minor unit. */
  readonly dailyAmount: number;
  readonly effectiveAt: Date;
  readonly periodEnd: Date | null;
  readonly createdAt: Date;
}

const COLUMNS = `s.id, s.uuid, s.group_id AS "groupId", s.user_id AS "userId", s.payment_provider AS provider,
  s.payment_provider_subscription_id AS "providerSubscriptionId", t.payment_provider_customer_id AS "providerCustomerId",
  s.payment_provider_price_id AS "priceId", s.package_plan_id AS "planId", s.package_id AS "packageId", s.status,
  s.access_suspended AS "accessSuspended", s.scheduled_plan_id AS "scheduledPlanId",
  s.scheduled_plan_change_at AS "scheduledPlanChangeAt", s.deadline_at AS "deadlineAt", s.cancel_at AS "cancelAt",
  s.canceled_at AS "canceledAt", s.created_at AS "createdAt"`;

@Injectable()
export class SubscriptionQueryRepository {
  constructor(private readonly database: Database) {}

  /** All subscriptions of these groups, living ones first, newest first. */
  findByGroups(groupIds: readonly string[], tx?: Tx): Promise<SubscriptionRecord[]> {
    return (tx ?? this.database).query<SubscriptionRecord>(
      `SELECT ${COLUMNS} FROM subscriptions s JOIN subscription_streams t ON t.id = s.stream_id
       WHERE s.group_id = ANY ($1::bigint[])
       ORDER BY (s.status = 'canceled'), (s.status = 'incomplete'), s.id DESC`,
      [groupIds],
    );
  }

  /** Groups whose subscriptions the same provider customer pays for. */
  async findGroupsOfCustomer(provider: ProviderName, customerId: string): Promise<readonly string[]> {
    const rows = await this.database.query<{ groupId: string }>(
      `SELECT DISTINCT s.group_id AS "groupId" FROM subscriptions s JOIN subscription_streams t ON t.id = s.stream_id
       WHERE t.payment_provider = $1 AND t.payment_provider_customer_id = $2`,
      [provider, customerId],
    );
    return rows.map(({ groupId }) => groupId);
  }

  /** Living subscriptions that the provider should have told more about by now, and that were not heard of lately. */
  async findSilent(now: Date, limit: number): Promise<readonly SilentSubscription[]> {
    return this.database.query<SilentSubscription>(
      `SELECT t.payment_provider AS provider, t.payment_provider_subscription_id AS "subscriptionId",
         t.payment_provider_customer_id AS "customerId"
       FROM subscriptions s JOIN subscription_streams t ON t.id = s.stream_id
       WHERE s.status <> 'canceled' AND (
         (s.deadline_at < $1::timestamptz - interval '2 hours' AND t.updated_at < now() - interval '1 hour')
         OR (t.updated_at < now() - interval '1 day' AND (
           s.status <> 'active' OR EXISTS (
             SELECT FROM subscription_histories h WHERE h.subscription_id = s.id AND h.status = 'active'
               AND h.payment_status = 'pending' AND h.effective_at < $1::timestamptz - interval '1 day'))))
       ORDER BY t.updated_at LIMIT $2`,
      [now, limit],
    );
  }

  /** Subscriptions that are not over, by our id. @param afterId only larger ones; null: from the beginning */
  findLiving(provider: ProviderName, afterId: string | null, limit: number): Promise<readonly LivingRow[]> {
    return this.database.query<LivingRow>(
      `SELECT id, uuid, payment_provider_subscription_id AS "subscriptionId", status FROM subscriptions
       WHERE payment_provider = $1 AND status <> 'canceled' AND id > coalesce($2::bigint, 0) ORDER BY id LIMIT $3`,
      [provider, afterId, limit],
    );
  }

  /** When subscriptions began; seconds since 1970, by the provider's id. */
  async findBeginnings(
    provider: ProviderName,
    subscriptionIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.query<{ id: string; beganAt: number }>(
      `SELECT s.payment_provider_subscription_id AS id, extract(epoch FROM min(h.effective_at))::float8 AS "beganAt"
       FROM subscriptions s JOIN subscription_histories h ON h.subscription_id = s.id
       WHERE s.payment_provider = $1 AND s.payment_provider_subscription_id = ANY ($2::text[]) GROUP BY s.id`,
      [provider, subscriptionIds],
    );
    return new Map(rows.map(({ id, beganAt }) => [id, beganAt]));
  }

  async findById(id: string, tx?: Tx): Promise<SubscriptionRecord | undefined> {
    const [record] = await (tx ?? this.database).query<SubscriptionRecord>(
      `SELECT ${COLUMNS} FROM subscriptions s JOIN subscription_streams t ON t.id = s.stream_id WHERE s.id = $1`,
      [id],
    );
    return record;
  }

  /** Oldest first, by when a plan began or will begin to hold. */
  findHistory(subscriptionIds: readonly string[]): Promise<HistoryRecord[]> {
    return this.database.query<HistoryRecord>(
      `SELECT subscription_id AS "subscriptionId", package_plan_id AS "planId", old_plan_id AS "oldPlanId", type, status,
         payment_status AS "paymentStatus", direction, daily_amount::float8 AS "dailyAmount", effective_at AS "effectiveAt", period_end AS "periodEnd",
         created_at AS "createdAt"
       FROM subscription_histories WHERE subscription_id = ANY ($1::bigint[]) ORDER BY effective_at, position`,
      [subscriptionIds],
    );
  }

  /**
   * What was heard of a subscription's end by itself after `since`, and happened later than all that was known then: an old event
   * that comes late tells nothing new.
   *
   * @param since by the database's clock
   */
  async findEndSince(subscriptionId: string, since: Date): Promise<EndSince> {
    const [row] = await this.database.query<EndSince>(
      `WITH facts AS (
         SELECT f.occurred_at, f.received_at, f.fact -> 'snapshot' ->> 'cancelAt' IS NOT NULL AS is_ending
           FROM subscription_facts f JOIN subscriptions s ON s.stream_id = f.stream_id
          WHERE s.id = $1 AND f.fact ->> 'kind' = 'subscription'
       ), news AS (
         SELECT is_ending FROM facts
          WHERE received_at > $2
            AND occurred_at > coalesce((SELECT max(occurred_at) FROM facts WHERE received_at <= $2), '-infinity')
       )
       SELECT coalesce(bool_or(is_ending), false) AS "wasEnding", coalesce(bool_or(NOT is_ending), false) AS "wasGoingOn"
         FROM news`,
      [subscriptionId, since],
    );
    return row ?? { wasEnding: false, wasGoingOn: false };
  }
}
