import { sqlStateOf } from './unit-of-work.js';

/**
 * SQLSTATE classes of a database that is away or full, whatever was asked of it: connection exception, insufficient
 * resources, operator intervention (57P..); 25006 is a primary that became a standby.
 */
const UNAVAILABLE = /^(08|53|57P|25006)/;
/** Node's network errors. */
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
/** pg and pg-pool give their own timeouts a text and no code: no connection was to be had, or none was free in time. */
const CONNECT_TIMEOUT = /timeout expired|timeout exceeded when trying to connect|terminated due to connection timeout/;
/**
 * A connection that is lost in the middle of a statement has no code either; statements that follow on it are refused by pg, and
 * in a transaction by TypeORM, which has let go of the connection.
 */
const CONNECTION_LOST =
  /^Connection terminated|and is not queryable$|^Query runner already released|query runner was already released/;

/** Whether an error is the database's and nobody else's: then nobody is blamed, and all of it can be done again later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return UNAVAILABLE.test(state) || NETWORK.has(state);
  return error instanceof Error && (isConnectTimeout(error.message) || CONNECTION_LOST.test(error.message));
}

export const isConnectTimeout = (message: string): boolean => CONNECT_TIMEOUT.test(message);
