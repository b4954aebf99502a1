import { Injectable } from '@nestjs/common';
import { toImageSha256 } from '../../catalog/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import type { FunnelScope, FunnelVersion, StepLayout, VersionRecord } from '../domain/funnel.js';
import { STEPS_OF_VERSION, toStep, type StepRow } from './funnel-step.rows.js';

/** What was bought: an offer, and the product that it sells (null for a plan). Our ids. */
export interface Bought {
  readonly offerId: string;
  readonly productId: string | null;
}

/** A step to be published, its offers by our ids. */
export interface NewStep extends StepLayout {
  readonly offerIds: readonly string[];
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

const RECORD_COLUMNS = `id, number, note, published_by AS "publishedBy", published_at AS "publishedAt"`;

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

  /** Versions of a funnel, the newest first. */
  findRecords(funnelId: string): Promise<VersionRecord[]> {
    return this.database.query<VersionRecord>(
      `SELECT ${RECORD_COLUMNS} FROM upsell_funnel_versions WHERE funnel_id = $1 ORDER BY number DESC`,
      [funnelId],
    );
  }

  async findRecord(funnelId: string, number: number, tx?: Tx): Promise<VersionRecord | undefined> {
    const rows = await (tx ?? this.database).query<VersionRecord>(
      `SELECT ${RECORD_COLUMNS} FROM upsell_funnel_versions WHERE funnel_id = $1 AND number = $2`,
      [funnelId, number],
    );
    return rows[0];
  }

  /** The next version of a funnel. Whoever publishes holds the funnel's lock; the unique constraint sees to it that they do. */
  async insert(
    tx: Tx,
    funnelId: string,
    { note, publishedBy, publishedAt }: Pick<VersionRecord, 'note' | 'publishedBy' | 'publishedAt'>,
  ): Promise<VersionRecord> {
    const rows = await tx.query<VersionRecord>(
      `INSERT INTO upsell_funnel_versions (funnel_id, number, note, published_by, published_at)
       SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM upsell_funnel_versions WHERE funnel_id = $1
       RETURNING ${RECORD_COLUMNS}`,
      [funnelId, note, publishedBy, publishedAt],
    );
    return rows[0]!;
  }

  /** The steps of a new version, by position, with what they offer. */
  async insertSteps(tx: Tx, versionId: string, scope: FunnelScope, steps: readonly NewStep[]): Promise<void> {
    const table = `upsell_native_${scope.level}`;
    const inserted = await tx.query<{ id: string; position: number }>(
      `INSERT INTO ${table} (version_id, ${scope.level}_id, position, kind, next_on_accept, next_on_decline, texts,
                             image_sha256, countdown_seconds, external_url)
       SELECT $1, $2, new.* FROM jsonb_to_recordset($3::jsonb) AS new (
         position integer, kind text, next_on_accept integer, next_on_decline integer, texts jsonb, image_sha256 text,
         countdown_seconds integer, external_url text)
       RETURNING id, position`,
      [versionId, scope.id, JSON.stringify(steps.map(toRow))],
    );
    const shown = inserted.flatMap(({ id, position }) =>
      (steps[position]?.offerIds ?? []).map((offerId, place) => ({ step_id: id, offer_id: offerId, position: place })),
    );
    await tx.query(
      `INSERT INTO offers_upsell_native (${table}_id, offer_id, position)
       SELECT new.* FROM jsonb_to_recordset($1::jsonb) AS new (step_id bigint, offer_id bigint, position integer)`,
      [JSON.stringify(shown)],
    );
  }
}

const toRow = (step: NewStep, position: number) => ({
  position,
  kind: step.kind,
  next_on_accept: step.nextOnAccept,
  next_on_decline: step.nextOnDecline,
  texts: step.texts,
  image_sha256: step.image && toImageSha256(step.image),
  countdown_seconds: step.countdownSeconds,
  external_url: step.externalUrl,
});

const toVersion = (row: VersionRow): FunnelVersion => ({
  id: row.id,
  funnelUuid: row.funnel_uuid,
  number: row.number,
  steps: row.steps.map(toStep),
});
