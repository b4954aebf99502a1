import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { DowngradePolicy, Plan, PlanLimits, SwitchMode } from '../domain/plan.js';

interface PlanRow {
  readonly id: string;
  readonly uuid: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly features: string[];
  readonly limits: PlanLimits;
  readonly rank: number;
  readonly is_offered: boolean;
  readonly package_id: string;
  readonly package_uuid: string;
  readonly package_code: string;
  readonly package_name: string;
  readonly package_description: string | null;
  readonly downgrade_policy: DowngradePolicy;
  readonly proration_modes: readonly SwitchMode[];
}

export interface PlanDetails {
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly features: readonly string[];
  readonly limits: PlanLimits;
  readonly rank: number;
  readonly isOffered: boolean;
}

export interface OfferedPlanFilter {
  /** Only plans of this package (our id). */
  readonly packageId?: string;
}

const SELECT_PLAN = `
  SELECT plan.id, plan.uuid, plan.code, plan.name, plan.description, plan.features, plan.limits, plan.rank,
         plan.is_offered,
         package.id AS package_id, package.uuid AS package_uuid, package.code AS package_code,
         package.name AS package_name, package.description AS package_description,
         package.downgrade_policy, package.proration_modes
    FROM package_plans plan JOIN packages package ON package.id = plan.package_id`;

@Injectable()
export class PlanRepository {
  constructor(private readonly database: Database) {}

  /** Every plan, by rank. */
  async findAll(): Promise<Plan[]> {
    const rows = await this.database.query<PlanRow>(`${SELECT_PLAN} ORDER BY plan.rank, plan.code`);
    return rows.map(fromRow);
  }

  /** @param uuid a UUID; anything else is an error of the database */
  async findByUuid(uuid: string, tx?: Tx): Promise<Plan | undefined> {
    const rows = await (tx ?? this.database).query<PlanRow>(`${SELECT_PLAN} WHERE plan.uuid = $1`, [uuid]);
    return rows.map(fromRow)[0];
  }

  async findByCode(code: string, tx: Tx): Promise<Plan | undefined> {
    const rows = await tx.query<PlanRow>(`${SELECT_PLAN} WHERE plan.code = $1`, [code]);
    return rows.map(fromRow)[0];
  }

  async findByIds(ids: readonly string[], tx?: Tx): Promise<Plan[]> {
    const rows = await (tx ?? this.database).query<PlanRow>(`${SELECT_PLAN} WHERE plan.id = ANY ($1::bigint[])`, [ids]);
    return rows.map(fromRow);
  }

  /** Plans that are offered and have a price that is sold now, by rank. */
  async findOffered(filter: OfferedPlanFilter): Promise<Plan[]> {
    const rows = await this.database.query<PlanRow>(
      `${SELECT_PLAN}
        WHERE plan.is_offered AND ($1::bigint IS NULL OR plan.package_id = $1)
          AND EXISTS (SELECT FROM package_plan_prices price WHERE price.package_plan_id = plan.id AND price.is_current)
        ORDER BY plan.rank, plan.code`,
      [filter.packageId ?? null],
    );
    return rows.map(fromRow);
  }

  /**
   * Makes the plan exist and locks it, so that its prices are changed by one caller at a time.
   *
   * @returns our id, and the package that the plan is in: a known code keeps its own, and then the caller rolls back
   */
  async upsert(tx: Tx, packageId: string, plan: PlanDetails): Promise<{ id: string; packageId: string }> {
    const rows = await tx.query<{ id: string; package_id: string }>(
      `INSERT INTO package_plans (package_id, code, name, description, features, rank, is_offered, limits)
       VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8::jsonb)
       ON CONFLICT ON CONSTRAINT package_plans_code_key DO UPDATE
         SET name = excluded.name, description = excluded.description, features = excluded.features,
             limits = excluded.limits, rank = excluded.rank, is_offered = excluded.is_offered,
             updated_at = CASE
               WHEN (package_plans.name, package_plans.description, package_plans.features, package_plans.rank,
                     package_plans.is_offered, package_plans.limits)
                    IS NOT DISTINCT FROM
                    (excluded.name, excluded.description, excluded.features, excluded.rank, excluded.is_offered,
                     excluded.limits)
               THEN package_plans.updated_at ELSE now() END
       RETURNING id, package_id`,
      [
        packageId,
        plan.code,
        plan.name,
        plan.description,
        plan.features,
        plan.rank,
        plan.isOffered,
        JSON.stringify(plan.limits),
      ],
    );
    const row = rows[0]!;
    return { id: row.id, packageId: row.package_id };
  }
}

function fromRow(row: PlanRow): Plan {
  return {
    id: row.id,
    uuid: row.uuid,
    code: row.code,
    name: row.name,
    description: row.description,
    features: row.features,
    limits: row.limits,
    rank: row.rank,
    isOffered: row.is_offered,
    package: {
      id: row.package_id,
      uuid: row.package_uuid,
      code: row.package_code,
      name: row.package_name,
      description: row.package_description,
      downgradePolicy: row.downgrade_policy,
      prorationModes: row.proration_modes,
    },
  };
}
