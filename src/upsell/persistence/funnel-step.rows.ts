import { toImagePath } from '../../catalog/index.js';
import type { FunnelStep, StepKind, StepTexts } from '../domain/funnel.js';

/** A step as `json_build_object` gives it. */
export interface StepRow {
  readonly uuid: string;
  readonly position: number;
  readonly kind: StepKind;
  readonly offer_ids: string[];
  readonly next_on_accept: number | null;
  readonly next_on_decline: number | null;
  readonly texts: StepTexts;
  readonly image_sha256: string | null;
  readonly countdown_seconds: number | null;
  readonly external_url: string | null;
}

const stepsOf = (table: 'upsell_native_offer' | 'upsell_native_product'): string => `
  SELECT step.version_id, step.uuid, step.position, step.kind, step.next_on_accept, step.next_on_decline, step.texts,
         step.image_sha256, step.countdown_seconds, step.external_url,
         ARRAY(SELECT shown.offer_id::text FROM offers_upsell_native shown
                WHERE shown.${table}_id = step.id ORDER BY shown.position) AS offer_ids
    FROM ${table} step`;

/** The steps of both levels: those of one version stand in one of the two tables. */
export const ALL_STEPS = `(${stepsOf('upsell_native_offer')} UNION ALL ${stepsOf('upsell_native_product')})`;

/** An expression: one step of `ALL_STEPS`, aliased `step`, as a `StepRow`. */
const STEP_AS_JSON = `json_build_object(
  'uuid', step.uuid, 'position', step.position, 'kind', step.kind, 'offer_ids', step.offer_ids,
  'next_on_accept', step.next_on_accept, 'next_on_decline', step.next_on_decline, 'texts', step.texts,
  'image_sha256', step.image_sha256, 'countdown_seconds', step.countdown_seconds, 'external_url', step.external_url)`;

/** An expression: every step of the version aliased `version`, by position, as an array of `StepRow`. */
export const STEPS_OF_VERSION = `
  coalesce((SELECT json_agg(${STEP_AS_JSON} ORDER BY step.position) FROM ${ALL_STEPS} step
             WHERE step.version_id = version.id), '[]')`;

export const toStep = (row: StepRow): FunnelStep => ({
  uuid: row.uuid,
  position: row.position,
  kind: row.kind,
  offerIds: row.offer_ids,
  nextOnAccept: row.next_on_accept,
  nextOnDecline: row.next_on_decline,
  texts: row.texts,
  image: row.image_sha256 && toImagePath(row.image_sha256),
  countdownSeconds: row.countdown_seconds,
  externalUrl: row.external_url,
});
