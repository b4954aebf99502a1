import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { DowngradePolicy, Package, SwitchMode } from '../domain/plan.js';

export interface PackageDetails {
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly downgradePolicy: DowngradePolicy;
  readonly prorationModes: readonly SwitchMode[];
}

const COLUMNS = `id, uuid, code, name, description, downgrade_policy AS "downgradePolicy",
  proration_modes AS "prorationModes"`;

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
      `INSERT INTO packages AS p (code, name, description, downgrade_policy, proration_modes)
       VALUES ($1, $2, $3, $4, $5::text[])
       ON CONFLICT ON CONSTRAINT packages_code_key DO UPDATE
         SET name = excluded.name, description = excluded.description, downgrade_policy = excluded.downgrade_policy,
             proration_modes = excluded.proration_modes,
             updated_at = CASE
               WHEN (p.name, p.description, p.downgrade_policy, p.proration_modes)
                    IS NOT DISTINCT FROM
                    (excluded.name, excluded.description, excluded.downgrade_policy, excluded.proration_modes)
               THEN p.updated_at ELSE now() END
       RETURNING ${COLUMNS}`,
      [details.code, details.name, details.description, details.downgradePolicy, details.prorationModes],
    );
    return rows[0]!;
  }
}
