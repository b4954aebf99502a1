import {
  LONG_AGO,
  ago,
  PAID_ITEM,
  PAID_ITEM_UUID,
  PAID_SALE,
  PAID_ATTEMPT,
  REFUNDED_ITEM_UUID,
  OPEN_ATTEMPT,
  WITH_CHANGE,
  SWITCHED,
  ENDED,
  OTHER_PLAN,
  EVENT,
  DELIVERY,
  one,
  moveAttempt,
  plantAttempt,
  type Mutation,
} from './planting.js';

const changeEvent = (values: string): Mutation =>
  one(`UPDATE webhook_events SET ${values}, updated_at = ${ago('20 minutes')} WHERE id = ${EVENT}`);
const FAILED = `status = 'failed', completed_at = NULL, outcome = NULL`;
const changeDelivery = (values: string): Mutation =>
  one(`UPDATE merchant_webhook_deliveries SET ${values} WHERE id = ${DELIVERY}`);

const OF_CHARGING: Readonly<Record<string, readonly Mutation[]>> = {
  'charging.claim_is_sent': [one(...moveAttempt(OPEN_ATTEMPT, 'claimed', `, updated_at = ${ago('16 minutes')}`))],
  'charging.call_ends': [one(...moveAttempt(OPEN_ATTEMPT, 'sent', `, updated_at = ${ago('16 minutes')}`))],
  'charging.unknown_is_found_out': [one(...moveAttempt(OPEN_ATTEMPT, 'unknown', `, sent_at = ${ago('61 minutes')}`))],
  'charging.open_payment_ends': [
    one(
      `UPDATE charge_attempts SET expires_at = ${LONG_AGO}, updated_at = ${ago('2 hours')} WHERE id = ${OPEN_ATTEMPT}`,
    ),
    one(`UPDATE charge_attempts SET expires_at = NULL, updated_at = ${ago('2 hours')} WHERE id = ${OPEN_ATTEMPT}`),
  ],
  'charging.late_money_goes_back': [
    one(plantAttempt(PAID_ATTEMPT, { status: `'refund_due'`, updated_at: ago('3 hours') })),
  ],
  'charging.intent_is_held_once': [
    one('DROP INDEX charge_attempts_intent_key', plantAttempt(PAID_ATTEMPT, { intent_key: 'intent_key' })),
  ],
  'charging.payment_is_of_one_attempt': [
    one(plantAttempt(PAID_ATTEMPT, { provider_payment_id: 'provider_payment_id' })),
  ],
  'charging.status_is_audited': [
    one(`DELETE FROM charge_attempt_moves WHERE charge_attempt_id = ${PAID_ATTEMPT}`),
    one(`UPDATE charge_attempt_moves SET to_status = 'failed' WHERE id = (
           SELECT max(id) FROM charge_attempt_moves WHERE charge_attempt_id = ${PAID_ATTEMPT})`),
  ],
  'charging.refunds_fit_their_payment': [
    one(
      plantAttempt(PAID_ATTEMPT, {
        amount: 'amount + 1',
        command: `jsonb_build_object('kind', 'refund', 'paymentId', provider_payment_id)`,
      }),
    ),
  ],
  'charging.next_step_ends': [one(`UPDATE charge_attempts SET next_step = '{}' WHERE id = ${PAID_ATTEMPT}`)],
};

