import { ApplicationError } from '../../common/errors/index.js';
import { sqlStateOf } from '../../common/database/index.js';

const DETAILS = 'The log line of this event has the details.';

/** A failure in an operator's words: what kind it is and where to look, never SQL, values or secrets. */
export function toErrorText(error: unknown): string {
  if (error instanceof ApplicationError) return error.detail ?? error.code;
  const state = sqlStateOf(error);
  if (state !== undefined) {
    const { constraint, driverError } = error as { constraint?: string; driverError?: { constraint?: string } };
    const name = constraint ?? driverError?.constraint;
    return `The database refused the change (SQLSTATE ${state}${name ? `, ${name}` : ''}). ${DETAILS}`;
  }
  const name = error instanceof Error ? error.name : typeof error;
  return `Unexpected error (${name}) while the event was handled. ${DETAILS}`;
}
