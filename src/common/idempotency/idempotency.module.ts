import { Global, Module } from '@nestjs/common';
import { AnswerKeeper } from './answer-keeper.js';
import { IdempotencyInvariants } from './idempotency-invariants.js';
import { IdempotencyMetrics } from './idempotency-metrics.js';
import { IdempotentRequests } from './idempotent-requests.js';
import { OldRequests } from './old-requests.js';

/** Global: the interceptor is made in each module whose routes are idempotent, of these parts. */
@Global()
@Module({
  providers: [IdempotentRequests, AnswerKeeper, IdempotencyInvariants, IdempotencyMetrics, OldRequests],
  exports: [IdempotentRequests, AnswerKeeper, IdempotencyMetrics],
})
export class IdempotencyModule {}
