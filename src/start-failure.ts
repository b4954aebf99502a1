import { isConnectTimeout } from './common/database/index.js';
import { ConfigurationError } from './config/index.js';

interface SystemError {
  readonly code?: string;
  readonly port?: number;
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH']);
/** invalid_password, invalid_authorization_specification */
const REFUSED_LOGIN = new Set(['28P01', '28000']);
const UNKNOWN_DATABASE = '3D000';

/** What an operator reads when the service cannot start: a sentence with the remedy where we know one, without secrets. */
export function explainStartFailure(error: unknown, environment: NodeJS.ProcessEnv): string {
  if (error instanceof ConfigurationError) return error.message;
  const { code = '' } = (error ?? {}) as SystemError;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'EADDRINUSE') {
    return `Port ${(error as SystemError).port} is taken by another process: set PORT, or end that process.`;
  }
  if (code === 'EACCES') return `Port ${(error as SystemError).port} may not be opened by this user: set PORT.`;
  const database = databaseOf(environment.DATABASE_URL);
  if (REFUSED_LOGIN.has(code)) return `The database at ${database} refuses the user or password of DATABASE_URL.`;
  if (code === UNKNOWN_DATABASE) return `The database named in DATABASE_URL does not exist at ${database}: create it.`;
  if (UNREACHABLE.has(code) || isConnectTimeout(message)) {
    return `The database at ${database} cannot be reached (${code || 'timeout'}): start it, or correct DATABASE_URL.`;
  }
  return `Uplift could not start: ${error instanceof Error ? (error.stack ?? message) : message}`;
}

function databaseOf(url: string | undefined): string {
  if (!url || !URL.canParse(url)) return 'DATABASE_URL';
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 5432}`;
}
