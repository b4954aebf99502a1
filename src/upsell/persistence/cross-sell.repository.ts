import { Injectable } from '@nestjs/common';
import type { ChargeFailureCode } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import { crossSellStatusesBefore, type CrossSell, type CrossSellStatus } from '../domain/cross-sell.js';
import { selectList, type Columns } from './columns.js';

const CROSS_SELL_COLUMNS: Columns<keyof CrossSell> = {
  id: 'id',
  uuid: 'uuid',
  userId: 'user_id',
  groupId: 'group_id',
  offerId: 'offer_id',
  triggerId: 'trigger_id',
  provider: 'payment_provider',
  providerCustomerId: 'provider_customer_id',
  cardId: 'card_id',
  amount: 'amount::float8',
  currency: 'currency',
  language: 'language',
  returnUrl: 'return_url',
  status: 'status',
  chargeAttemptId: 'charge_attempt_id',
  saleId: 'sale_id',
};
const SELECT = selectList(CROSS_SELL_COLUMNS, 'bought');

export type NewCrossSell = Omit<CrossSell, 'id' | 'uuid' | 'status' | 'chargeAttemptId' | 'saleId'> & {
  /** The terms, their digest, the method. */
  readonly agreed: object;
  readonly decidedAt: Date;
};

@Injectable()
export class CrossSellRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, bought: NewCrossSell): Promise<CrossSell> {
    const rows = await tx.query<CrossSell>(
      `INSERT INTO cross_sells AS bought (user_id, group_id, offer_id, trigger_id, payment_provider, provider_customer_id,
                                          card_id, amount, currency, language, return_url, agreed, decided_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING ${SELECT}`,
      [
        bought.userId,
        bought.groupId,
        bought.offerId,
        bought.triggerId,
        bought.provider,
        bought.providerCustomerId,
        bought.cardId,
        bought.amount,
        bought.currency,
        bought.language,
        bought.returnUrl,
        JSON.stringify(bought.agreed),
        bought.decidedAt,
      ],
    );
    return rows[0]!;
  }

  /** What moves its money. */
  async setAttempt(tx: Tx, id: string, attemptId: string): Promise<CrossSell> {
    const rows = await tx.query<CrossSell>(
      `UPDATE cross_sells AS bought SET charge_attempt_id = $2, updated_at = now() WHERE id = $1 RETURNING ${SELECT}`,
      [id, attemptId],
    );
    return rows[0]!;
  }

  async findOfUser(userId: string, uuid: string): Promise<CrossSell | undefined> {
    const rows = await this.database.query<CrossSell>(
      `SELECT ${SELECT} FROM cross_sells bought WHERE uuid = $2 AND user_id = $1`,
      [userId, uuid],
    );
    return rows[0];
  }

  /** The one that is being paid for, if any. */
  async findPending(userId: string, offerId: string, tx?: Tx): Promise<CrossSell | undefined> {
    const rows = await (tx ?? this.database).query<CrossSell>(
      `SELECT ${SELECT} FROM cross_sells bought WHERE user_id = $1 AND offer_id = $2 AND status = 'pending'`,
      [userId, offerId],
    );
    return rows[0];
  }

  /** The one that decides what has become of a trigger's offer: that which is paid, else the last. */
  async findOfTrigger(triggerId: string, tx?: Tx): Promise<CrossSell | undefined> {
    const rows = await (tx ?? this.database).query<CrossSell>(
      `SELECT ${SELECT} FROM cross_sells bought WHERE trigger_id = $1 ORDER BY (status = 'paid') DESC, id DESC LIMIT 1`,
      [triggerId],
    );
    return rows[0];
  }

  /**
   * How often the user has bought the offer and has it no more, as far as this tells: what was bought once, each time; a plan,
   * when the subscription that it started is known here and has ended. Asked before whether they have it now.
   *
   * @param planGroupId whom a plan is for; null: it is no plan
   */
  async countEnded(tx: Tx, userId: string, offerId: string, planGroupId: string | null): Promise<number> {
    const rows = await tx.query<{ ended: number }>(
      `SELECT count(*)::int AS ended FROM cross_sells bought
         JOIN offers offer ON offer.id = bought.offer_id
         JOIN charge_attempts attempt ON attempt.id = bought.charge_attempt_id
        WHERE bought.user_id = $1 AND bought.offer_id = $2 AND bought.status = 'paid'
          AND (offer.package_plan_id IS NULL OR EXISTS (
            SELECT 1 FROM subscriptions subscription
             WHERE subscription.payment_provider = bought.payment_provider
               AND subscription.payment_provider_subscription_id = attempt.provider_references ->> 'subscriptionId'
               AND subscription.status = 'canceled'))
          AND ($3::bigint IS NULL OR bought.group_id = $3::bigint)`,
      [userId, offerId, planGroupId],
    );
    return rows[0]?.ended ?? 0;
  }

  /** Why saved cards did not pay this offer for this user since then. */
  async findCardFailures(userId: string, offerId: string, since: Date): Promise<readonly ChargeFailureCode[]> {
    const rows = await this.database.query<{ failure: ChargeFailureCode }>(
      `SELECT attempt.failure_code AS failure
         FROM cross_sells bought JOIN charge_attempts attempt ON attempt.id = bought.charge_attempt_id
        WHERE bought.user_id = $1 AND bought.offer_id = $2 AND bought.status = 'failed'
          AND bought.card_id IS NOT NULL AND attempt.failure_code IS NOT NULL AND bought.decided_at >= $3`,
      [userId, offerId, since],
    );
    return rows.map(({ failure }) => failure);
  }

  /** Locked after its attempt. */
  async lock(tx: Tx, id: string): Promise<CrossSell> {
    const rows = await tx.query<CrossSell>(`SELECT ${SELECT} FROM cross_sells bought WHERE id = $1 FOR NO KEY UPDATE`, [
      id,
    ]);
    if (!rows[0]) throw new Error(`There is no cross-sell ${id}.`);
    return rows[0];
  }

  /** @throws Error when its status does not lead there */
  async move(tx: Tx, { id, uuid, status }: CrossSell, to: CrossSellStatus, saleId: string | null): Promise<CrossSell> {
    const rows = await tx.query<CrossSell>(
      `UPDATE cross_sells AS bought SET status = $2, sale_id = $3, updated_at = now()
        WHERE id = $1 AND status = ANY ($4::text[]) RETURNING ${SELECT}`,
      [id, to, saleId, crossSellStatusesBefore(to)],
    );
    if (!rows[0]) throw new Error(`Cross-sell ${uuid} is ${status} and cannot become ${to}.`);
    return rows[0];
  }
}
