import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { FunnelStep, FunnelVersion } from '../domain/funnel.js';
import { ALL_STEPS, STEP_AS_JSON, STEPS_OF_VERSION, toStep, type StepRow } from './funnel-step.rows.js';

/** What was bought: an offer, and the product that it sells (null for a plan). Our ids. */
export interface Bought {
  readonly offerId: string;
  readonly productId: string | null;
}

export interface CurrentStep {
  readonly step: FunnelStep;
  /** By the switch of the funnel or by the one of everything. */
  readonly isKilled: boolean;
}

interface VersionRow {
  readonly id: string;
  readonly funnel_uuid: string;
  readonly number: number;
  readonly steps: StepRow[];
}

const SELECT_VERSION = `
  SELECT version.id, funnel.uuid AS funnel_uuid, version.number, ${STEPS_OF_VERSION} AS steps
    FROM upsell_funnels funnel`;

const IS_KILLED = `(funnel.is_killed OR (SELECT is_killed FROM upsell_switch))`;

/** Published versions, which are written once and never changed. */
@Injectable()
export class FunnelVersionRepository {
  constructor(private readonly database: Database) {}

  /**
   * The version that is shown after this was bought. The funnel of the offer overrides the one of its product from its
   * first publication on, also while it is killed: a kill switch must not make customers see something else.
   */
  async findPublished(bought: Bought, tx: Tx): Promise<FunnelVersion | undefined> {
    const rows = await tx.query<VersionRow>(
      `${SELECT_VERSION} JOIN upsell_funnel_versions version ON version.id = funnel.published_version_id
        WHERE funnel.id = (SELECT chosen.id FROM upsell_funnels chosen
                            WHERE (chosen.offer_id = $1 OR chosen.product_id = $2)
                              AND chosen.published_version_id IS NOT NULL
                            ORDER BY chosen.offer_id NULLS LAST LIMIT 1)
          AND NOT ${IS_KILLED}`,
      [bought.offerId, bought.productId],
    );
    return rows.map(toVersion)[0];
  }

  async findById(versionId: string, tx?: Tx): Promise<FunnelVersion | undefined> {
    const rows = await (tx ?? this.database).query<VersionRow>(
      `${SELECT_VERSION} JOIN upsell_funnel_versions version ON version.funnel_id = funnel.id WHERE version.id = $1`,
      [versionId],
    );
    return rows.map(toVersion)[0];
  }

  async findStep(versionId: string, position: number, tx?: Tx): Promise<CurrentStep | undefined> {
    const rows = await (tx ?? this.database).query<{ step: StepRow; is_killed: boolean }>(
      `SELECT ${STEP_AS_JSON} AS step, ${IS_KILLED} AS is_killed
         FROM ${ALL_STEPS} step
         JOIN upsell_funnel_versions version ON version.id = step.version_id
         JOIN upsell_funnels funnel ON funnel.id = version.funnel_id
        WHERE step.version_id = $1 AND step.position = $2`,
      [versionId, position],
    );
    return rows.map((row) => ({ step: toStep(row.step), isKilled: row.is_killed }))[0];
  }

  /** @returns undefined when there is no such version */
  async isKilled(versionId: string, tx?: Tx): Promise<boolean | undefined> {
    const rows = await (tx ?? this.database).query<{ is_killed: boolean }>(
      `SELECT ${IS_KILLED} AS is_killed
         FROM upsell_funnel_versions version JOIN upsell_funnels funnel ON funnel.id = version.funnel_id
        WHERE version.id = $1`,
      [versionId],
    );
    return rows[0]?.is_killed;
  }
}

const toVersion = (row: VersionRow): FunnelVersion => ({
  id: row.id,
  funnelUuid: row.funnel_uuid,
  number: row.number,
  steps: row.steps.map(toStep),
});
