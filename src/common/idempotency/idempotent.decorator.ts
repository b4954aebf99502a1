import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { ErrorCode } from '../errors/index.js';
import {
  IDEMPOTENCY_HEADER,
  IdempotencyInterceptor,
  RouteIdempotency,
  type IdempotencyOptions,
} from './idempotency.interceptor.js';

/** What an idempotent route answers besides its own errors: to be listed in its `@ApiProblems`. */
export const IDEMPOTENCY_PROBLEMS = [
  'idempotency_in_flight',
  'idempotency_key_reused',
  'validation_failed',
] as const satisfies readonly ErrorCode[];

/**
 * For a `POST` that moves money: with an `Idempotency-Key` it runs once, and the same request again gets the first answer,
 * problems below 500 too. Without the header it just runs; where the header is `required`, since the handler cannot tell a
 * repetition from a second wish, it is refused. Guards come first, so a stored answer is its caller's alone.
 *
 * It saves a caller from doing twice what they meant once. It is not what keeps a charge from happening twice: keys are
 * forgotten after a day, and sooner when a process dies, so the handler's own work must be idempotent.
 */
export const Idempotent = ({ required }: IdempotencyOptions = { required: false }): MethodDecorator =>
  applyDecorators(
    RouteIdempotency({ required }),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: IDEMPOTENCY_HEADER,
      required,
      description:
        'Up to 255 printable characters, such as a UUID made for this one action. The same request with the same key ' +
        'within a day gets the first answer again, with `Idempotent-Replayed: true`.',
      schema: { type: 'string', minLength: 1, maxLength: 255, example: '5c0b1f7e-8a55-4d0a-9a0e-2f6c3f1f9b77' },
    }),
  );
