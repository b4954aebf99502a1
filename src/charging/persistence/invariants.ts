import { Injectable } from '@nestjs/common';
import { Invariants, type Invariant } from '../../common/invariants/index.js';

/** Predicate of the small index of attempts that are not settled, word for word; and the columns that it is about. */
const OPEN = `status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'refund_due')`;
const DETAIL = `jsonb_build_object('purpose', purpose, 'status', status, 'amount', amount, 'currency', currency,
  'since', updated_at)`;
const SHOW = 'See what happened with GET /api/v1/admin/charge-attempts/{id}';

/** An attempt that has stood where nobody leaves it for longer than the sweep, which runs each minute, can explain. */
const stuck = (condition: string): string =>
  `SELECT uuid::text AS subject, ${DETAIL} AS detail FROM charge_attempts WHERE ${OPEN} AND ${condition}`;

/** Leases and calls go by the database's clock, what is open at a provider by product time. */
const WORK: readonly Invariant[] = [
  {
    name: 'charging.claim_is_sent',
    promise: 'A charge that was claimed is sent, or given up, within 15 minutes.',
    remedy: `The workers stand still, or its job fails. ${SHOW}; nobody was charged yet.`,
    sql: stuck(`status = 'claimed' AND updated_at < now() - interval '15 minutes'`),
  },
  {
    name: 'charging.call_ends',
    promise: 'A call to a provider is answered, or known to be unanswered, within 15 minutes.',
    remedy: `The workers stand still, or its job fails. ${SHOW}; the money may have moved.`,
    sql: stuck(`status = 'sent' AND updated_at < now() - interval '15 minutes'`),
  },
  {
    name: 'charging.unknown_is_found_out',
    promise: 'What became of a charge that was not answered is known within an hour.',
    remedy: `The provider does not answer, or lacks it and its lists cannot be read. ${SHOW}, and look it up at the provider.`,
    sql: stuck(`status = 'unknown' AND coalesce(sent_at, created_at) < now() - interval '1 hour'`),
  },
  {
    name: 'charging.open_payment_ends',
    promise: 'A payment that is open at a provider is looked at within a day after its time.',
    remedy: `The provider does not answer, or its job fails. ${SHOW}, and look it up at the provider.`,
    sql: stuck(`status IN ('requires_action', 'pending') AND updated_at < now() - interval '1 hour'
      AND (expires_at IS NULL OR expires_at < $1::timestamptz - interval '1 day')`),
    parameters: (now) => [now],
  },
  {
    name: 'charging.late_money_goes_back',
    promise: 'Money that came for what another payment pays goes back within two hours, or its refund is under way.',
    remedy: `The refund is refused: see GET /api/v1/admin/charge-attempts?purpose=late_refund, and refund it at the provider.`,
    sql: stuck(`status = 'refund_due' AND updated_at < now() - interval '2 hours' AND NOT EXISTS (
      SELECT FROM charge_attempts refund WHERE refund.intent_key = 'late_refund:' || charge_attempts.uuid
        AND refund.status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'succeeded'))`),
  },
];

const RECORDS: readonly Invariant[] = [
  {
    name: 'charging.intent_is_held_once',
    promise: 'For one intent at most one charge is open or has succeeded.',
    remedy: 'Somebody may have paid twice: compare both with the provider, and refund the one that is not wanted.',
    sql: `SELECT intent_key AS subject, jsonb_build_object('attempts', jsonb_agg(uuid ORDER BY id)) AS detail
            FROM charge_attempts
           WHERE status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'succeeded')
           GROUP BY intent_key HAVING count(*) > 1`,
  },
  {
    name: 'charging.payment_is_of_one_attempt',
    promise: 'One payment of a provider pays for one charge.',
    remedy: 'One of them was not paid: compare both with the provider.',
    sql: `SELECT provider_payment_id AS subject,
                 jsonb_build_object('provider', payment_provider, 'attempts', jsonb_agg(uuid ORDER BY id)) AS detail
            FROM charge_attempts
           WHERE provider_payment_id IS NOT NULL AND status IN ('succeeded', 'refund_due', 'refunded')
           GROUP BY payment_provider, provider_payment_id HAVING count(*) > 1`,
  },
  {
    name: 'charging.status_is_audited',
    promise: 'How a charge came to its status is written down.',
    remedy: `Somebody changed the row by hand, or the code is wrong. ${SHOW}, and compare it with the provider.`,
    sql: `SELECT attempt.uuid::text AS subject,
                 jsonb_build_object('status', attempt.status, 'last_move', move.to_status) AS detail
            FROM charge_attempts attempt
            LEFT JOIN (SELECT DISTINCT ON (charge_attempt_id) charge_attempt_id, to_status
                         FROM charge_attempt_moves ORDER BY charge_attempt_id, id DESC) move
              ON move.charge_attempt_id = attempt.id
           WHERE move.to_status IS DISTINCT FROM attempt.status`,
  },
  {
    name: 'charging.refunds_fit_their_payment',
    promise: 'No more of a payment of ours is given back, or on its way back, than was paid.',
    remedy: 'Compare the refunds with the provider: too much went back.',
    sql: `SELECT charge.uuid::text AS subject,
                 jsonb_build_object('paid', charge.amount, 'refunds', refund.total, 'currency', charge.currency) AS detail
            FROM (SELECT payment_provider, command ->> 'paymentId' AS payment_id, sum(amount) AS total
                    FROM charge_attempts
                   WHERE command ->> 'kind' = 'refund'
                     AND status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'succeeded')
                   GROUP BY 1, 2) refund
            JOIN charge_attempts charge ON charge.payment_provider = refund.payment_provider
             AND charge.provider_payment_id = refund.payment_id
             AND charge.status IN ('succeeded', 'refund_due', 'refunded')
           WHERE refund.total > charge.amount`,
  },
  {
    name: 'charging.next_step_ends',
    promise:
      'What a customer had to do for a payment, such as the page of a checkout, is forgotten once the payment is over.',
    remedy: 'Empty next_step: it may be a link that anybody who has it can use.',
    sql: `SELECT uuid::text AS subject, ${DETAIL} AS detail FROM charge_attempts
           WHERE next_step IS NOT NULL AND status NOT IN ('requires_action', 'pending')`,
  },
];

/** What charging promises of its own rows. */
@Injectable()
export class ChargingInvariants {
  constructor(invariants: Invariants) {
    invariants.register([...WORK, ...RECORDS]);
  }
}
