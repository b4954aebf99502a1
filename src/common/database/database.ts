import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { rowsOf } from './rows.js';

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

  /** PostgreSQL cuts names at 63 characters. */
  private nameOf(sql: string): string {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
    this.names.set(sql, name);
    return name;
  }
}
