import { Injectable } from '@nestjs/common';
import type { Tx } from '../../common/database/index.js';
import type { UpsellEvent } from '../domain/upsell-event.js';

/** What analytics counts: only ever added to. */
@Injectable()
export class EventRepository {
  /** @returns whether it is new: a step of a session is seen once */
  async append(tx: Tx, event: UpsellEvent): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO upsell_events (session_id, sale_id, version_id, step_position, offer_id, type, amount, currency, reason,
                                  occurred_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (session_id, step_position) WHERE type = 'impression' DO NOTHING RETURNING id`,
      [
        event.sessionId,
        event.saleId,
        event.versionId,
        event.stepPosition,
        event.offerId,
        event.type,
        event.money?.amount ?? null,
        event.money?.currency ?? null,
        event.reason ?? null,
        event.occurredAt,
      ],
    );
    return rows.length > 0;
  }
}
