import { STATUS_CODES } from 'node:http';
import type { Language } from '../../config/index.js';
import { ERRORS, type ErrorCode, type FieldError } from '../errors/index.js';

/** RFC 9457 problem document. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  /** For a person, in the language asked for. */
  readonly message: string;
  /** For a developer, in English. */
  readonly detail?: string;
  readonly request_id: string;
  readonly errors?: readonly FieldError[];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function toProblem(
  code: ErrorCode,
  context: {
    language: Language;
    requestId: string;
    detail?: string;
    fields?: readonly FieldError[];
    extensions?: Readonly<Record<string, unknown>>;
  },
): Problem {
  const { status, messages } = ERRORS[code];
  return {
    ...context.extensions,
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    message: messages[context.language],
    ...(context.detail ? { detail: context.detail } : {}),
    request_id: context.requestId,
    ...(context.fields ? { errors: context.fields } : {}),
  };
}
