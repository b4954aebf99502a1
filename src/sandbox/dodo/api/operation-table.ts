import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '../wire/dodo-error.js';
import type { Operation, OperationSource } from './operation.js';

export const DODO_OPERATION_SOURCES = Symbol('DODO_OPERATION_SOURCES');

interface Row {
  readonly operation: Operation;
  readonly segments: readonly string[];
}

interface Found {
  readonly operation: Operation;
  readonly ids: readonly string[];
}

const isPlace = (segment: string): boolean => segment.startsWith(':');

/** Finds the operation of an address. A literal segment wins over `:id`. */
@Injectable()
export class DodoOperationTable {
  private readonly rows: Row[];

  constructor(@Inject(DODO_OPERATION_SOURCES) sources: readonly OperationSource[]) {
    this.rows = sources
      .flatMap((source) => source.operations())
      .map((operation) => ({ operation, segments: operation.path.split('/') }))
      .toSorted((a, b) => a.segments.filter(isPlace).length - b.segments.filter(isPlace).length);
  }

  /** @throws Dodo's 404 for an address that the sandbox does not know. */
  find(method: string, path: string): Found {
    const segments = path.split('/');
    const row = this.rows.find(
      ({ operation, segments: wanted }) =>
        operation.method === method &&
        wanted.length === segments.length &&
        wanted.every((segment, index) => isPlace(segment) || segment === segments[index]),
    );
    if (!row) throw notFound(`The sandbox does not imitate ${method} ${path}`);
    return {
      operation: row.operation,
      ids: segments.filter((_segment, index) => isPlace(row.segments[index]!)).map((id) => decodeURIComponent(id)),
    };
  }
}
