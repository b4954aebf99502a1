import { ApplicationError } from '../../common/errors/index.js';
import { sqlStateOf } from '../../common/database/index.js';

/**
 * SQLSTATE classes of a database that is away or full, whatever was asked of it: connection exception, insufficient
 * resources, operator intervention (57P..); 25006 is a primary that became a standby.
 */
const UNAVAILABLE = /^(08|53|57P|25006)/;
/** Node's network errors. */
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

const DETAILS = 'The log line of this event has the details.';

/** Whether an error is the database's and no event's: then nobody is blamed, and all of it is done again later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && (UNAVAILABLE.test(state) || NETWORK.has(state));
}

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
