import Fastify from 'fastify';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { POOL_SIZE, UPSELL_TOKEN_SECRET } from './environment.js';
import { reportPort } from './server.js';

/*
 * What there is to beat: a handler that verifies the token and answers with the rows of one prepared statement, joined by
 * hand for just this page, with nothing around it. No validation, no languages, no terms, no logging, no metrics.
 */

const secret = new TextEncoder().encode(UPSELL_TOKEN_SECRET);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: POOL_SIZE });
const app = Fastify();

app.get<{ Params: { offer: string } }>('/upsell-native/:offer', async (request) => {
  const token = (request.headers.authorization ?? '').slice('Bearer '.length);
  const { payload } = await jwtVerify(token, secret, { audience: 'uplift-upsell', algorithms: ['HS256'] });
  const { rows } = await pool.query({
    name: 'lookup',
    text: `SELECT session.uuid, session.status, session.expires_at, session.step_expires_at, session.methods,
                  session.last_failure, sale.currency, sale.method_kind, sale.language, step.uuid AS step, step.kind, step.texts,
                  funnel.is_killed OR switch.is_killed AS is_killed,
                  (SELECT json_agg(json_build_object(
                            'uuid', offer.uuid, 'name', offer.name, 'description', offer.description,
                            'selling_points', offer.selling_points, 'translations', offer.translations,
                            'currency', offer.currency, 'amount', offer.unit_amount, 'methods', offer.allowed_methods,
                            'image', coalesce(offer.image_sha256, product.image_sha256)))
                     FROM offers offer JOIN products product ON product.id = offer.product_id
                    WHERE offer.id = ANY (session.offered_offer_ids) AND offer.is_active) AS offers
             FROM sale_items item
             JOIN sales sale ON sale.id = item.sale_id
             JOIN offers bought ON bought.id = sale.offer_id
             JOIN users owner ON owner.id = sale.user_id
             JOIN upsell_sessions session ON session.sale_id = sale.id
             JOIN upsell_funnel_versions version ON version.id = session.version_id
             JOIN upsell_funnels funnel ON funnel.id = version.funnel_id
             JOIN upsell_native_offer step ON step.version_id = version.id AND step.position = session.step_position
            CROSS JOIN upsell_switch switch
            WHERE item.uuid = $1 AND owner.external_id = $2 AND bought.uuid = $3`,
    values: [payload.sub, payload['usr'], request.params.offer],
  });
  return rows[0];
});

reportPort(await app.listen({ port: 0, host: '127.0.0.1' }));
