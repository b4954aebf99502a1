import { createHash } from 'node:crypto';

/**
 * Key of one step of one request. It contains the step's parameters: after a crash the same step gets the same key, and a
 * step that would be called with other parameters by now gets another one. (Stripe refuses a key with other parameters for
 * as long as it keeps it, at least a day: docs.stripe.com/api/idempotent_requests.)
 */
export function idempotencyKey(requestId: string, step: string, parameters: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(parameters)).digest('hex').slice(0, 32);
  return `${requestId}:${step}:${digest}`;
}
