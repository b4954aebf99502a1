import type { Language } from '../../config/index.js';

/**
 * - `one_click`: one thing to buy, charged to the saved card
 * - `multi_offer`: several, of which the customer takes one
 * - `with_plans`: several plans
 * - `pix_or_card`: one thing to buy, by Pix or by card
 * - `plan_upgrade`: one plan, which the customer's living subscription changes to
 * - `external`: the funnel ends and the customer is sent to another page
 */
export const STEP_KINDS = [
  'one_click',
  'multi_offer',
  'with_plans',
  'pix_or_card',
  'plan_upgrade',
  'external',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** What a step says in one language. Without a label the page uses its own. */
export interface StepText {
  readonly headline: string;
  readonly body: string | null;
  readonly acceptLabel: string | null;
  readonly declineLabel: string | null;
}

export type StepTexts = Readonly<Partial<Record<Language, StepText>>>;

/** One page of a funnel, whether it is a draft or published. */
export interface StepLayout {
  readonly kind: StepKind;
  /** Position of the step after the customer took an offer; null: the funnel ends. */
  readonly nextOnAccept: number | null;
  /** Position of the step after the customer declined, and of one that cannot be shown; null: the funnel ends. */
  readonly nextOnDecline: number | null;
  readonly texts: StepTexts;
  /** Path of a picture on this service: `/media/<sha256>`. */
  readonly image: string | null;
  /** Seconds from the moment that the step is shown; null: no countdown. */
  readonly countdownSeconds: number | null;
  /** Where an external step leads. */
  readonly externalUrl: string | null;
}

/** A step as an administrator edits it: offers by their codes. */
export interface DraftStep extends StepLayout {
  readonly offerCodes: readonly string[];
}

/** The position of a step is its index; a customer enters at the first. */
export interface FunnelDraft {
  readonly steps: readonly DraftStep[];
}

/** A published step. */
export interface FunnelStep extends StepLayout {
  readonly uuid: string;
  /** 0 is where customers enter. */
  readonly position: number;
  /** Our ids of offers, in the order in which they are shown. */
  readonly offerIds: readonly string[];
}

/** What was published once. It never changes. */
export interface FunnelVersion {
  /** Our id (`upsell_funnel_versions.id`). */
  readonly id: string;
  readonly funnelUuid: string;
  /** Counts from 1 in each funnel. */
  readonly number: number;
  /** By position. */
  readonly steps: readonly FunnelStep[];
}

export const FUNNEL_LEVELS = ['offer', 'product'] as const;
export type FunnelLevel = (typeof FUNNEL_LEVELS)[number];

/** What must have been bought: this offer, or any offer of this product. */
export interface FunnelScope {
  readonly level: FunnelLevel;
  /** Our id of the offer or product. */
  readonly id: string;
}

export interface Funnel {
  /** Our id (`upsell_funnels.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly scope: FunnelScope;
  readonly draft: FunnelDraft;
  readonly isKilled: boolean;
  /** Number of the version that customers are shown; null: nothing is published yet. */
  readonly publishedNumber: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Who published a version, when and why. */
export interface VersionRecord {
  readonly id: string;
  readonly number: number;
  readonly note: string | null;
  /** Prefix of the API key. */
  readonly publishedBy: string;
  readonly publishedAt: Date;
}
