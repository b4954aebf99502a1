import type { Invariant } from '../../common/invariants/index.js';

const OPEN = `('claimed', 'sent', 'unknown', 'requires_action', 'pending')`;
const BY_HAND = 'The code is wrong, or somebody changed rows by hand: see GET /api/v1/admin/sales/{id}.';

const salesThat = (condition: string): string =>
  `SELECT sale.uuid::text AS subject, jsonb_build_object('status', sale.status, 'closed_at', sale.closed_at,
          'session', session.status) AS detail
     FROM sales sale LEFT JOIN upsell_sessions session ON session.sale_id = sale.id WHERE ${condition}`;
const sessionsThat = (condition: string): string =>
  `SELECT session.uuid::text AS subject, jsonb_build_object('sale', sale.uuid, 'status', session.status,
          'step', session.step_position, 'attempt', attempt.uuid, 'attempt_status', attempt.status) AS detail
     FROM upsell_sessions session JOIN sales sale ON sale.id = session.sale_id
     LEFT JOIN charge_attempts attempt ON attempt.id = session.charge_attempt_id WHERE ${condition}`;

/** Sales and sessions. They move together; only the sweep, which closes what customers have left, needs its time. */
export const SALE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'upsell.sale_has_a_main_item',
    promise: 'Every sale has what was bought first, of the amount and the payment of the sale.',
    remedy: BY_HAND,
    sql: salesThat(`NOT EXISTS (SELECT FROM sale_items item WHERE item.sale_id = sale.id AND item.kind = 'main'
      AND item.status IN ('paid', 'refunded') AND item.amount = sale.amount AND item.currency = sale.currency
      AND item.provider_payment_id = sale.provider_payment_id)`),
  },
  {
    name: 'upsell.extended_sale_has_a_paid_upsell',
    promise: 'A sale is extended when, and only when, an upsell of it was paid.',
    remedy: BY_HAND,
    sql: salesThat(`(sale.status = 'extended') <> EXISTS (SELECT FROM sale_items item WHERE item.sale_id = sale.id
      AND item.kind = 'upsell' AND item.status IN ('paid', 'refunded'))`),
  },
  {
    name: 'upsell.sale_closes_with_its_session',
    promise: 'A sale is closed when, and only when, nothing is offered after it any more.',
    remedy: `What was sold is never shipped, or is shipped too early. ${BY_HAND}`,
    sql: salesThat(`(sale.closed_at IS NULL) <> coalesce(session.status IN ('open', 'charging'), false)
      OR sale.closed_at IS NULL AND sale.status = 'finalized' OR sale.closed_at IS NOT NULL AND sale.status = 'approved'`),
  },
  {
    name: 'upsell.charging_session_is_being_paid',
    promise: 'A session that waits for a payment waits for one that is open.',
    remedy: `The customer waits for ever. ${BY_HAND}`,
    sql: sessionsThat(`session.status = 'charging' AND attempt.status NOT IN ${OPEN}`),
  },
  {
    name: 'upsell.session_ends_in_time',
    promise: 'A session, or its step, that nobody answers is closed within an hour after its time.',
    remedy: 'The sweep of sessions does not run, or fails: see its log lines.',
    sql: sessionsThat(`session.status = 'open' AND session.updated_at < now() - interval '15 minutes'
      AND least(session.expires_at, session.step_expires_at) < $1::timestamptz - interval '1 hour'`),
    parameters: (now) => [now],
  },
  {
    name: 'upsell.ended_session_leaves_no_open_charge',
    promise: 'A session that ended has no charge that was sent and never answered.',
    remedy: 'Its charge is being asked about: see GET /api/v1/admin/charge-attempts?status=unknown.',
    sql: `SELECT session.uuid::text AS subject, jsonb_build_object('status', session.status, 'item', item.uuid,
                 'attempt', attempt.uuid, 'attempt_status', attempt.status) AS detail
            FROM upsell_sessions session JOIN sale_items item ON item.sale_id = session.sale_id
            JOIN charge_attempts attempt ON attempt.purpose = 'upsell' AND attempt.subject_id = item.id
           WHERE session.status NOT IN ('open', 'charging') AND attempt.status IN ('claimed', 'sent', 'unknown')`,
  },
];
