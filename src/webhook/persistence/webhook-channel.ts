import type { Tx } from '../../common/database/index.js';

/** The NOTIFY channel that says: there may be something to claim. */
export const WEBHOOK_CHANNEL = 'uplift_webhook_events';

/** Wakes the workers when the transaction commits. */
export async function notifyWorkers(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_notify($1, '')`, [WEBHOOK_CHANNEL]);
}
