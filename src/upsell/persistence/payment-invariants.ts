import type { Invariant } from '../../common/invariants/index.js';

const OPEN = `('claimed', 'sent', 'unknown', 'requires_action', 'pending')`;
const ITEM = `jsonb_build_object('sale', sale.uuid, 'kind', item.kind, 'status', item.status, 'amount', item.amount,
  'currency', item.currency)`;
const COMPARE = 'compare GET /api/v1/admin/sales/{id} with the provider';

const itemsThat = (condition: string): string =>
  `SELECT item.uuid::text AS subject, ${ITEM} AS detail
     FROM sale_items item JOIN sales sale ON sale.id = item.sale_id WHERE ${condition}`;
const crossSellsThat = (condition: string): string =>
  `SELECT bought.uuid::text AS subject,
          jsonb_build_object('status', bought.status, 'attempt', attempt.uuid, 'attempt_status', attempt.status) AS detail
     FROM cross_sells bought LEFT JOIN charge_attempts attempt ON attempt.id = bought.charge_attempt_id WHERE ${condition}`;

/** What is sold, and the charges that pay for it: they move in one transaction, so nothing of this has a time of grace. */
export const PAYMENT_INVARIANTS: readonly Invariant[] = [
  {
    name: 'upsell.paid_item_was_charged',
    promise: 'An upsell that counts as paid was paid by a charge of its own that succeeded.',
    remedy: `Somebody was given what they have not paid for: ${COMPARE}.`,
    sql: itemsThat(`item.kind = 'upsell' AND item.status IN ('paid', 'refunded') AND NOT EXISTS (
      SELECT FROM charge_attempts attempt
       WHERE attempt.purpose = 'upsell' AND attempt.subject_id = item.id AND attempt.status = 'succeeded')`),
  },
  {
    name: 'upsell.charge_pays_its_item',
    promise: 'A charge for an upsell that succeeded has paid for it.',
    remedy: `Somebody has paid for what they were not given: ${COMPARE}.`,
    sql: `SELECT attempt.uuid::text AS subject, jsonb_build_object('amount', attempt.amount,
                 'currency', attempt.currency, 'item', item.uuid, 'item_status', item.status) AS detail
            FROM charge_attempts attempt LEFT JOIN sale_items item ON item.id = attempt.subject_id
           WHERE attempt.purpose = 'upsell' AND attempt.status = 'succeeded'
             AND (item.id IS NULL OR item.status NOT IN ('paid', 'refunded'))`,
  },
  {
    name: 'upsell.item_has_the_amount_of_its_charge',
    promise: 'An upsell that was paid has the amount, the currency and the payment of its charge.',
    remedy: `The code is wrong, or somebody changed rows by hand: ${COMPARE}.`,
    sql: `SELECT item.uuid::text AS subject, jsonb_build_object('amount', item.amount, 'charged', attempt.amount,
                 'attempt', attempt.uuid, 'currency', attempt.currency) AS detail
            FROM sale_items item JOIN charge_attempts attempt
              ON attempt.purpose = 'upsell' AND attempt.subject_id = item.id AND attempt.status = 'succeeded'
           WHERE (item.amount, item.currency) IS DISTINCT FROM (attempt.amount, attempt.currency)
              OR item.provider_payment_id <> attempt.provider_payment_id`,
  },
  {
    name: 'upsell.pending_item_is_being_paid',
    promise: 'An upsell that is being paid for has a charge that is open.',
    remedy: `Nothing will ever decide it: ${COMPARE}.`,
    sql: itemsThat(`item.status = 'pending' AND NOT EXISTS (
      SELECT FROM charge_attempts attempt
       WHERE attempt.purpose = 'upsell' AND attempt.subject_id = item.id AND attempt.status IN ${OPEN})`),
  },
  {
    name: 'upsell.upsell_was_agreed_to',
    promise: 'For every upsell there is the customer’s yes, with what they agreed to.',
    remedy: `It was charged without a yes that can be shown: ${COMPARE}.`,
    sql: itemsThat(`item.kind = 'upsell' AND NOT EXISTS (SELECT FROM upsell_decisions decision
      WHERE decision.sale_item_id = item.id AND decision.decision = 'accept')`),
  },
  {
    name: 'upsell.refunded_in_full_is_refunded',
    promise: 'What was given back in full counts as refunded, and nothing else does.',
    remedy: `Compare the refunds with the provider: ${COMPARE}.`,
    sql: itemsThat(`item.amount > 0 AND item.status IN ('paid', 'refunded')
      AND (item.status = 'refunded') <> (item.refunded_amount = item.amount)`),
  },
  {
    name: 'upsell.refunds_are_counted',
    promise: 'What was given back of a sale by us is counted in it.',
    remedy: `More went back than the sale says: ${COMPARE}.`,
    sql: `SELECT item.uuid::text AS subject, jsonb_build_object('amount', item.amount, 'currency', item.currency,
                 'refunded', item.refunded_amount, 'refunds', refund.total) AS detail
            FROM (SELECT subject_id, sum(amount) AS total FROM charge_attempts
                   WHERE purpose = 'refund' AND status = 'succeeded' GROUP BY subject_id) refund
            JOIN sale_items item ON item.id = refund.subject_id
           WHERE refund.total > item.refunded_amount`,
  },
  {
    name: 'upsell.cross_sell_is_as_its_charge',
    promise: 'A cross-sell is paid when its charge has succeeded, and pending while it is open.',
    remedy: 'Compare the charge with the provider: somebody has what they did not pay for, or the other way round.',
    sql: crossSellsThat(`attempt.status IS NULL OR bought.status IS DISTINCT FROM CASE
      WHEN attempt.status = 'succeeded' THEN 'paid' WHEN attempt.status IN ${OPEN} THEN 'pending'
      WHEN attempt.status = 'failed' THEN 'failed' WHEN attempt.status IN ('expired', 'canceled') THEN 'expired'
      ELSE bought.status END`),
  },
  {
    name: 'upsell.executing_quote_is_being_paid',
    promise: 'A switch of plan that is being carried out has a charge that is open.',
    remedy: 'Nothing will ever decide it, and nothing else can be changed: compare the subscription with its provider.',
    sql: `SELECT quote.uuid::text AS subject, jsonb_build_object('status', quote.status, 'since', quote.updated_at) AS detail
            FROM plan_quotes quote
           WHERE quote.status = 'executing' AND NOT EXISTS (
             SELECT FROM charge_attempts attempt
              WHERE attempt.status IN ${OPEN} AND (
                attempt.purpose = 'plan_change' AND attempt.subject_id = quote.id
                OR attempt.purpose = 'upsell'
                   AND attempt.subject_id IN (SELECT id FROM sale_items WHERE plan_quote_id = quote.id)))`,
  },
  {
    name: 'upsell.applied_quote_was_charged',
    promise: 'A switch of plan that counts as made was charged, by a charge that succeeded.',
    remedy: 'Compare the charge and the subscription with the provider.',
    sql: `SELECT quote.uuid::text AS subject, jsonb_build_object('amount_due', quote.amount_due) AS detail
            FROM plan_quotes quote
           WHERE quote.status = 'applied' AND NOT EXISTS (
             SELECT FROM charge_attempts attempt
              WHERE attempt.purpose = 'plan_change' AND attempt.subject_id = quote.id AND attempt.status = 'succeeded')
             AND NOT EXISTS (
             SELECT FROM sale_items item WHERE item.plan_quote_id = quote.id AND item.status IN ('paid', 'refunded'))`,
  },
];
