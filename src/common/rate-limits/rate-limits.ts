import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApplicationError } from '../errors/index.js';
import { Metrics } from '../observability/index.js';
import type { LimitName } from './limiters.js';

/** Counts what is limited, and refuses what is too much. */
@Injectable()
export class RateLimits {
  private readonly refusals;

  constructor(metrics: Metrics) {
    this.refusals = metrics.counter('rate_limited_total', 'Requests that were refused for being too many, by limit', [
      'limit',
    ]);
  }

  /** Counts one. @throws ApplicationError too_many_requests */
  async spend(limit: LimitName, request: FastifyRequest): Promise<void> {
    const state = await request.server.limiters[limit](request);
    if (state.isAllowed || !state.isExceeded) return;
    this.refusals.inc({ limit });
    throw new ApplicationError('too_many_requests', { retryAfterSeconds: state.ttlInSeconds });
  }
}
