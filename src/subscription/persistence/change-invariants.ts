import type { Invariant } from '../../common/invariants/index.js';

const OPEN = `('claimed', 'sent', 'unknown', 'requires_action', 'pending')`;
const QUOTE = `jsonb_build_object('subscription', s.uuid, 'status', quote.status, 'amount_due', quote.amount_due,
  'currency', quote.currency)`;
const REQUEST = `jsonb_build_object('subscription', s.uuid, 'kind', request.kind, 'status', request.status,
  'since', request.updated_at)`;

const quotesThat = (condition: string): string =>
  `SELECT quote.uuid::text AS subject, ${QUOTE} AS detail
     FROM plan_quotes quote JOIN subscriptions s ON s.id = quote.subscription_id WHERE ${condition}`;
const requestsThat = (condition: string): string =>
  `SELECT request.uuid::text AS subject, ${REQUEST} AS detail
     FROM plan_change_requests request JOIN subscriptions s ON s.id = request.subscription_id WHERE ${condition}`;

/** What was asked for: by requests, and at once by quotes. Work goes by the database's clock, offers by product time. */
export const CHANGE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'subscription.request_is_carried',
    promise: 'A change that was asked for is carried to the provider within an hour, or was not answered.',
    remedy: 'The workers stand still, or the job subscription.resume-request fails.',
    sql: requestsThat(`request.status IN ('intended', 'sent') AND request.updated_at < now() - interval '1 hour'`),
  },
  {
    name: 'subscription.request_is_settled',
    promise: 'What became of a change that was not answered is known within two days.',
    remedy: 'The provider does not answer: look the subscription up there.',
    sql: requestsThat(`request.status = 'unknown' AND request.created_at < now() - interval '2 days'`),
  },
  {
    name: 'subscription.scheduled_request_is_pending',
    promise: 'A change that counts as scheduled is pending for its subscription.',
    remedy: 'The customer waits for a change that will not come: compare the subscription with its provider.',
    sql: requestsThat(`request.status = 'scheduled' AND request.updated_at < now() - interval '1 hour'
      AND s.scheduled_plan_id IS DISTINCT FROM request.target_plan_id`),
  },
  {
    name: 'subscription.open_quote_ends',
    promise: 'An offer to switch at once is closed within an hour after its 15 minutes.',
    remedy: 'The job subscription.expire-quotes does not run. Nobody can accept the quote any more.',
    sql: quotesThat(`quote.status = 'open' AND quote.expires_at < $1::timestamptz - interval '1 hour'
      AND quote.created_at < now() - interval '1 hour'`),
    parameters: (now) => [now],
  },
  {
    name: 'subscription.applied_quote_changed_the_plan',
    promise: 'A switch at once that was paid for is made within an hour.',
    remedy: 'Somebody has paid for a plan that they do not have: compare the subscription with its provider.',
    sql: quotesThat(`quote.status = 'applied' AND quote.updated_at < now() - interval '1 hour'
      AND s.status <> 'canceled' AND s.package_plan_id <> quote.target_plan_id AND NOT EXISTS (
        SELECT FROM subscription_histories h WHERE h.subscription_id = s.id AND h.status = 'active'
          AND h.type = 'change' AND h.effective_at >= quote.proration_at - interval '5 minutes')`),
  },
  {
    name: 'subscription.excess_goes_back',
    promise: 'What a provider took for a switch beyond what was quoted goes back within a day, or is on its way back.',
    remedy:
      'Its refund is refused: GET /api/v1/admin/charge-attempts?purpose=plan_change_excess, and refund it at the provider.',
    sql: `SELECT attempt.uuid::text AS subject, jsonb_build_object('quote', quote.uuid, 'quoted', quote.amount_due,
                   'taken', attempt.amount, 'currency', attempt.currency) AS detail
            FROM charge_attempts attempt JOIN plan_quotes quote ON quote.id = attempt.subject_id
           WHERE attempt.purpose = 'plan_change' AND attempt.status = 'succeeded'
             AND attempt.updated_at < now() - interval '1 day'
             AND attempt.currency = quote.currency AND attempt.amount > quote.amount_due
             AND NOT EXISTS (SELECT FROM charge_attempts refund
               WHERE refund.intent_key = 'plan_change_excess:' || attempt.uuid
                 AND refund.status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'succeeded'))`,
  },
  {
    name: 'subscription.paid_switch_is_applied',
    promise: 'A switch at once whose charge succeeded is applied, and one whose charge is over without money is not.',
    remedy: 'Compare the charge and the subscription with the provider.',
    sql: `SELECT quote.uuid::text AS subject, jsonb_build_object('status', quote.status, 'attempt', attempt.uuid,
                   'attempt_status', attempt.status) AS detail
            FROM charge_attempts attempt JOIN plan_quotes quote ON quote.id = attempt.subject_id
           WHERE attempt.purpose = 'plan_change' AND quote.status <> CASE
             WHEN attempt.status = 'succeeded' THEN 'applied'
             WHEN attempt.status IN ${OPEN} THEN 'executing' ELSE 'failed' END`,
  },
];
