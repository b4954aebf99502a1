import { Injectable } from '@nestjs/common';
import { Invariants, type Invariant } from '../../common/invariants/index.js';

const INVARIANTS: readonly Invariant[] = [
  {
    name: 'identity.customer_is_linked',
    promise: 'The customer at a provider that a user is known by is linked to that user.',
    remedy: 'Put the user again: PUT /api/v1/service/users/{id} with payment_provider_customer_id.',
    sql: `SELECT u.id::text AS subject, jsonb_build_object('customer', u.payment_provider_customer_id) AS detail
            FROM users u
           WHERE u.payment_provider_customer_id IS NOT NULL AND NOT EXISTS (
             SELECT FROM user_provider_customers link
              WHERE link.user_id = u.id AND link.provider_customer_id = u.payment_provider_customer_id)`,
  },
  {
    name: 'identity.group_has_an_owner',
    promise: 'Every group has an owner, who may manage its subscription.',
    remedy: 'Put the group again with an owner: PUT /api/v1/service/groups/{id}.',
    sql: `SELECT g.id::text AS subject, '{}'::jsonb AS detail FROM groups g
           WHERE NOT EXISTS (SELECT FROM group_members member WHERE member.group_id = g.id AND member.role = 'owner')`,
  },
];

/** What identity promises of its own rows. */
@Injectable()
export class IdentityInvariants {
  constructor(invariants: Invariants) {
    invariants.register(INVARIANTS);
  }
}
