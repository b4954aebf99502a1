import Fastify from 'fastify';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { SELECT_OFFER } from '../../src/catalog/persistence/offer-row.js';
import { SELECT_VISIT } from '../../src/upsell/persistence/session.repository.js';
import { POOL_SIZE, UPSELL_TOKEN_SECRET } from './environment.js';
import { reportPort } from './server.js';

/*
 * What there is to beat: a handler that verifies the token, runs the very same statements, prepared, and answers with their
 * rows as they are. No rules, no languages, no terms, no validation, no headers, no logging, no metrics.
 */

const secret = new TextEncoder().encode(UPSELL_TOKEN_SECRET);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: POOL_SIZE });
const app = Fastify();

app.get('/upsell-native/:offer', async (request, reply) => {
  const token = (request.headers.authorization ?? '').slice('Bearer '.length);
  const { payload } = await jwtVerify(token, secret, { audience: 'uplift-upsell', algorithms: ['HS256'] });
  const visit = await pool.query({ name: 'visit', text: SELECT_VISIT, values: [payload.sub] });
  const offers = await pool.query({
    name: 'offers',
    text: `${SELECT_OFFER} WHERE offer.id = ANY ($1::bigint[])`,
    values: [visit.rows[0]?.session_offeredOfferIds],
  });
  return reply.send({ visit: visit.rows[0], offers: offers.rows });
});

reportPort(await app.listen({ port: 0, host: '127.0.0.1' }));
