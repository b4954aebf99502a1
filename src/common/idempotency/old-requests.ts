import { Injectable } from '@nestjs/common';
import { Jobs } from '../jobs/index.js';
import { Retention, toForgotten } from '../retention/index.js';
import { IdempotentRequests } from './idempotent-requests.js';

/** What forgot them before the retention did. */
const DELETE_OLD_REQUESTS = 'common.delete-old-idempotent-requests';

/** Forgets keys a day after they came. */
@Injectable()
export class OldRequests {
  constructor(requests: IdempotentRequests, retention: Retention, jobs: Jobs) {
    jobs.retire(DELETE_OLD_REQUESTS);
    retention.register({
      name: 'common.idempotent_requests',
      forget: async (tx, page) => toForgotten(await requests.deleteOld(tx, page.most), page),
    });
  }
}
