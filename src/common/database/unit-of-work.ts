import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { rowsOf } from './rows.js';
import type { Tx } from './tx.js';

/** serialization_failure, deadlock_detected, lock_not_available: the database asks for the whole unit again. */
const RETRIED_SQL_STATES = new Set(['40001', '40P01', '55P03']);
const MAXIMUM_TRIES = 5;
const PAUSE_MILLISECONDS = 20;

/** The only maker of `Tx`. No provider is ever called inside `run`: a slow network would hold row locks. */
@Injectable()
export class UnitOfWork {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one READ COMMITTED transaction; commits when it resolves, rolls back when it throws. The whole unit is
   * run again on serialization failures, deadlocks and lock timeouts, so `work` must have no effect outside the database but by `afterCommit`.
   *
   * @throws whatever `work` throws, or the last database error after five tries
   */
  async run<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        const effects: (() => void)[] = [];
        const result = await this.dataSource.transaction((manager) => work(toTx(manager, effects)));
        for (const effect of effects) effect();
        return result;
      } catch (error) {
        if (tries >= MAXIMUM_TRIES || !RETRIED_SQL_STATES.has(sqlStateOf(error) ?? '')) throw error;
        // Not all at once again: whoever holds the lock needs a moment.
        await pause(Math.random() * PAUSE_MILLISECONDS * tries);
      }
    }
  }
}

function toTx(manager: EntityManager, effects: (() => void)[]): Tx {
  return {
    manager,
    afterCommit: (effect: () => void) => void effects.push(effect),
    query: async (sql: string, parameters?: readonly unknown[]) =>
      rowsOf(await manager.query(sql, parameters as unknown[])),
  } as Tx;
}

/** Of what a constraint refuses. The transaction is lost then. */
export const FOREIGN_KEY_VIOLATION = '23503';
export const UNIQUE_VIOLATION = '23505';

/** The SQLSTATE of a driver error, also when TypeORM wrapped it. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const state = driverError?.code ?? code;
  return typeof state === 'string' ? state : undefined;
}
