import { Injectable } from '@nestjs/common';
import type { Tx } from '../../common/database/index.js';
import type { MerchantMessage } from '../domain/merchant-event.js';

export interface DeliveryReference {
  readonly uuid: string;
  readonly endpointId: string;
}

@Injectable()
export class DeliveryRepository {
  /** @returns one for each active endpoint that wants the type and was not given this message yet */
  insert(tx: Tx, message: MerchantMessage, payload: string): Promise<DeliveryReference[]> {
    return tx.query<DeliveryReference>(
      `INSERT INTO merchant_webhook_deliveries (endpoint_id, message_id, event_type, payload, next_attempt_at)
       SELECT id, $1, $2, $3, now() FROM merchant_webhook_endpoints
       WHERE is_active AND (event_types = '{}' OR $2 = ANY (event_types)) ORDER BY id
       ON CONFLICT ON CONSTRAINT merchant_webhook_deliveries_message_key DO NOTHING
       RETURNING uuid, endpoint_id AS "endpointId"`,
      [message.id, message.type, payload],
    );
  }
}
