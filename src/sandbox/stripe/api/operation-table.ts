import { Inject, Injectable } from '@nestjs/common';
import { StripeApiError } from '../wire/stripe-error.js';
import type { Operation, OperationSource } from './operation.js';

export const OPERATION_SOURCES = Symbol('OPERATION_SOURCES');

interface Row {
  readonly operation: Operation;
  readonly segments: readonly string[];
}

interface Found {
  readonly operation: Operation;
  readonly id: string;
}

/** Finds the operation of an address. A literal segment wins over `:id`. */
@Injectable()
export class OperationTable {
  private readonly rows: Row[];

  constructor(@Inject(OPERATION_SOURCES) sources: readonly OperationSource[]) {
    this.rows = sources
      .flatMap((source) => source.operations())
      .map((operation) => ({ operation, segments: operation.path.split('/') }))
      .toSorted((a, b) => Number(a.operation.path.includes(':')) - Number(b.operation.path.includes(':')));
  }

  /** @throws Stripe's 404 for an address that it does not know. */
  find(method: string, path: string): Found {
    const segments = path.split('/');
    const row = this.rows.find(
      ({ operation, segments: wanted }) =>
        operation.method === method &&
        wanted.length === segments.length &&
        wanted.every((segment, index) => segment.startsWith(':') || segment === segments[index]),
    );
    if (!row)
      throw new StripeApiError(404, {
        type: 'invalid_request_error',
        message: `Unrecognized request URL (${method}: ${path}). The sandbox implements a part of the API only.`,
      }).notRemembered();
    return {
      operation: row.operation,
      id: segments[row.segments.findIndex((segment) => segment.startsWith(':'))] ?? '',
    };
  }
}
