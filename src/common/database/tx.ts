import type { EntityManager } from 'typeorm';

declare const brand: unique symbol;

/**
 * An open transaction, as a value. Only `UnitOfWork.run` makes one, and every writing repository method takes it first, so
 * that writing outside a transaction does not compile.
 */
export interface Tx {
  readonly [brand]: true;
  /** Runs one statement in this transaction and gives its rows (also for UPDATE and DELETE with RETURNING). */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs `effect` (a log line, a counter) once the transaction is committed; not at all when it is rolled back. */
  afterCommit(effect: () => void): void;
  readonly manager: EntityManager;
}
