import type { Invariant } from '../../common/invariants/index.js';

/** Not given back in full, not fought over, not lost in a dispute. */
const KEPT = `item.status = 'paid' AND (item.disputes = '{}' OR NOT EXISTS (
  SELECT FROM jsonb_each_text(item.disputes) dispute WHERE dispute.value <> 'won'))`;
const LOST = `(item.status = 'refunded' OR EXISTS (
  SELECT FROM jsonb_each_text(item.disputes) dispute WHERE dispute.value = 'lost'))`;

/** What customers have, and what they have paid for: both move in one transaction. */
export const ACCESS_INVARIANTS: readonly Invariant[] = [
  {
    name: 'upsell.access_is_paid_for',
    promise: 'Nobody has a product without a payment that was kept: not refunded, not fought over.',
    remedy: 'Somebody has what they have not paid for: compare GET /api/v1/admin/sales/{id} with the provider.',
    sql: `SELECT entitlement.uuid::text AS subject, jsonb_build_object('item', entitlement.source,
                 'item_status', item.status, 'disputes', item.disputes) AS detail
            FROM entitlements entitlement LEFT JOIN sale_items item ON item.uuid::text = entitlement.source
           WHERE entitlement.status = 'granted' AND (item.id IS NULL OR NOT (${KEPT}))`,
  },
  {
    name: 'upsell.paid_product_is_given',
    promise: 'Whoever has paid for a product, and was not given the money back, has it.',
    remedy: 'Give it to them, and compare GET /api/v1/admin/sales/{id} with the provider.',
    sql: `SELECT item.uuid::text AS subject, jsonb_build_object('amount', item.amount, 'currency', item.currency,
                 'entitlement', entitlement.status) AS detail
            FROM sale_items item JOIN offers offer ON offer.id = item.offer_id AND offer.product_id IS NOT NULL
            LEFT JOIN entitlements entitlement ON entitlement.source = item.uuid::text
           WHERE ${KEPT} AND entitlement.status IS DISTINCT FROM 'granted'`,
  },
  {
    name: 'upsell.returned_product_is_taken_back',
    promise: 'A product whose money went back, or was lost in a dispute, is taken back for good.',
    remedy: 'Somebody waits for what they will not get back, or has it still: compare the sale with the provider.',
    sql: `SELECT entitlement.uuid::text AS subject,
                 jsonb_build_object('item', item.uuid, 'status', entitlement.status) AS detail
            FROM entitlements entitlement JOIN sale_items item ON item.uuid::text = entitlement.source
           WHERE entitlement.status <> 'revoked' AND ${LOST}`,
  },
  {
    name: 'upsell.product_is_sold_once',
    promise: 'What is offered by us, and charged by us, is not sold twice to somebody who has it.',
    remedy: 'Refund the one that is not wanted.',
    sql: `SELECT entitlement.user_id::text AS subject, jsonb_build_object('product', entitlement.product_id,
                 'items', jsonb_agg(item.uuid ORDER BY item.id)) AS detail
            FROM entitlements entitlement JOIN sale_items item ON item.uuid::text = entitlement.source
            JOIN sales sale ON sale.id = item.sale_id
           WHERE entitlement.status = 'granted' AND (item.kind = 'upsell' OR sale.source = 'cross_sell')
           GROUP BY entitlement.user_id, entitlement.product_id HAVING count(*) > 1`,
  },
  {
    name: 'upsell.paid_plan_is_known',
    promise: 'A plan that was bought as an upsell or beside one is a subscription here, within two hours.',
    remedy: 'Its events did not come: replay them, or reconcile with the provider.',
    sql: `SELECT attempt.uuid::text AS subject, jsonb_build_object('provider', attempt.payment_provider,
                 'subscription', attempt.provider_references ->> 'subscriptionId') AS detail
            FROM charge_attempts attempt
           WHERE attempt.purpose IN ('upsell', 'cross_sell') AND attempt.status = 'succeeded'
             AND attempt.provider_references ? 'subscriptionId' AND attempt.updated_at < now() - interval '2 hours'
             AND NOT EXISTS (SELECT FROM subscriptions s WHERE s.payment_provider = attempt.payment_provider
               AND s.payment_provider_subscription_id = attempt.provider_references ->> 'subscriptionId')`,
  },
];
