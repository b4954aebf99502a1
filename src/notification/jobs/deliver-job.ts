import type { Tx } from '../../common/database/index.js';
import type { Jobs } from '../../common/jobs/index.js';
import type { DeliveryReference } from '../persistence/delivery.repository.js';

export const DELIVER = 'notification.deliver';

/** Sends everything that is due at an endpoint: of the jobs of several messages the first does it for all. */
export interface DeliverPayload {
  readonly endpointId: string;
}

/**
 * Has a message sent.
 *
 * @param occasion what it is for: a job that waits for another one keeps its own time
 * @param runAt system time; at once when absent
 */
export async function addDeliverJob(
  jobs: Jobs,
  tx: Tx,
  { uuid, endpointId }: DeliveryReference,
  occasion: string,
  runAt?: Date,
): Promise<void> {
  const payload: DeliverPayload = { endpointId };
  await jobs.add(tx, DELIVER, payload, { key: `${DELIVER}:${uuid}:${occasion}`, runAt });
}
