import type { ErrorCode } from './catalogue.js';

export interface FieldError {
  /** Path of the field, such as `prices.0.unit_amount`. */
  readonly field: string;
  readonly message: string;
}

/** An expected failure that a caller is told about. The HTTP edge turns it into a problem document. */
export class ApplicationError extends Error {
  readonly fields?: readonly FieldError[];
  /** A sentence for developers, in English; never internal details. */
  readonly detail?: string;
  /** Further members of the problem document (RFC 9457 3.2), such as the state that a stale page should show. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** When it is worth another try (`Retry-After`). */
  readonly retryAfterSeconds?: number;

  constructor(
    readonly code: ErrorCode,
    options: {
      fields?: readonly FieldError[];
      detail?: string;
      extensions?: Readonly<Record<string, unknown>>;
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    super(options.detail ?? code, { cause: options.cause });
    this.name = 'ApplicationError';
    this.fields = options.fields;
    this.detail = options.detail;
    this.extensions = options.extensions;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