const OF_QUEUES: Readonly<Record<string, readonly Mutation[]>> = {
  'jobs.none_is_given_up': [
    one(
      `SELECT graphile_worker.add_job('planted', job_key => 'planted', max_attempts => 1)`,
      `UPDATE graphile_worker._private_jobs SET attempts = 1 WHERE key = 'planted'`,
    ),
    one(
      `INSERT INTO graphile_worker._private_known_crontabs (identifier, known_since) VALUES ('planted', now())`,
      `SELECT graphile_worker.add_job('planted', max_attempts => 1)`,
      `UPDATE graphile_worker._private_jobs SET attempts = 1 WHERE max_attempts = 1`,
    ),
  ],
  'jobs.none_is_overdue': [one(`SELECT graphile_worker.add_job('planted', run_at => ${ago('16 minutes')})`)],
  'idempotency.keys_are_forgotten': [
    one(
      `UPDATE idempotent_requests SET created_at = ${ago('27 hours')} WHERE id = (SELECT min(id) FROM idempotent_requests)`,
    ),
  ],
  'notification.message_is_sent_when_due': [
    changeDelivery(`status = 'pending', leased_until = NULL, next_attempt_at = ${ago('16 minutes')}`),
    changeDelivery(`status = 'pending', leased_until = ${ago('16 minutes')}, next_attempt_at = ${ago('16 minutes')}`),
  ],
  'notification.message_has_a_next_try': [changeDelivery(`status = 'pending', next_attempt_at = NULL`)],
  'notification.failure_says_why': [changeDelivery(`status = 'failed', error = NULL, next_attempt_at = NULL`)],
  'notification.old_secret_is_forgotten': [
    one(`UPDATE merchant_webhook_endpoints SET previous_secret = 'old', previous_secret_until = ${ago('2 hours')}`),
  ],
  'webhook.event_is_taken_up': [changeEvent(`status = 'pending', completed_at = NULL, outcome = NULL`)],
  'webhook.lease_is_taken_over': [
    changeEvent(`status = 'processing', completed_at = NULL, outcome = NULL, claim_token = gen_random_uuid(),
                 lease_until = ${ago('16 minutes')}`),
  ],
  'webhook.retry_is_made': [changeEvent(`${FAILED}, error = 'Planted.', next_attempt_at = ${LONG_AGO}`)],
  'webhook.failure_says_why': [changeEvent(FAILED)],
  'webhook.settled_event_says_how': [changeEvent('outcome = NULL')],
  'webhook.nothing_waits_for_a_known_price': [
    changeEvent(`${FAILED}, error = 'Planted.', waiting_for = (
      SELECT 'price:' || provider || ':' || provider_price_id FROM package_plan_prices LIMIT 1)`),
  ],
  'webhook.nothing_foreign_waits_for_a_known_customer': [
    changeEvent(`outcome = 'foreign', waiting_for = (
      SELECT 'customer:' || provider || ':' || provider_customer_id FROM user_provider_customers LIMIT 1)`),
  ],
  'webhook.nothing_waits_for_a_known_payment': [
    changeEvent(`outcome = 'foreign', waiting_for = (
      SELECT 'payment:' || payment_provider || ':' || provider_payment_id FROM sales LIMIT 1)`),
  ],
  'identity.customer_is_linked': [
    one(`UPDATE users SET payment_provider_customer_id = 'cus_of_nobody' WHERE id = (SELECT min(id) FROM users)`),
  ],
  'identity.group_has_an_owner': [
    one(`UPDATE group_members SET role = 'admin' WHERE group_id = (SELECT min(id) FROM groups)`),
  ],
};

const changeRequest = (values: string): Mutation =>
  one(`UPDATE plan_change_requests SET ${values} WHERE subscription_id = ${WITH_CHANGE}`);

