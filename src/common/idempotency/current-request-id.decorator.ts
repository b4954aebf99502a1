import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IDEMPOTENCY_HEADER } from './idempotency.interceptor.js';
import { computeFingerprint } from './request-fingerprint.js';

/**
 * Gives a handler what a request and its repetitions with one `Idempotency-Key` have in common, and no other request has: by it
 * the handler knows its own work again when it runs a second time, because the process of the first run died. Only in routes
 * where the header is required.
 */
export const CurrentRequestId = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const key = request.headers[IDEMPOTENCY_HEADER.toLowerCase()];
  if (typeof key !== 'string') throw new Error('CurrentRequestId is used where no Idempotency-Key is required');
  const { scope, hash } = computeFingerprint(request, key);
  return createHash('sha256')
    .update(JSON.stringify([scope, key, hash]))
    .digest('hex');
});
