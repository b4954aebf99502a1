/** What can keep a draft from being published. */
export const FUNNEL_RULES = [
  'steps_required',
  'scope_not_sold',
  'next_missing',
  'never_ends',
  'step_unreachable',
  'headline_missing',
  'image_unknown',
  'external_url_unexpected',
  'external_url_not_allowed',
  'external_not_final',
  'offer_count',
  'offer_repeated',
  'offer_unknown',
  'offer_inactive',
  'offer_bought',
  'offer_kind',
  'pix_missing',
  'card_missing',
  'offer_not_payable',
  'currency_not_covered',
] as const;
export type FunnelRule = (typeof FUNNEL_RULES)[number];

export interface FunnelProblem {
  /** Position of the step; null: the funnel as a whole. */
  readonly step: number | null;
  readonly rule: FunnelRule;
  /** For a developer, in English. */
  readonly message: string;
}

export const problem = (step: number | null, rule: FunnelRule, message: string): FunnelProblem => ({
  step,
  rule,
  message,
});
