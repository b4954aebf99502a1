export { CurrentRequestId } from './current-request-id.decorator.js';
export { IDEMPOTENCY_PROBLEMS, Idempotent } from './idempotent.decorator.js';
export { IdempotencyModule } from './idempotency.module.js';
export { IdempotentRequestEntity } from './idempotent-request.entity.js';
