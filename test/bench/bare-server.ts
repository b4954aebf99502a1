import Fastify from 'fastify';
import pg from 'pg';
import { Stripe } from 'stripe';
import { POOL_SIZE } from './environment.js';
import { reportPort } from './server.js';

/*
 * What there is to beat: a handler that verifies with Stripe's SDK and inserts one row into the same table, with
 * nothing around it. No validation, no logging, no metrics; a prepared statement and a pool of the same size.
 */

const secret = process.env.STRIPE_WEBHOOK_SECRET ?? '';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: POOL_SIZE });
const app = Fastify({ bodyLimit: 2 * 1024 * 1024 });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

app.post('/api/v1/admin/stripe/webhook', async (request, reply) => {
  const body = request.body as Buffer;
  let event: Stripe.Event;
  try {
    event = Stripe.webhooks.constructEvent(body, request.headers['stripe-signature'] ?? '', secret);
  } catch {
    return reply.status(400).send({ error: 'signature' });
  }
  await pool.query({
    name: 'insert',
    text: `INSERT INTO webhook_events
             (provider, provider_event_id, event_type, payload, occurred_at, livemode, next_attempt_at)
           VALUES ('stripe', $1, $2, $3, to_timestamp($4), $5, now()) ON CONFLICT DO NOTHING`,
    values: [event.id, event.type, body, event.created, event.livemode],
  });
  return { received: true };
});

reportPort(await app.listen({ port: 0, host: '127.0.0.1' }));
