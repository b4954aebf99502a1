import { Injectable } from '@nestjs/common';
import { Database } from '../../common/database/index.js';
import type { Language } from '../../config/index.js';
import type { AnalyticsGrouping, EventCount } from '../domain/analytics.js';
import type { FunnelLevel, StepKind } from '../domain/funnel.js';
import type { UpsellEventType } from '../domain/upsell-event.js';
import { ALL_STEPS } from './funnel-step.rows.js';

export interface EventFilter {
  /** From this moment on. */
  readonly from: Date;
  /** Before this moment. */
  readonly to: Date;
  /** What is about this offer alone. Our id. */
  readonly offerId: string | null;
  readonly funnelUuid: string | null;
}

/** What a count is of: the members of the grouping are set, the others null. Our ids; a day is `YYYY-MM-DD` (UTC). */
export interface EventGroup {
  readonly versionId: string | null;
  readonly stepPosition: number | null;
  readonly offerId: string | null;
  readonly day: string | null;
}

export interface VersionName {
  readonly versionId: string;
  readonly funnelUuid: string;
  readonly level: FunnelLevel;
  /** Our id of the offer or product after which the funnel is shown. */
  readonly scopeId: string;
  readonly number: number;
}

export interface StepName extends VersionName {
  readonly stepUuid: string;
  readonly position: number;
  readonly kind: StepKind;
  /** In the language that was asked for; null: it has none there. */
  readonly headline: string | null;
}

/** What each grouping counts by, and the order of its groups: newest version first, steps and days in their order. */
const GROUPS: Readonly<Record<AnalyticsGrouping, { readonly by: readonly string[]; readonly order: string }>> = {
  step: { by: ['version_id', 'step_position'], order: 'version_id DESC, step_position' },
  offer: { by: ['offer_id'], order: 'offer_id' },
  version: { by: ['version_id'], order: 'version_id DESC' },
  day: { by: ['day'], order: 'day' },
};

const KEYS = { version_id: 'bigint', step_position: 'integer', offer_id: 'bigint', day: 'text' } as const;

/** Every offer that every published step shows. */
const SHOWN = `(
  SELECT step.version_id, step.position, shown.offer_id
    FROM upsell_native_offer step JOIN offers_upsell_native shown ON shown.upsell_native_offer_id = step.id
  UNION ALL
  SELECT step.version_id, step.position, shown.offer_id
    FROM upsell_native_product step JOIN offers_upsell_native shown ON shown.upsell_native_product_id = step.id)`;

/** An event of a step as a whole is one of each offer that the step shows. */
const OF_EACH_OFFER = `
  SELECT counted.version_id, counted.step_position, counted.day, counted.type, counted.currency, counted.events,
         counted.amount, coalesce(counted.offer_id, shown.offer_id) AS offer_id
    FROM counted LEFT JOIN ${SHOWN} shown ON counted.offer_id IS NULL
     AND shown.version_id = counted.version_id AND shown.position = counted.step_position`;

const OF_FUNNEL = `event.version_id IN (
  SELECT version.id FROM upsell_funnel_versions version JOIN upsell_funnels funnel ON funnel.id = version.funnel_id
   WHERE funnel.uuid = $3)`;

const VERSION_NAME = `
  version.id AS "versionId", funnel.uuid AS "funnelUuid", version.number,
  CASE WHEN funnel.offer_id IS NULL THEN 'product' ELSE 'offer' END AS level,
  coalesce(funnel.offer_id, funnel.product_id) AS "scopeId"`;

const COLUMNS: Readonly<Record<keyof typeof KEYS, string>> = {
  version_id: 'event.version_id',
  step_position: 'event.step_position',
  offer_id: 'event.offer_id',
  day: `to_char(event.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
};

/** Counts `upsell_events`. */
@Injectable()
export class AnalyticsRepository {
  constructor(private readonly database: Database) {}

  /**
   * One query. Without an offer, and unless grouped by it, each event counts once. Events are counted first and only the
   * counts are spread over the offers of their steps, of which there are far fewer.
   */
  async count(grouping: AnalyticsGrouping, filter: EventFilter): Promise<readonly (EventGroup & EventCount)[]> {
    const { by, order } = GROUPS[grouping];
    const isByOffer = grouping === 'offer' || filter.offerId !== null;
    const needed: readonly string[] = isByOffer ? [...by, 'version_id', 'step_position', 'offer_id'] : by;
    const rows = await this.database.query<CountRow>(
      `WITH counted AS (
         SELECT ${selectKeys(needed, COLUMNS)}, event.type, event.currency, count(*) AS events, sum(event.amount) AS amount
           FROM upsell_events event
          WHERE event.occurred_at >= $1 AND event.occurred_at < $2
            AND ${filter.funnelUuid === null ? '$3::uuid IS NULL' : OF_FUNNEL}
          GROUP BY 1, 2, 3, 4, event.type, event.currency)
       SELECT ${selectKeys(by)}, type, currency, sum(events) AS count, coalesce(sum(amount), 0) AS amount
         FROM ${isByOffer ? `(${OF_EACH_OFFER}) spread` : 'counted'}
        WHERE ${isByOffer ? 'offer_id = coalesce($4, offer_id)' : '$4::bigint IS NULL'}
        GROUP BY ${by.join(', ')}, type, currency
        ORDER BY ${order}, type, currency`,
      [filter.from, filter.to, filter.funnelUuid, filter.offerId],
    );
    return rows.map(fromRow);
  }

  /** Every step of these versions, with its headline in this language. */
  findSteps(versionIds: readonly string[], language: Language): Promise<StepName[]> {
    return this.database.query<StepName>(
      `SELECT ${VERSION_NAME}, step.uuid AS "stepUuid", step.position, step.kind, step.texts -> $2 ->> 'headline' AS headline
         FROM ${ALL_STEPS} step
         JOIN upsell_funnel_versions version ON version.id = step.version_id
         JOIN upsell_funnels funnel ON funnel.id = version.funnel_id
        WHERE step.version_id = ANY ($1::bigint[])`,
      [versionIds, language],
    );
  }

  findVersions(versionIds: readonly string[]): Promise<VersionName[]> {
    return this.database.query<VersionName>(
      `SELECT ${VERSION_NAME}
         FROM upsell_funnel_versions version JOIN upsell_funnels funnel ON funnel.id = version.funnel_id
        WHERE version.id = ANY ($1::bigint[])`,
      [versionIds],
    );
  }
}

/** Every key as a column, in one order; those that are not asked for are null. */
const selectKeys = (keys: readonly string[], columns?: Readonly<Record<string, string>>): string =>
  Object.entries(KEYS)
    .map(([key, type]) => (keys.includes(key) ? `${columns?.[key] ?? key} AS ${key}` : `NULL::${type} AS ${key}`))
    .join(', ');

interface CountRow {
  readonly version_id: string | null;
  readonly step_position: number | null;
  readonly offer_id: string | null;
  readonly day: string | null;
  readonly type: UpsellEventType;
  readonly currency: string | null;
  readonly count: string;
  readonly amount: string;
}

const fromRow = (row: CountRow): EventGroup & EventCount => ({
  versionId: row.version_id,
  stepPosition: row.step_position,
  offerId: row.offer_id,
  day: row.day,
  type: row.type,
  currency: row.currency,
  count: Number(row.count),
  amount: Number(row.amount),
});
