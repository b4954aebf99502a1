import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { Session } from '../domain/session.js';

/** What a customer said yes to. */
export interface Acceptance {
  readonly stepPosition: number;
  readonly offerId: string;
  readonly saleItemId: string;
  readonly chargeAttemptId: string;
  /** The terms as they were shown, their digest, the method. */
  readonly agreed: object;
  readonly decidedAt: Date;
}

/** What customers said to what they were offered: written once, never changed. */
@Injectable()
export class DecisionRepository {
  constructor(private readonly database: Database) {}

  async insertAcceptance(tx: Tx, session: Session, acceptance: Acceptance): Promise<void> {
    await tx.query(
      `INSERT INTO upsell_decisions (session_id, user_id, version_id, step_position, decision, offer_id, sale_item_id,
                                     charge_attempt_id, agreed, decided_at)
       VALUES ($1, $2, $3, $4, 'accept', $5, $6, $7, $8, $9)`,
      [
        session.id,
        session.userId,
        session.versionId,
        acceptance.stepPosition,
        acceptance.offerId,
        acceptance.saleItemId,
        acceptance.chargeAttemptId,
        JSON.stringify(acceptance.agreed),
        acceptance.decidedAt,
      ],
    );
  }

  /** One row for each offer that the step showed. */
  async insertDeclines(
    tx: Tx,
    session: Session,
    declined: { readonly stepPosition: number; readonly offerIds: readonly string[]; readonly decidedAt: Date },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO upsell_decisions (session_id, user_id, version_id, step_position, decision, offer_id, decided_at)
       SELECT $1, $2, $3, $4, 'decline', offer_id, $6 FROM unnest($5::bigint[]) AS offer_id`,
      [session.id, session.userId, session.versionId, declined.stepPosition, declined.offerIds, declined.decidedAt],
    );
  }

  /** Those of the offers that the user has said no to, in any sale or at any moment. */
  async findDeclinedOfferIds(userId: string, offerIds: readonly string[], tx?: Tx): Promise<ReadonlySet<string>> {
    const rows = await (tx ?? this.database).query<{ offerId: string }>(
      `SELECT offer_id AS "offerId" FROM upsell_decisions
        WHERE user_id = $1 AND offer_id = ANY ($2::bigint[]) AND decision = 'decline'
       UNION
       SELECT offer_id FROM upsell_triggers
        WHERE user_id = $1 AND offer_id = ANY ($2::bigint[]) AND status = 'declined'`,
      [userId, offerIds],
    );
    return new Set(rows.map(({ offerId }) => offerId));
  }
}
