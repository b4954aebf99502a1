import { Injectable } from '@nestjs/common';
import { Invariants, type Invariant } from '../invariants/index.js';

const DETAIL = `jsonb_build_object('task', task_identifier, 'key', key, 'attempts', attempts, 'run_at', run_at)`;

/**
 * A job that is added again while it runs is done no more by graphile-worker: it loses its key, and has no tries left. What it
 * was about is its successor's. All jobs have keys but those that go by cron.
 */
const HAS_NO_SUCCESSOR = `(key IS NOT NULL
             OR task_identifier IN (SELECT identifier FROM graphile_worker._private_known_crontabs))`;

const INVARIANTS: readonly Invariant[] = [
  {
    name: 'jobs.none_is_given_up',
    promise: 'Every background job is done, or will be tried again.',
    remedy:
      'Read its last_error in graphile_worker.jobs, mend the cause, and have it tried again with ' +
      'graphile_worker.reschedule_jobs, attempts 0.',
    sql: `SELECT id::text AS subject, ${DETAIL} AS detail FROM graphile_worker.jobs
           WHERE attempts >= max_attempts AND locked_at IS NULL AND ${HAS_NO_SUCCESSOR}`,
  },
  {
    name: 'jobs.none_is_overdue',
    promise: 'Every background job is begun within 15 minutes after it is due.',
    remedy: 'No worker runs, all are busy, or one job of its queue hangs.',
    sql: `SELECT id::text AS subject, ${DETAIL} AS detail FROM graphile_worker.jobs
           WHERE attempts < max_attempts AND locked_at IS NULL AND run_at < now() - interval '15 minutes'`,
  },
];

/** What is promised of background work. */
@Injectable()
export class JobInvariants {
  constructor(invariants: Invariants) {
    invariants.register(INVARIANTS);
  }
}
