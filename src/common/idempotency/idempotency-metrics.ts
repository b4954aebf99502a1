import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/index.js';
import type { KnownRequest } from './idempotent-requests.js';

/** How requests with an `Idempotency-Key` ended: many in flight are clients that do not wait. */
@Injectable()
export class IdempotencyMetrics {
  private readonly requests;

  constructor(metrics: Metrics) {
    this.requests = metrics.counter('idempotent_requests_total', 'Requests with an Idempotency-Key by outcome', [
      'outcome',
    ]);
  }

  count(outcome: 'claimed' | KnownRequest['state']): void {
    this.requests.inc({ outcome });
  }
}
