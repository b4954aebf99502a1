import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { InvariantResult } from '../../common/invariants/index.js';

export interface InvariantCheck {
  readonly invariant: string;
  /** Null: it could not be looked at. */
  readonly violations: number | null;
  /** Since the worker looked. */
  readonly ageSeconds: number;
}

@Injectable()
export class InvariantCheckRepository {
  constructor(private readonly database: Database) {}

  /** What was known before is forgotten, also of invariants that are no more. */
  async replace(tx: Tx, results: readonly InvariantResult[]): Promise<void> {
    await tx.query('DELETE FROM invariant_checks WHERE NOT invariant = ANY ($1::text[])', [
      results.map(({ invariant }) => invariant.name),
    ]);
    await tx.query(
      `INSERT INTO invariant_checks (invariant, violations)
       SELECT * FROM unnest($1::text[], $2::integer[])
       ON CONFLICT (invariant) DO UPDATE SET violations = excluded.violations, checked_at = now()`,
      [results.map(({ invariant }) => invariant.name), results.map(({ violations }) => violations)],
    );
  }

  findAll(): Promise<readonly InvariantCheck[]> {
    return this.database.query<InvariantCheck>(
      `SELECT invariant, violations, greatest(0, extract(epoch FROM now() - checked_at))::float8 AS "ageSeconds"
       FROM invariant_checks ORDER BY invariant`,
    );
  }
}
