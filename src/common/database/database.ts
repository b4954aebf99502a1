import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { rowsOf } from './rows.js';

/** Statements that all see the database as it was at the first of them. */
export interface Snapshot {
  /**
   * One statement; what is wrong with it is an answer, and keeps no other from being run.
   *
   * @throws the database's error when it is not there any more
   */
  attempt<Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<{ readonly rows: readonly Row[] } | { readonly error: unknown }>;
}

/** Reading outside a transaction. Writing takes a `Tx`. */
@Injectable()
export class Database {
  /** Names of prepared statements, by their text. */
  private readonly names = new Map<string, string>();

  constructor(private readonly dataSource: DataSource) {}

  async query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
    return rowsOf(await this.dataSource.query(sql, parameters as unknown[]));
  }

  /**
   * As `query`, for statements that a customer waits for: the server parses and plans them once per connection. Only for a
   * fixed text: each one is kept.
   */
  async prepared<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const { master } = this.dataSource.driver as unknown as { readonly master: Pool };
    const { rows } = await master.query({ name: this.nameOf(sql), text: sql, values: [...parameters] });
    return rows as Row[];
  }

  /** @param milliseconds each statement is cancelled after this time */
  async snapshot<Result>(milliseconds: number, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      await manager.query('SET TRANSACTION READ ONLY');
      await manager.query(`SET LOCAL statement_timeout = ${Math.trunc(milliseconds)}`);
      const attempt = async <Row>(sql: string, parameters: readonly unknown[] = []) => {
        await manager.query('SAVEPOINT statement');
        try {
          return { rows: rowsOf<Row>(await manager.query(sql, parameters as unknown[])) };
        } catch (error) {
          await manager.query('ROLLBACK TO SAVEPOINT statement');
          return { error };
        }
      };
      return work({ attempt });
    });
  }

  /** PostgreSQL cuts names at 63 characters. */
  private nameOf(sql: string): string {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
    this.names.set(sql, name);
    return name;
  }
}