const OF_SUBSCRIPTIONS: Readonly<Record<string, readonly Mutation[]>> = {
  'subscription.one_change_is_pending': [
    one(
      'DROP INDEX subscription_histories_pending_change_key',
      `INSERT INTO subscription_histories (subscription_id, package_plan_id, old_plan_id, type, status, payment_status,
         daily_amount, effective_at, fold_key, position)
       SELECT subscription_id, package_plan_id, old_plan_id, type, status, payment_status, daily_amount, effective_at,
         'planted', position + 1 FROM subscription_histories WHERE type = 'change' AND status = 'pending' LIMIT 1`,
    ),
  ],
  'subscription.pending_change_is_the_scheduled_one': [
    one(`UPDATE subscriptions SET scheduled_plan_id = NULL, scheduled_plan_change_at = NULL WHERE id = ${WITH_CHANGE}`),
    one(`UPDATE subscription_histories SET status = 'inactive' WHERE type = 'change' AND status = 'pending'`),
    one(`UPDATE subscriptions SET scheduled_plan_id = package_plan_id WHERE id = ${WITH_CHANGE}`),
  ],
  'subscription.history_has_a_beginning': [
    one(`DELETE FROM subscription_histories WHERE type = 'new' AND subscription_id = ${SWITCHED}`),
  ],
  'subscription.plan_is_that_of_its_history': [
    one(`UPDATE subscriptions SET package_plan_id = ${OTHER_PLAN} WHERE id = ${WITH_CHANGE}`),
  ],
  'subscription.end_says_when': [
    one(`UPDATE subscriptions SET canceled_at = NULL WHERE id = ${ENDED}`),
    one(`UPDATE subscriptions SET canceled_at = now() WHERE id = ${SWITCHED}`),
  ],
  'subscription.ended_has_nothing_pending': [
    one(`UPDATE subscription_histories SET status = 'pending' WHERE subscription_id = ${ENDED}`),
  ],
  'subscription.what_is_known_is_written': [one(`DELETE FROM subscriptions WHERE id = ${ENDED}`)],
  'subscription.active_is_within_its_period': [
    one(`UPDATE subscriptions SET deadline_at = ${LONG_AGO} WHERE id = ${WITH_CHANGE}`),
  ],
  'subscription.active_is_paid': [
    one(
      `UPDATE subscription_histories SET payment_status = 'pending', effective_at = ${LONG_AGO} WHERE subscription_id = ${SWITCHED}`,
      `UPDATE subscriptions SET updated_at = ${ago('2 hours')} WHERE id = ${SWITCHED}`,
    ),
  ],
  'subscription.group_pays_once': [
    one(
      `UPDATE subscriptions SET group_id = (SELECT group_id FROM subscriptions WHERE id = ${WITH_CHANGE}) WHERE id = ${SWITCHED}`,
    ),
  ],
  'subscription.request_is_carried': [
    changeRequest(`status = 'intended', updated_at = ${ago('2 hours')}`),
    changeRequest(`status = 'sent', updated_at = ${ago('2 hours')}`),
  ],
  'subscription.request_is_settled': [changeRequest(`status = 'unknown', created_at = ${ago('3 days')}`)],
  'subscription.scheduled_request_is_pending': [
    changeRequest(`target_plan_id = ${OTHER_PLAN}, updated_at = ${ago('2 hours')}`),
  ],
  'subscription.open_quote_ends': [
    one(`UPDATE plan_quotes SET expires_at = ${LONG_AGO}, created_at = ${ago('2 hours')} WHERE status = 'open'`),
  ],
  'subscription.applied_quote_changed_the_plan': [
    one(`UPDATE plan_quotes SET target_plan_id = ${OTHER_PLAN}, proration_at = now() + interval '90 years',
           updated_at = ${ago('2 hours')} WHERE status = 'applied'`),
  ],
  'subscription.excess_goes_back': [
    one(`UPDATE charge_attempts SET amount = amount + 1, updated_at = ${ago('2 days')} WHERE purpose = 'plan_change'`),
  ],
  'subscription.paid_switch_is_applied': [one(`UPDATE plan_quotes SET status = 'failed' WHERE status = 'applied'`)],
};

const changeItem = (values: string, ...also: readonly string[]): Mutation => ({
  ...one(`UPDATE sale_items SET ${values} WHERE id = ${PAID_ITEM}`),
  also,
});

