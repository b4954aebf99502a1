import { Injectable } from '@nestjs/common';
import { Retention, toForgotten } from '../retention/index.js';
import { IdempotentRequests } from './idempotent-requests.js';

/** Forgets keys a day after they came. */
@Injectable()
export class OldRequests {
  constructor(requests: IdempotentRequests, retention: Retention) {
    retention.register({
      name: 'common.idempotent_requests',
      forget: async (tx, page) => toForgotten(await requests.deleteOld(tx, page.most), page),
    });
  }
}
