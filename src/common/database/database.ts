import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf } from './rows.js';

/** Reading outside a transaction. Writing takes a `Tx`. */
@Injectable()
export class Database {
  constructor(private readonly dataSource: DataSource) {}

  async query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
    return rowsOf(await this.dataSource.query(sql, parameters as unknown[]));
  }
}
