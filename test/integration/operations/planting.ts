/** How each invariant is broken in a world where all of them hold. */
export interface Mutation {
  /** Statements of one transaction that is rolled back; triggers and foreign keys are off in it. */
  readonly statements: readonly string[];
  /** What else must be noticed then. */
  readonly also?: readonly string[];
}

export const LONG_AGO = `'2000-01-01T00:00:00Z'`;
export const ago = (time: string): string => `now() - interval '${time}'`;

/** Of the customer whose upsell was paid and kept. */
export const PAID_ITEM = `(SELECT item.id FROM sale_items item JOIN upsell_sessions session ON session.sale_id = item.sale_id
  WHERE item.kind = 'upsell' AND item.status = 'paid' ORDER BY item.id LIMIT 1)`;
export const PAID_ITEM_UUID = `(SELECT uuid::text FROM sale_items WHERE id = ${PAID_ITEM})`;
export const PAID_SALE = `(SELECT sale_id FROM sale_items WHERE id = ${PAID_ITEM})`;
export const PAID_ATTEMPT = `(SELECT id FROM charge_attempts
  WHERE purpose = 'upsell' AND status = 'succeeded' AND subject_id = ${PAID_ITEM})`;
/** Of the customer whose upsell was given back. */
export const REFUNDED_ITEM_UUID = `(SELECT uuid::text FROM sale_items WHERE kind = 'upsell' AND status = 'refunded' LIMIT 1)`;
/** Of the customer who is about to pay an upsell by Pix. */
export const OPEN_ATTEMPT = `(SELECT charge_attempt_id FROM upsell_sessions WHERE status = 'charging')`;
/** Of the group that has a pending change, of the one that has switched at once, and of the one whose subscription has ended. */
export const WITH_CHANGE = `(SELECT id FROM subscriptions WHERE scheduled_plan_id IS NOT NULL LIMIT 1)`;
export const SWITCHED = `(SELECT subscription_id FROM plan_quotes WHERE status = 'applied' LIMIT 1)`;
export const ENDED = `(SELECT id FROM subscriptions WHERE status = 'canceled' LIMIT 1)`;
export const OTHER_PLAN = `(SELECT id FROM package_plans WHERE code = 'starter')`;
export const EVENT = `(SELECT id FROM webhook_events WHERE status = 'completed' AND outcome = 'applied' ORDER BY id LIMIT 1)`;
export const DELIVERY = `(SELECT min(id) FROM merchant_webhook_deliveries)`;

export const one = (...statements: readonly string[]): Mutation => ({ statements });

/** Moves an attempt, and writes down that it was. */
export const moveAttempt = (id: string, status: string, more = ''): readonly string[] => [
  `INSERT INTO charge_attempt_moves (charge_attempt_id, to_status, cause) VALUES (${id}, '${status}', 'planted')`,
  `UPDATE charge_attempts SET status = '${status}', next_step = NULL ${more} WHERE id = ${id}`,
];

/** An attempt like another one, that differs in these columns. */
export function plantAttempt(like: string, values: Readonly<Record<string, string>>): string {
  const columns: Readonly<Record<string, string>> = {
    intent_key: `'planted'`,
    purpose: `'planted'`,
    subject_id: 'subject_id',
    status: 'status',
    payment_provider: 'payment_provider',
    user_id: 'user_id',
    amount: 'amount',
    currency: 'currency',
    command: 'command',
    ...values,
  };
  return `WITH planted AS (
      INSERT INTO charge_attempts (${Object.keys(columns).join(', ')})
      SELECT ${Object.values(columns).join(', ')} FROM charge_attempts WHERE id = ${like} RETURNING id, status)
    INSERT INTO charge_attempt_moves (charge_attempt_id, to_status, cause) SELECT id, status, 'planted' FROM planted`;
}
