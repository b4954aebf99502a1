import { Injectable } from '@nestjs/common';
import { Invariants, type Invariant } from '../invariants/index.js';

const INVARIANTS: readonly Invariant[] = [
  {
    name: 'idempotency.keys_are_forgotten',
    promise: 'An Idempotency-Key and its answer are forgotten a day after they came, give or take two hours.',
    remedy: 'The job operations.forget does not run, or its rule common.idempotent_requests fails.',
    sql: `SELECT id::text AS subject,
                 jsonb_build_object('created_at', created_at, 'is_answered', response_status IS NOT NULL) AS detail
            FROM idempotent_requests WHERE created_at < now() - interval '26 hours'`,
  },
];

/** What is promised of answers that are kept. */
@Injectable()
export class IdempotencyInvariants {
  constructor(invariants: Invariants) {
    invariants.register(INVARIANTS);
  }
}
