import { Injectable } from '@nestjs/common';
import type { ChargeFailureCode, MethodSummary, ProrationMode, ProviderName } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import { toForgotten, type ForgetPage, type Forgotten } from '../../common/retention/index.js';
import { quoteStatusesBefore, type PlanQuoteStatus } from '../domain/plan-quote.js';

/** What switching a subscription at once costs. Amounts are minor units, times UTC. */
export interface PlanQuote {
  readonly id: string;
  readonly uuid: string;
  readonly subscriptionId: string;
  /** Who asked for it. */
  readonly userId: string;
  readonly providerSubscriptionId: string;
  readonly targetPlanId: string;
  readonly targetPriceId: string;
  readonly fromPriceId: string;
  /** The whole second that it was computed for. */
  readonly prorationAt: Date;
  readonly mode: ProrationMode;
  /** Due at once; 0 where the switch leaves a credit. */
  readonly amountDue: number;
  /** Put down for the next renewals. */
  readonly credit: number;
  readonly currency: string;
  /** What is charged; null when the provider does not say. */
  readonly method: MethodSummary | null;
  /** As the provider said; null for quotes that were made before it was asked. */
  readonly nextBillingAt: Date | null;
  /** Plan of the scheduled change that the switch takes the place of. */
  readonly replacedPlanId: string | null;
  readonly status: PlanQuoteStatus;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  /** Why it failed. */
  readonly failureCode: ChargeFailureCode | null;
}

export type NewPlanQuote = Omit<
  PlanQuote,
  'id' | 'uuid' | 'status' | 'providerSubscriptionId' | 'createdAt' | 'failureCode'
>;

const COLUMNS = `q.id, q.uuid, q.subscription_id AS "subscriptionId", q.user_id AS "userId",
  s.payment_provider_subscription_id AS "providerSubscriptionId", q.target_plan_id AS "targetPlanId",
  q.target_price_id AS "targetPriceId", q.from_price_id AS "fromPriceId", q.proration_at AS "prorationAt",
  q.amount_due::float8 AS "amountDue", q.currency, q.method, q.status, q.expires_at AS "expiresAt",
  q.mode, q.credit::float8 AS credit, q.next_billing_at AS "nextBillingAt", q.replaced_plan_id AS "replacedPlanId",
  q.failure_code AS "failureCode", q.created_at AS "createdAt"`;

/**
 * A switch at once that failed, and whose scheduled change, which it had taken the place of, nobody has put back or replaced since.
 * A request that failed has changed nothing.
 */
const IS_UNRESTORED = `q.status = 'failed' AND q.replaced_plan_id IS NOT NULL
  AND s.scheduled_plan_id IS NULL AND s.cancel_at IS NULL AND s.status <> 'canceled'
  AND s.payment_provider_price_id = q.from_price_id
  AND NOT EXISTS (SELECT FROM plan_change_requests r
                   WHERE r.subscription_id = s.id AND r.created_at >= q.created_at AND r.status <> 'failed')
  AND NOT EXISTS (SELECT FROM plan_quotes newer
                   WHERE newer.subscription_id = s.id AND newer.id > q.id AND newer.status IN ('executing', 'applied'))`;

@Injectable()
export class PlanQuoteRepository {
  constructor(private readonly database: Database) {}

  /** Quotes of one subscription are made and moved one after the other. */
  async lockSubscription(tx: Tx, subscriptionId: string): Promise<void> {
    await tx.query('SELECT FROM subscriptions WHERE id = $1 FOR NO KEY UPDATE', [subscriptionId]);
  }

  async isExecuting(tx: Tx, subscriptionId: string): Promise<boolean> {
    const rows = await tx.query(`SELECT FROM plan_quotes WHERE subscription_id = $1 AND status = 'executing'`, [
      subscriptionId,
    ]);
    return rows.length > 0;
  }

  /** Closes the open quote of a subscription, if any: expired where its time was over at `now` already. */
  async supersedeOpen(tx: Tx, subscriptionId: string, now: Date): Promise<void> {
    await tx.query(
      `UPDATE plan_quotes SET status = CASE WHEN expires_at <= $2 THEN 'expired' ELSE 'superseded' END, updated_at = now()
       WHERE subscription_id = $1 AND status = 'open'`,
      [subscriptionId, now],
    );
  }

