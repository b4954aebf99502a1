import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { Package } from '../domain/plan.js';

export interface PackageDetails {
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
}

const COLUMNS = 'id, uuid, code, name, description';

@Injectable()
export class PackageRepository {
  constructor(private readonly database: Database) {}

  /** Every package, by code. */
  findAll(): Promise<Package[]> {
    return this.database.query<Package>(`SELECT ${COLUMNS} FROM packages ORDER BY code`);
  }

  async findByCode(code: string, tx: Tx): Promise<Package | undefined> {
    const rows = await tx.query<Package>(`SELECT ${COLUMNS} FROM packages WHERE code = $1`, [code]);
    return rows[0];
  }

  async upsert(tx: Tx, details: PackageDetails): Promise<Package> {
    const rows = await tx.query<Package>(
      `INSERT INTO packages (code, name, description) VALUES ($1, $2, $3)
       ON CONFLICT ON CONSTRAINT packages_code_key DO UPDATE
         SET name = excluded.name, description = excluded.description,
             updated_at = CASE WHEN (packages.name, packages.description)
                                      IS NOT DISTINCT FROM (excluded.name, excluded.description)
                               THEN packages.updated_at ELSE now() END
       RETURNING ${COLUMNS}`,
      [details.code, details.name, details.description],
    );
    return rows[0]!;
  }
}
