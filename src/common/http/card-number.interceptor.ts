import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ApplicationError } from '../errors/index.js';
import { hasCardNumber } from './card-number.js';

/** Below, no number has as many digits as a card's. */
const SMALLEST = 1e13;

/**
 * Refuses a request that has a card number anywhere in its path, query or JSON: cards are entered on the provider's pages, and no
 * field here is for one. So a caller's mistake brings none into the database, the logs or an answer. Bytes are left alone: a
 * provider's signed event, a picture.
 */
@Injectable()
export class CardNumberInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // What is open to everybody (pictures, probes, signed events) keeps nothing of what it is told.
    const field = request.caller === undefined ? undefined : findIn(request);
    if (field === undefined) return next.handle();
    // Only where it is: to say what it is would write it down.
    const message = 'must not contain a card number: cards are entered on the provider’s pages';
    throw new ApplicationError('card_number_refused', { fields: [{ field, message }] });
  }
}

function findIn({ params, query, body }: FastifyRequest): string | undefined {
  const given = { path: params, query, body: Buffer.isBuffer(body) ? undefined : body };
  for (const [part, value] of Object.entries(given)) {
    const field = findField(value, part);
    if (field !== undefined) return field;
  }
  return undefined;
}

/** @returns the path of the field that holds one, or of the object that has one for a field's name */
function findField(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return hasCardNumber(value) ? path : undefined;
  if (typeof value === 'number') return value >= SMALLEST && hasCardNumber(String(value)) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    if (hasCardNumber(key)) return path;
    const field = findField(child, `${path}.${key}`);
    if (field !== undefined) return field;
  }
  return undefined;
}
