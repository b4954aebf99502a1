import { ProviderError } from '../billing-providers/index.js';
import { sqlStateOf } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';

/** A failure in an operator's words: never SQL, values or secrets. The log line has the details. */
export function toFailureText(error: unknown): string {
  if (error instanceof ApplicationError) return error.detail ?? error.code;
  if (error instanceof ProviderError) return error.message;
  const state = sqlStateOf(error);
  if (state !== undefined) return `The database refused the change (SQLSTATE ${state}).`;
  return error instanceof Error ? error.message : 'Unexpected error.';
}
