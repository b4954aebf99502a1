import {
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type ValidationError,
} from '@nestjs/common';
import { ApplicationError, type FieldError } from '../errors/index.js';

/** Unknown fields are refused, not dropped: a price in a body must not look accepted. */
export const createValidationPipe = (): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: (errors) =>
      new ApplicationError('validation_failed', { fields: errors.flatMap((error) => toFieldErrors(error)) }),
  });

function toFieldErrors(error: ValidationError, parent = ''): FieldError[] {
  const field = parent ? `${parent}.${error.property}` : error.property;
  const own = toMessages(error).map((message) => ({ field, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => toFieldErrors(child, field))];
}

/** What is wrong with a text, say, that was not given at all is that it was not given; or not as one of a few. */
function toMessages({ property, value, constraints = {} }: ValidationError): string[] {
  const isMissing = value === undefined && Object.keys(constraints).length > 0;
  return isMissing ? [constraints.isIn ?? `${property} must be given`] : Object.values(constraints);
}

/** PostgreSQL's text cannot hold NUL, and a lone surrogate is not a character: both are the caller's mistake. */
@Injectable()
export class StorableTextPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type === 'custom' || Buffer.isBuffer(value)) return value;
    const bad = findUnstorable(value, metadata.data ?? '');
    if (bad !== undefined) {
      throw new ApplicationError('validation_failed', {
        fields: [{ field: bad || metadata.type, message: 'must not contain NUL or unpaired surrogates' }],
      });
    }
    return value;
  }
}

function findUnstorable(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const bad = findUnstorable(key, path) ?? findUnstorable(child, path ? `${path}.${key}` : key);
    if (bad !== undefined) return bad;
  }
  return undefined;
}
