import { types } from 'node:util';

/** What a log line tells of an error. A driver's error also carries parameters and row values: personal data, left out. */
interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  /** SQLSTATE, system or provider code. */
  readonly code?: string;
  /** SQL text, without its parameters. */
  readonly query?: string;
  readonly table?: string;
  readonly constraint?: string;
  readonly cause?: ErrorFields;
}

const TEXTS = ['code', 'query', 'table', 'constraint'] as const;
const MAXIMUM_DEPTH = 3;

export function toErrorFields(error: unknown, depth = 0): ErrorFields {
  if (!isError(error)) return { type: typeof error, message: String(error) };
  const given = error as unknown as Record<string, unknown>;
  const texts = TEXTS.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : []));
  const cause =
    error.cause === undefined || depth === MAXIMUM_DEPTH ? {} : { cause: toErrorFields(error.cause, depth + 1) };
  return { type: error.name, message: error.message, stack: error.stack, ...Object.fromEntries(texts), ...cause };
}

/** Also an error of another realm, such as Node's own inside a test runner's sandbox. */
const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);
