import { Injectable } from '@nestjs/common';
import { Invariants, type Invariant } from '../../common/invariants/index.js';
import { Config } from '../../config/index.js';
import { CHANGE_INVARIANTS } from './change-invariants.js';

const DETAIL = `jsonb_build_object('provider', s.payment_provider, 'subscription', s.payment_provider_subscription_id,
  'status', s.status)`;
const SEE = 'compare the subscription with its provider, and replay its newest event';

const subscriptionsThat = (condition: string): string =>
  `SELECT s.uuid::text AS subject, ${DETAIL} AS detail FROM subscriptions s WHERE ${condition}`;

/** The rows are a fold of the facts, written in one transaction: nothing of this has a time in which it may be otherwise. */
const ROWS: readonly Invariant[] = [
  {
    name: 'subscription.one_change_is_pending',
    promise: 'A subscription has at most one pending change.',
    remedy: `The code is wrong, or somebody changed rows by hand: ${SEE}.`,
    sql: subscriptionsThat(`s.id IN (SELECT subscription_id FROM subscription_histories
      WHERE type = 'change' AND status = 'pending' GROUP BY 1 HAVING count(*) > 1)`),
  },
  {
    name: 'subscription.pending_change_is_the_scheduled_one',
    promise:
      'The pending change in the history is the one that the subscription says is scheduled, and neither is without the other.',
    remedy: `The code is wrong, or somebody changed rows by hand: ${SEE}.`,
    sql: subscriptionsThat(`(s.scheduled_plan_id IS NOT NULL OR EXISTS (SELECT FROM subscription_histories h
        WHERE h.subscription_id = s.id AND h.type = 'change' AND h.status = 'pending'))
      AND NOT EXISTS (SELECT FROM subscription_histories h
        WHERE h.subscription_id = s.id AND h.type = 'change' AND h.status = 'pending'
          AND h.package_plan_id = s.scheduled_plan_id AND h.effective_at = s.scheduled_plan_change_at)`),
  },
  {
    name: 'subscription.history_has_a_beginning',
    promise: 'Every subscription has a row of its history with which it began.',
    remedy: `The code is wrong, or somebody changed rows by hand: ${SEE}.`,
    sql: subscriptionsThat(`NOT EXISTS (SELECT FROM subscription_histories h
      WHERE h.subscription_id = s.id AND h.type = 'new')`),
  },
  {
    name: 'subscription.plan_is_that_of_its_history',
    promise: 'The plan of a subscription is that of the newest row of its history that is in force.',
    remedy: `Somebody has another plan than they are told: ${SEE}.`,
    sql: subscriptionsThat(`s.package_plan_id <> (SELECT h.package_plan_id FROM subscription_histories h
      WHERE h.subscription_id = s.id AND h.status = 'active' ORDER BY h.position DESC LIMIT 1)`),
  },
  {
    name: 'subscription.end_says_when',
    promise: 'A subscription that has ended says when, and one that has not does not.',
    remedy: `The code is wrong, or somebody changed rows by hand: ${SEE}.`,
    sql: subscriptionsThat(`(s.status = 'canceled') <> (s.canceled_at IS NOT NULL)`),
  },
  {
    name: 'subscription.ended_has_nothing_pending',
    promise: 'Nothing is pending for a subscription that has ended.',
    remedy: `The code is wrong, or somebody changed rows by hand: ${SEE}.`,
    sql: subscriptionsThat(`s.status = 'canceled' AND (s.scheduled_plan_id IS NOT NULL OR EXISTS (
      SELECT FROM subscription_histories h WHERE h.subscription_id = s.id AND h.status = 'pending'))`),
  },
  {
    name: 'subscription.what_is_known_is_written',
    promise: 'A subscription that a provider has told of has a row.',
    remedy: 'Replay its events: GET /api/v1/admin/webhook-events finds them by their type.',
    sql: `SELECT stream.payment_provider_subscription_id AS subject,
                 jsonb_build_object('provider', stream.payment_provider, 'since', stream.created_at) AS detail
            FROM subscription_streams stream
           WHERE NOT EXISTS (SELECT FROM subscriptions s WHERE s.stream_id = stream.id)
             AND (stream.base ->> 'snapshot' IS NOT NULL OR EXISTS (
               SELECT FROM subscription_facts f WHERE f.stream_id = stream.id AND f.fact ->> 'kind' = 'subscription'))`,
  },
];

/** @param graceDays for which a period that is over still gives access */
const timeInvariants = (graceDays: number): readonly Invariant[] => [
  {
    name: 'subscription.active_is_within_its_period',
    promise:
      'An active subscription is within its period, or within a day after the days of grace: a renewal, its failure or the end is told by then.',
    remedy: `Events are missing and the hourly reading finds nothing: ${SEE}.`,
    sql: subscriptionsThat(`s.status = 'active' AND s.deadline_at < $1::timestamptz - make_interval(days => $2 + 1)`),
    parameters: (now) => [now, graceDays],
  },
  {
    name: 'subscription.active_is_paid',
    promise: 'Whoever has had an active subscription for two days has paid for something of it, or has nothing to pay.',
    remedy: `They have no access: the payment was not told of, or is not theirs. Otherwise ${SEE}.`,
    sql: subscriptionsThat(`s.status = 'active' AND s.updated_at < now() - interval '1 hour' AND NOT EXISTS (
        SELECT FROM subscription_histories h WHERE h.subscription_id = s.id AND h.status = 'active'
          AND (h.payment_status IN ('paid', 'N/A') OR h.effective_at > $1::timestamptz - interval '2 days'))`),
    parameters: (now) => [now],
  },
  {
    name: 'subscription.group_pays_once',
    promise: 'A group pays for one subscription.',
    remedy: 'Ask which one is wanted; end the other one at its provider, and refund it.',
    sql: `SELECT g.id::text AS subject, jsonb_build_object('subscriptions', jsonb_agg(s.uuid ORDER BY s.id)) AS detail
            FROM subscriptions s JOIN groups g ON g.id = s.group_id
           WHERE s.status IN ('active', 'past_due') GROUP BY g.id HAVING count(*) > 1`,
  },
];

/** What subscription promises of its own rows, and of the attempts that are its own. */
@Injectable()
export class SubscriptionInvariants {
  constructor(invariants: Invariants, config: Config) {
    invariants.register([...ROWS, ...timeInvariants(config.subscription.graceDays), ...CHANGE_INVARIANTS]);
  }
}
