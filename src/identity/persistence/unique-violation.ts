import { sqlStateOf, UNIQUE_VIOLATION } from '../../common/database/index.js';

/** Whether a statement failed because of the unique constraint or index `name`. The transaction is lost then. */
export function isUniqueViolation(error: unknown, name: string): boolean {
  const { driverError } = (error ?? {}) as { driverError?: { constraint?: unknown } };
  return sqlStateOf(error) === UNIQUE_VIOLATION && driverError?.constraint === name;
}