  async insert(tx: Tx, quote: NewPlanQuote): Promise<PlanQuote> {
    const [row] = await tx.query<PlanQuote>(
      `WITH q AS (
         INSERT INTO plan_quotes (subscription_id, user_id, target_plan_id, target_price_id, from_price_id, proration_at,
                                  amount_due, currency, method, expires_at, mode, credit, next_billing_at,
                                  replaced_plan_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14) RETURNING *)
       SELECT ${COLUMNS} FROM q JOIN subscriptions s ON s.id = q.subscription_id`,
      [
        quote.subscriptionId,
        quote.userId,
        quote.targetPlanId,
        quote.targetPriceId,
        quote.fromPriceId,
        quote.prorationAt,
        quote.amountDue,
        quote.currency,
        quote.method && JSON.stringify(quote.method),
        quote.expiresAt,
        quote.mode,
        quote.credit,
        quote.nextBillingAt,
        quote.replacedPlanId,
      ],
    );
    return row!;
  }

  async find(uuid: string): Promise<PlanQuote | undefined> {
    const [row] = await this.database.query<PlanQuote>(
      `SELECT ${COLUMNS} FROM plan_quotes q JOIN subscriptions s ON s.id = q.subscription_id WHERE q.uuid = $1`,
      [uuid],
    );
    return row;
  }

  /** The quote as it is in this transaction. */
  async load(tx: Tx, id: string): Promise<PlanQuote | undefined> {
    const [row] = await tx.query<PlanQuote>(
      `SELECT ${COLUMNS} FROM plan_quotes q JOIN subscriptions s ON s.id = q.subscription_id WHERE q.id = $1`,
      [id],
    );
    return row;
  }

  /** The newest that was, or is being, carried out. */
  async findNewestExecuted(subscriptionId: string): Promise<PlanQuote | undefined> {
    const [row] = await this.database.query<PlanQuote>(
      `SELECT ${COLUMNS} FROM plan_quotes q JOIN subscriptions s ON s.id = q.subscription_id
       WHERE q.subscription_id = $1 AND q.status IN ('executing', 'applied', 'failed') ORDER BY q.id DESC LIMIT 1`,
      [subscriptionId],
    );
    return row;
  }

  /** @returns undefined when it is in a status that does not lead there: somebody else was first */
  async move(
    tx: Tx,
    id: string,
    to: PlanQuoteStatus,
    failureCode: ChargeFailureCode | null = null,
  ): Promise<PlanQuote | undefined> {
    const [row] = await tx.query<PlanQuote>(
      `UPDATE plan_quotes q SET status = $2, failure_code = $4, updated_at = now() FROM subscriptions s
       WHERE q.id = $1 AND s.id = q.subscription_id AND q.status = ANY ($3::text[]) RETURNING ${COLUMNS}`,
      [id, to, quoteStatusesBefore(to), failureCode],
    );
    return row;
  }

  /** @returns how many open quotes were over at `now` */
  async expire(tx: Tx, now: Date): Promise<number> {
    const rows = await tx.query(
      `UPDATE plan_quotes SET status = 'expired', updated_at = now() WHERE status = 'open' AND expires_at <= $1
       RETURNING id`,
      [now],
    );
    return rows.length;
  }

  /** Deletes quotes that nobody said yes to. */
  async forgetUnused(tx: Tx, page: ForgetPage): Promise<Forgotten> {
    const rows = await tx.query(
      `DELETE FROM plan_quotes WHERE id IN (
         SELECT id FROM plan_quotes
          WHERE status IN ('expired', 'superseded') AND updated_at < now() - make_interval(days => $1)
          ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [page.days, page.most],
    );
    return toForgotten(rows.length, page);
  }

  /** Whether its scheduled change is still to be put back, in a transaction that has locked the subscription. */
  async isUnrestored(tx: Tx, id: string): Promise<boolean> {
    const rows = await tx.query(
      `SELECT FROM plan_quotes q JOIN subscriptions s ON s.id = q.subscription_id WHERE q.id = $1 AND ${IS_UNRESTORED}`,
      [id],
    );
    return rows.length > 0;
  }

  /** Switches whose scheduled change is still to be put back: what should have done so is over for an hour. */
  findUnrestored(provider: ProviderName, limit: number): Promise<PlanQuote[]> {
    return this.database.query<PlanQuote>(
      `SELECT ${COLUMNS} FROM plan_quotes q JOIN subscriptions s ON s.id = q.subscription_id
       WHERE s.payment_provider = $1 AND q.updated_at BETWEEN now() - interval '7 days' AND now() - interval '1 hour'
         AND ${IS_UNRESTORED}
       ORDER BY q.id LIMIT $2`,
      [provider, limit],
    );
  }
}
