import type { BenchDatabase } from './database.js';
import { addCustomers } from './customers.js';

export const OLD_EVENTS = 1_000_000;
const EVENTS_EACH = 20;
const OLD_SUBSCRIPTIONS = OLD_EVENTS / EVENTS_EACH;
/** Away from the numbers of the subscriptions that are measured with. */
const FIRST = 10_000_001;
const LAST = FIRST + OLD_SUBSCRIPTIONS - 1;

/**
 * Years of somebody's business: settled events (one in a thousand failed) with payloads of 1 kB, which is what PostgreSQL makes of
 * the 3 kB that come, their subscriptions with all periods and the facts of the last ones, and a tenth as many sales with an
 * attempt, two items, a session and the merchant's messages.
 */
export async function addOldData(database: BenchDatabase): Promise<void> {
  await addCustomers(database, FIRST, LAST);
  await addOldEvents(database);
  await addOldSubscriptions(database);
  await addOldSales(database);
  await database.query('VACUUM (ANALYZE, FREEZE)');
  await database.query('CHECKPOINT');
}

const addOldEvents = (database: BenchDatabase): Promise<unknown> =>
  database.query(
    `INSERT INTO webhook_events (provider, provider_event_id, event_type, payload, occurred_at, livemode, status, outcome,
                                 error, attempts, created_at, updated_at, completed_at)
     SELECT 'stripe', 'evt_old_' || number,
            (ARRAY['customer.subscription.updated', 'invoice.paid', 'payment_intent.succeeded', 'charge.refunded'])[number % 4 + 1],
            convert_to(repeat(md5(number::text), 32), 'UTF8'), at, false,
            CASE WHEN is_failed THEN 'failed' ELSE 'completed' END,
            CASE WHEN is_failed THEN NULL WHEN number % 10 = 0 THEN 'foreign' ELSE 'applied' END,
            CASE WHEN is_failed THEN 'The database refused the change.' END, 1, at, at, CASE WHEN NOT is_failed THEN at END
       FROM (SELECT number, number % 1000 = 999 AS is_failed, now() - interval '2 years' + number * interval '60 seconds' AS at
               FROM generate_series(1, $1::int) AS number) AS old`,
    [OLD_EVENTS],
  );

async function addOldSubscriptions(database: BenchDatabase): Promise<void> {
  const between = [FIRST, LAST];
  await database.query(
    `WITH stream AS (
       INSERT INTO subscription_streams (payment_provider, payment_provider_subscription_id, payment_provider_customer_id)
       SELECT 'stripe', 'sub_' || number, 'cus_' || number FROM generate_series($1::int, $2::int) AS number
       RETURNING id, payment_provider_subscription_id AS subscription, payment_provider_customer_id AS customer)
     INSERT INTO subscriptions (stream_id, package_id, package_plan_id, group_id, user_id, payment_provider,
       payment_provider_subscription_id, payment_provider_price_id, status, provider_status, deadline_at)
     SELECT stream.id, plan.package_id, plan.id, crowd.id, owner.id, 'stripe', stream.subscription, 'price_bench', 'active',
            'active', now() + interval '20 days'
       FROM stream CROSS JOIN package_plans AS plan
       JOIN users AS owner ON owner.external_id = replace(stream.customer, 'cus_', 'user-')
       JOIN groups AS crowd ON crowd.external_id = owner.external_id`,
    between,
  );
  await database.query(
    `INSERT INTO subscription_histories (subscription_id, package_plan_id, type, status, payment_status, provider_invoice_id,
       daily_amount, effective_at, period_end, fold_key, position)
     SELECT subscription.id, package_plan_id, CASE period WHEN 0 THEN 'new' ELSE 'renewal' END, 'active', 'paid',
            'in_' || subscription.id || '_' || period, 29032, start, start + interval '1 month', 'period:' || period, period
       FROM subscriptions AS subscription, generate_series(0, $3::int) AS period,
            LATERAL (SELECT now() - interval '9 months' + period * interval '1 month' AS start) AS began
      WHERE payment_provider_subscription_id BETWEEN 'sub_' || $1::int AND 'sub_' || $2::int`,
    [...between, EVENTS_EACH / 2 - 1],
  );
  // What a fact holds is not read here; its size is.
  await database.query(
    `INSERT INTO subscription_facts (stream_id, provider_event_id, occurred_at, fact)
     SELECT stream.id, 'evt_fact_' || stream.id || '_' || number, now() - number * interval '15 days',
            jsonb_build_object('kind', 'subscription', 'filler', repeat(md5(number::text), 12))
       FROM subscription_streams AS stream, generate_series(1, 4) AS number
      WHERE payment_provider_subscription_id BETWEEN 'sub_' || $1::int AND 'sub_' || $2::int`,
    between,
  );
}

async function addOldSales(database: BenchDatabase): Promise<void> {
  const terms = [FIRST, LAST];
  await database.query(
    `WITH sale AS (
       INSERT INTO sales (payment_provider, provider_payment_id, provider_customer_id, user_id, offer_id, amount, currency,
                          method_kind, source, status, paid_at, closed_at)
       SELECT 'stripe', 'pi_old_' || owner.id || '_' || copy, 'cus_' || owner.id, owner.id, offer.id, 4900, 'USD', 'card',
              'checkout', 'extended', now() - interval '1 year', now() - interval '1 year'
         FROM users AS owner, offers AS offer, generate_series(1, 2) AS copy
        WHERE offer.code = 'offer-1' AND owner.external_id BETWEEN 'user-' || $1::int AND 'user-' || $2::int
       RETURNING id, user_id, offer_id),
     item AS (
       INSERT INTO sale_items (sale_id, kind, offer_id, name, amount, currency, status, paid_at)
       SELECT id, 'main', offer_id, 'Offer', 4900, 'USD', 'paid', now() - interval '1 year' FROM sale RETURNING id, sale_id),
     attempt AS (
       INSERT INTO charge_attempts (intent_key, purpose, subject_id, status, payment_provider, user_id, amount, currency, command)
       SELECT 'upsell:old:' || id, 'upsell', id, 'succeeded', 'stripe', user_id, 1900, 'USD',
              '{"kind": "one_click", "amount": 1900, "currency": "USD"}' FROM sale)
     INSERT INTO upsell_sessions (sale_id, sale_item_id, user_id, version_id, status, offered_offer_ids, expires_at, closed_at)
     SELECT sale.id, item.id, sale.user_id, (SELECT id FROM upsell_funnel_versions LIMIT 1), 'completed', '{}',
            now() - interval '1 year', now() - interval '1 year'
       FROM sale JOIN item ON item.sale_id = sale.id`,
    terms,
  );
  await database.query(`
    INSERT INTO merchant_webhook_endpoints (url, secret, is_active) VALUES ('https://shop.test/hook', 'whsec_old', false)`);
  await database.query(
    `INSERT INTO merchant_webhook_deliveries (endpoint_id, message_id, event_type, payload, status, attempts, delivered_at)
     SELECT endpoint.id, 'msg_old_' || number, 'subscription.updated', repeat(md5(number::text), 16), 'delivered', 1, now()
       FROM merchant_webhook_endpoints AS endpoint, generate_series(1, 200000) AS number`,
  );
}
