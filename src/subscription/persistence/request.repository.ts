import { Injectable } from '@nestjs/common';
import type { ProviderName } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import {
  computeScheduledOutcome,
  REQUEST_TRANSITIONS,
  type EarlierChange,
  type RequestKind,
  type RequestStatus,
} from '../domain/plan-change-request.js';
import type { HistoryEntry } from '../domain/state.js';

export interface PlanChangeRequest {
  readonly id: string;
  readonly uuid: string;
  readonly subscriptionId: string;
  readonly kind: RequestKind;
  readonly targetPlanId: string | null;
  readonly targetPriceId: string | null;
  readonly status: RequestStatus;
  readonly effectiveAt: Date | null;
  readonly error: string | null;
  readonly createdAt: Date;
}

export interface NewRequest {
  readonly subscriptionId: string;
  readonly userId: string;
  readonly kind: RequestKind;
  readonly target?: { readonly planId: string; readonly priceId: string };
}

const COLUMNS = `id, uuid, subscription_id AS "subscriptionId", kind, target_plan_id AS "targetPlanId",
  target_price_id AS "targetPriceId", status, effective_at AS "effectiveAt", error, created_at AS "createdAt"`;

@Injectable()
export class RequestRepository {
  constructor(private readonly database: Database) {}

  /** @returns undefined when another request of this subscription is still open */
  async insert(tx: Tx, request: NewRequest): Promise<PlanChangeRequest | undefined> {
    const [row] = await tx.query<PlanChangeRequest>(
      `INSERT INTO plan_change_requests (subscription_id, user_id, kind, target_plan_id, target_price_id)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (subscription_id) WHERE status = ANY (ARRAY['intended', 'sent', 'unknown']) DO NOTHING
       RETURNING ${COLUMNS}`,
      [
        request.subscriptionId,
        request.userId,
        request.kind,
        request.target?.planId ?? null,
        request.target?.priceId ?? null,
      ],
    );
    return row;
  }

  /** Whether a request of this subscription is still on its way. */
  async isOpen(tx: Tx, subscriptionId: string): Promise<boolean> {
    const rows = await tx.query(
      `SELECT FROM plan_change_requests WHERE subscription_id = $1 AND status = ANY (ARRAY['intended', 'sent', 'unknown'])`,
      [subscriptionId],
    );
    return rows.length > 0;
  }

  async find(uuid: string): Promise<PlanChangeRequest | undefined> {
    const [row] = await this.database.query<PlanChangeRequest>(
      `SELECT ${COLUMNS} FROM plan_change_requests WHERE uuid = $1`,
      [uuid],
    );
    return row;
  }

  /** The newest request of a subscription, whatever became of it. */
  async findNewest(subscriptionId: string): Promise<PlanChangeRequest | undefined> {
    const [row] = await this.database.query<PlanChangeRequest>(
      `SELECT ${COLUMNS} FROM plan_change_requests WHERE subscription_id = $1 ORDER BY id DESC LIMIT 1`,
      [subscriptionId],
    );
    return row;
  }

  /** Scheduled changes of the subscription that were asked for before this one, and that the provider took; oldest first. */
  findTakenBefore({ id, subscriptionId }: PlanChangeRequest): Promise<EarlierChange[]> {
    return this.database.query<EarlierChange>(
      `SELECT target_plan_id AS "targetPlanId" FROM plan_change_requests
       WHERE subscription_id = $1 AND id < $2 AND kind = 'schedule'
         AND status = ANY (ARRAY['scheduled', 'applied', 'replaced', 'undone'])
       ORDER BY id`,
      [subscriptionId, id],
    );
  }

  /**
   * Moves a request on, from any status that allows it.
   *
   * @returns undefined when it is in a status that does not lead there: somebody else was first
   */
  async move(
    tx: Tx,
    id: string,
    to: RequestStatus,
    details: { readonly effectiveAt?: Date; readonly error?: string } = {},
  ): Promise<PlanChangeRequest | undefined> {
    const from = (Object.keys(REQUEST_TRANSITIONS) as RequestStatus[]).filter((status) =>
      REQUEST_TRANSITIONS[status].includes(to),
    );
    const [row] = await tx.query<PlanChangeRequest>(
      `UPDATE plan_change_requests
       SET status = $2, effective_at = coalesce($3, effective_at), error = $4, updated_at = now()
       WHERE id = $1 AND status = ANY ($5::text[]) RETURNING ${COLUMNS}`,
      [id, to, details.effectiveAt ?? null, details.error ?? null, from],
    );
    return row;
  }

  /** Requests that nobody has settled for a day, such as after a long outage of the provider. @param provider of these alone */
  async findForgotten(limit: number, provider?: ProviderName): Promise<readonly PlanChangeRequest[]> {
    return this.database.query<PlanChangeRequest>(
      `SELECT ${COLUMNS} FROM plan_change_requests
       WHERE status = ANY (ARRAY['intended', 'sent', 'unknown']) AND updated_at < now() - interval '1 day'
         AND ($2::text IS NULL
           OR EXISTS (SELECT FROM subscriptions s WHERE s.id = subscription_id AND s.payment_provider = $2))
       ORDER BY id LIMIT $1`,
      [limit, provider ?? null],
    );
  }

  /** Writes what became of scheduled requests, by the history of their subscriptions. */
  async settleScheduled(
    tx: Tx,
    subscriptions: readonly { readonly subscriptionId: string; readonly history: readonly HistoryEntry[] }[],
  ): Promise<void> {
    if (subscriptions.length === 0) return;
    const open = await tx.query<PlanChangeRequest & { targetPlanId: string; effectiveAt: Date }>(
      `SELECT ${COLUMNS} FROM plan_change_requests WHERE subscription_id = ANY ($1::bigint[]) AND status = 'scheduled'
       ORDER BY id FOR UPDATE`,
      [subscriptions.map(({ subscriptionId }) => subscriptionId)],
    );
    for (const request of open) {
      // One change can be pending: whatever was asked for before the newest request was replaced by it.
      const isNewest = open.findLast(({ subscriptionId }) => subscriptionId === request.subscriptionId) === request;
      if (!isNewest) {
        await this.move(tx, request.id, 'replaced');
        continue;
      }
      const history =
        subscriptions.find(({ subscriptionId }) => subscriptionId === request.subscriptionId)?.history ?? [];
      const effectiveAt = request.effectiveAt.getTime() / 1000;
      const outcome = computeScheduledOutcome({ targetPlanId: request.targetPlanId, effectiveAt }, history);
      if (outcome) await this.move(tx, request.id, outcome);
    }
  }
}
