import { Injectable } from '@nestjs/common';
import { Invariants, type Invariant } from '../../common/invariants/index.js';

const DETAIL = `jsonb_build_object('provider', provider, 'event', provider_event_id, 'type', event_type,
  'attempts', attempts, 'since', updated_at)`;
const REPLAY = 'replay it: POST /api/v1/admin/webhook-events/{id}/replay';
/** Completed events have no index of their own, and are never changed again: each is seen while it is among the newest. */
const NEWEST = 20_000;

const eventsThat = (condition: string): string =>
  `SELECT id::text AS subject, ${DETAIL} AS detail FROM webhook_events WHERE ${condition}`;

/** Leases go by the database's clock, retries by product time. */
const QUEUE: readonly Invariant[] = [
  {
    name: 'webhook.event_is_taken_up',
    promise: 'An event of a provider is taken up within 15 minutes.',
    remedy: 'No worker runs, or the database is slow.',
    sql: eventsThat(`status = 'pending' AND updated_at < now() - interval '15 minutes'`),
  },
  {
    name: 'webhook.lease_is_taken_over',
    promise: 'An event whose worker died is taken over within 15 minutes.',
    remedy: 'No worker runs, or each that takes it dies: see the log lines before the last one.',
    sql: eventsThat(`status = 'processing' AND lease_until < now() - interval '15 minutes'`),
  },
  {
    name: 'webhook.retry_is_made',
    promise: 'An event that failed and is to be tried again is, within 15 minutes after it is due.',
    remedy: `No worker runs; or ${REPLAY}.`,
    sql: eventsThat(`status = 'failed' AND next_attempt_at < $1::timestamptz - interval '15 minutes'
                     AND updated_at < now() - interval '15 minutes'`),
    parameters: (now) => [now],
  },
  {
    name: 'webhook.failure_says_why',
    promise: 'An event that failed says why, so that somebody can see it.',
    remedy: `Read the log lines with its event_id, and ${REPLAY}.`,
    sql: eventsThat(`status = 'failed' AND error IS NULL`),
  },
  {
    name: 'webhook.settled_event_says_how',
    promise: 'An event that is settled says what it came to.',
    remedy: `Nobody knows whether it was applied: ${REPLAY}.`,
    sql: eventsThat(`status = 'completed' AND outcome IS NULL
                     AND id > (SELECT coalesce(max(id), 0) - ${NEWEST} FROM webhook_events)`),
  },
];

const waitingFor = (key: string, source: string): string =>
  `SELECT event.id::text AS subject,
          jsonb_build_object('event', event.provider_event_id, 'type', event.event_type, 'waiting_for', waiting_for) AS detail
     FROM (${source}) there JOIN webhook_events event ON event.waiting_for = '${key}:' || there.provider || ':' || there.id
    WHERE event.waiting_for IS NOT NULL AND event.updated_at < now() - interval '15 minutes'`;

/** What an event waits for wakes it within 70 seconds. */
const WAITING: readonly Invariant[] = [
  {
    name: 'webhook.nothing_waits_for_a_known_price',
    promise: 'No event waits for a price that a plan has.',
    remedy: `The job webhook.wake-waiting failed: ${REPLAY}.`,
    sql: waitingFor('price', 'SELECT provider, provider_price_id AS id FROM package_plan_prices'),
  },
  {
    name: 'webhook.nothing_foreign_waits_for_a_known_customer',
    promise: 'No event waits, as somebody else’s, for a customer who is linked to a user.',
    remedy: `The job webhook.wake-waiting failed: ${REPLAY}.`,
    sql: `${waitingFor('customer', 'SELECT provider, provider_customer_id AS id FROM user_provider_customers')}
          AND event.outcome = 'foreign'`,
  },
  {
    name: 'webhook.nothing_waits_for_a_known_payment',
    promise: 'No refund or dispute waits for a payment that is known.',
    remedy: `The job webhook.wake-waiting failed, and access may have to be taken back: ${REPLAY}.`,
    sql: waitingFor(
      'payment',
      `SELECT sale.payment_provider AS provider, item.provider_payment_id AS id
         FROM sale_items item JOIN sales sale ON sale.id = item.sale_id WHERE item.provider_payment_id IS NOT NULL`,
    ),
  },
];

/** What the inbox promises of its rows. */
@Injectable()
export class WebhookInvariants {
  constructor(invariants: Invariants) {
    invariants.register([...QUEUE, ...WAITING]);
  }
}
