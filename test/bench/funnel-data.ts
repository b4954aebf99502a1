import { SignJWT } from 'jose';
import type { BenchDatabase } from './database.js';
import { UPSELL_TOKEN_SECRET } from './environment.js';

const SALES = 1_000;

export interface FunnelData {
  /** Of the offer that was bought: it stands in the path. */
  readonly offerUuid: string;
  /** One per sale. */
  readonly tokens: readonly string[];
}

/** A thousand customers who have bought the same thing, each in an open session at a step with two offers. */
export async function addFunnelData(database: BenchDatabase): Promise<FunnelData> {
  await database.query(`
    WITH product AS (
      INSERT INTO products (code, name, description, delivery)
      SELECT 'product-' || number, 'Product ' || number, repeat('about ', 20), 'By post' FROM generate_series(1, 50) number
      RETURNING id, code)
    INSERT INTO offers (code, kind, product_id, name, description, selling_points, currency, unit_amount, allowed_methods)
    SELECT replace(code, 'product', 'offer'), 'one_time', id, 'Offer of ' || code, repeat('because ', 20),
           ARRAY['first point', 'second point', 'third point'], 'USD', 1900, '{card}' FROM product`);
  await database.query(`
    WITH funnel AS (
      INSERT INTO upsell_funnels (offer_id, draft) SELECT id, '{"steps": []}' FROM offers WHERE code = 'offer-1' RETURNING id),
    version AS (
      INSERT INTO upsell_funnel_versions (funnel_id, number, published_by) SELECT id, 1, 'bench' FROM funnel RETURNING id),
    step AS (
      INSERT INTO upsell_native_offer (version_id, offer_id, position, kind, texts)
      SELECT version.id, offers.id, 0, 'multi_offer',
             '{"vi": {"headline": "Thêm một món nữa?", "body": null, "acceptLabel": null, "declineLabel": null}}'
        FROM version, offers WHERE offers.code = 'offer-1' RETURNING id)
    INSERT INTO offers_upsell_native (upsell_native_offer_id, offer_id, position)
    SELECT step.id, offers.id, right(offers.code, 1)::int - 2 FROM step, offers WHERE offers.code IN ('offer-2', 'offer-3')`);
  await database.query(`
    UPDATE upsell_funnels SET published_version_id =
      (SELECT id FROM upsell_funnel_versions version WHERE version.funnel_id = upsell_funnels.id)`);
  await database.query(
    `
    WITH customer AS (
      INSERT INTO users (external_id, name, email)
      SELECT 'buyer-' || number, 'Buyer', 'buyer-' || number || '@shop.test' FROM generate_series(1, $1::int) number
      RETURNING id, external_id),
    sale AS (
      INSERT INTO sales (payment_provider, provider_payment_id, provider_customer_id, user_id, offer_id, amount, currency,
                         method_kind, source, paid_at)
      SELECT 'stripe', 'pi_' || customer.external_id, 'cus_' || customer.external_id, customer.id, offers.id, 4900, 'USD',
             'card', 'checkout', now()
        FROM customer, offers WHERE offers.code = 'offer-1' RETURNING id, user_id, offer_id),
    item AS (
      INSERT INTO sale_items (sale_id, kind, offer_id, name, amount, currency, status, paid_at)
      SELECT id, 'main', offer_id, 'Offer', 4900, 'USD', 'paid', now() FROM sale RETURNING id, sale_id)
    INSERT INTO upsell_sessions (sale_id, sale_item_id, user_id, version_id, step_position, offered_offer_ids, methods,
                                 expires_at)
    SELECT sale.id, item.id, sale.user_id, (SELECT id FROM upsell_funnel_versions LIMIT 1), 0,
           (SELECT array_agg(id ORDER BY code) FROM offers WHERE code IN ('offer-2', 'offer-3')),
           '[{"id": "pm_1", "brand": "visa", "last4": "4242", "expiryMonth": 12, "expiryYear": 2099}]',
           now() + interval '1 day'
      FROM sale JOIN item ON item.sale_id = sale.id`,
    [SALES],
  );
  const rows = await database.query<{ item: string; customer: string; offer: string }>(`
    SELECT item.uuid AS item, users.external_id AS customer, offers.uuid AS offer
      FROM sale_items item JOIN sales ON sales.id = item.sale_id JOIN users ON users.id = sales.user_id
      JOIN offers ON offers.id = sales.offer_id`);
  return {
    offerUuid: rows[0]?.offer ?? '',
    tokens: await Promise.all(rows.map(({ item, customer }) => sign(item, customer))),
  };
}

const sign = (saleItemUuid: string, userExternalId: string): Promise<string> =>
  new SignJWT({ usr: userExternalId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(saleItemUuid)
    .setAudience('uplift-upsell')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(UPSELL_TOKEN_SECRET));