const OF_UPSELLS: Readonly<Record<string, readonly Mutation[]>> = {
  'upsell.paid_item_was_charged': [one(...moveAttempt(PAID_ATTEMPT, 'failed'))],
  'upsell.charge_pays_its_item': [
    changeItem(`status = 'failed'`, 'upsell.access_is_paid_for', 'upsell.extended_sale_has_a_paid_upsell'),
  ],
  'upsell.item_has_the_amount_of_its_charge': [
    changeItem('amount = amount + 1'),
    changeItem(`provider_payment_id = 'pi_of_nobody'`),
  ],
  'upsell.pending_item_is_being_paid': [
    { statements: moveAttempt(OPEN_ATTEMPT, 'expired'), also: ['upsell.charging_session_is_being_paid'] },
  ],
  'upsell.upsell_was_agreed_to': [one(`DELETE FROM upsell_decisions WHERE sale_item_id = ${PAID_ITEM}`)],
  'upsell.refunded_in_full_is_refunded': [changeItem('refunded_amount = amount')],
  'upsell.refunds_are_counted': [
    one(plantAttempt(PAID_ATTEMPT, { purpose: `'refund'`, subject_id: PAID_ITEM, amount: '1' })),
  ],
  'upsell.cross_sell_is_as_its_charge': [
    one('UPDATE cross_sells SET charge_attempt_id = NULL'),
    one(`UPDATE cross_sells SET status = 'pending', sale_id = NULL`),
  ],
  'upsell.executing_quote_is_being_paid': [one(`UPDATE plan_quotes SET status = 'executing' WHERE status = 'open'`)],
  'upsell.applied_quote_was_charged': [one(`UPDATE plan_quotes SET status = 'applied' WHERE status = 'open'`)],
  'upsell.access_is_paid_for': [
    changeItem(`disputes = '{"dp_1": "won", "dp_2": "open"}'`),
    {
      ...one(`UPDATE entitlements SET source = gen_random_uuid()::text WHERE source = ${PAID_ITEM_UUID}`),
      also: ['upsell.paid_product_is_given'],
    },
    {
      ...one(`UPDATE entitlements SET status = 'granted' WHERE source = ${REFUNDED_ITEM_UUID}`),
      also: ['upsell.returned_product_is_taken_back'],
    },
  ],
  'upsell.paid_product_is_given': [
    one(`UPDATE entitlements SET status = 'suspended' WHERE source = ${PAID_ITEM_UUID}`),
    one(`DELETE FROM entitlements WHERE source = ${PAID_ITEM_UUID}`),
  ],
  'upsell.returned_product_is_taken_back': [
    one(`UPDATE entitlements SET status = 'suspended' WHERE source = ${REFUNDED_ITEM_UUID}`),
  ],
  'upsell.product_is_sold_once': [
    one(`UPDATE entitlements SET (user_id, product_id) = (
           SELECT other.user_id, other.product_id FROM entitlements other
             JOIN sale_items item ON item.uuid::text = other.source
             JOIN sales sale ON sale.id = item.sale_id AND sale.source = 'cross_sell' LIMIT 1)
         WHERE source = ${PAID_ITEM_UUID}`),
  ],
  'upsell.paid_plan_is_known': [
    one(`UPDATE charge_attempts SET updated_at = ${ago('3 hours')},
           provider_references = provider_references || '{"subscriptionId": "sub_of_nobody"}' WHERE id = ${PAID_ATTEMPT}`),
  ],
  'upsell.sale_has_a_main_item': [
    one(`UPDATE sales SET amount = amount + 1 WHERE id = ${PAID_SALE}`),
    one(`UPDATE sale_items SET status = 'pending' WHERE kind = 'main' AND sale_id = ${PAID_SALE}`),
  ].map((mutation, index) =>
    index === 0 ? mutation : { ...mutation, also: ['upsell.access_is_paid_for', 'upsell.pending_item_is_being_paid'] },
  ),
  'upsell.extended_sale_has_a_paid_upsell': [one(`UPDATE sales SET status = 'finalized' WHERE id = ${PAID_SALE}`)],
  'upsell.sale_closes_with_its_session': [
    one(`UPDATE sales SET closed_at = now() WHERE closed_at IS NULL AND status = 'approved'`),
    one(`UPDATE sales SET closed_at = NULL WHERE id = ${PAID_SALE}`),
  ],
  'upsell.charging_session_is_being_paid': [
    one(`UPDATE upsell_sessions SET charge_attempt_id = ${PAID_ATTEMPT} WHERE status = 'charging'`),
  ],
  'upsell.session_ends_in_time': [
    one(`UPDATE upsell_sessions SET expires_at = ${LONG_AGO}, updated_at = ${ago('20 minutes')} WHERE status = 'open'`),
    one(
      `UPDATE upsell_sessions SET step_expires_at = ${LONG_AGO}, updated_at = ${ago('20 minutes')} WHERE status = 'open'`,
    ),
  ],
  'upsell.ended_session_leaves_no_open_charge': [
    one(plantAttempt(PAID_ATTEMPT, { purpose: `'upsell'`, status: `'unknown'`, sent_at: 'now()' })),
  ],
};

/** By the invariant that notices them. */
export const MUTATIONS: Readonly<Record<string, readonly Mutation[]>> = {
  ...OF_CHARGING,
  ...OF_QUEUES,
  ...OF_SUBSCRIPTIONS,
  ...OF_UPSELLS,
};
