import { Injectable } from '@nestjs/common';
import { Invariants, type Invariant } from '../../common/invariants/index.js';

const DETAIL = `jsonb_build_object('endpoint', endpoint.uuid, 'type', delivery.event_type, 'attempts', delivery.attempts,
  'due', delivery.next_attempt_at)`;
const DELIVERIES = `merchant_webhook_deliveries delivery JOIN merchant_webhook_endpoints endpoint
  ON endpoint.id = delivery.endpoint_id`;

/** Due times and leases go by the database's clock. The sweep looks each minute for what was not sent in time. */
const INVARIANTS: readonly Invariant[] = [
  {
    name: 'notification.message_is_sent_when_due',
    promise: 'A message for the merchant’s server is sent, or tried, within 15 minutes after it is due.',
    remedy: 'The workers stand still, or the endpoint takes the whole time for each message.',
    sql: `SELECT delivery.uuid::text AS subject, ${DETAIL} AS detail FROM ${DELIVERIES}
           WHERE delivery.status = 'pending' AND delivery.next_attempt_at < now() - interval '15 minutes'
             AND (delivery.leased_until IS NULL OR delivery.leased_until < now() - interval '15 minutes')`,
  },
  {
    name: 'notification.message_has_a_next_try',
    promise: 'A message that is not delivered yet says when it is tried next.',
    remedy: 'Replay it: POST /api/v1/admin/webhook-deliveries/{id}/replay.',
    sql: `SELECT delivery.uuid::text AS subject, ${DETAIL} AS detail FROM ${DELIVERIES}
           WHERE delivery.status = 'pending' AND delivery.next_attempt_at IS NULL`,
  },
  {
    name: 'notification.failure_says_why',
    promise: 'A message that was given up says why.',
    remedy: 'Look at the endpoint, and replay it: POST /api/v1/admin/webhook-deliveries/{id}/replay.',
    sql: `SELECT delivery.uuid::text AS subject, ${DETAIL} AS detail FROM ${DELIVERIES}
           WHERE delivery.status = 'failed' AND delivery.error IS NULL`,
  },
  {
    name: 'notification.old_secret_is_forgotten',
    promise: 'A secret of an endpoint that was replaced is forgotten an hour after it signs no more.',
    remedy: 'The job notification.sweep does not run.',
    sql: `SELECT uuid::text AS subject, jsonb_build_object('until', previous_secret_until) AS detail
            FROM merchant_webhook_endpoints WHERE previous_secret_until < now() - interval '1 hour'`,
  },
];

/** What notification promises of its own rows. */
@Injectable()
export class NotificationInvariants {
  constructor(invariants: Invariants) {
    invariants.register(INVARIANTS);
  }
}
