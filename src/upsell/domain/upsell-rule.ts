/** A customer's moment that is worth an offer (the Dodo document's best practices). */
export const TRIGGER_KINDS = ['usage_milestone', 'plan_limit', 'onboarding_done'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/**
 * `nothing`: no rule had something for this customer. `open`: offered, until it expires or is decided about. `taken`: paid for.
 * `declined`: never again.
 */
export type TriggerStatus = 'nothing' | 'open' | 'taken' | 'declined';

/** What is offered at a moment. */
export interface UpsellRule {
  /** Our id (`upsell_rules.id`). */
  readonly id: string;
  readonly code: string;
  readonly trigger: TriggerKind;
  readonly offerId: string;
  /** For customers at this plan alone (our id); null: whatever they have. */
  readonly planId: string | null;
  /** The trigger's value has to be this high; null: whatever it is. */
  readonly minimum: number | null;
  readonly validMinutes: number;
  readonly isActive: boolean;
}

/** A moment as it was told, and the offer that came of it. */
export interface UpsellTrigger {
  /** Our id (`upsell_triggers.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly userId: string;
  readonly groupId: string | null;
  readonly trigger: TriggerKind;
  readonly key: string;
  readonly ruleId: string | null;
  readonly offerId: string | null;
  readonly status: TriggerStatus;
  readonly returnUrl: string | null;
  readonly triggeredAt: Date;
  readonly expiresAt: Date | null;
}

/** What a rule is chosen by. */
export interface Moment {
  readonly trigger: TriggerKind;
  /** Uses, per cent of a limit, or whatever the merchant counts; null: they did not say. */
  readonly value: number | null;
  /** Our ids of the plans that the customer is at. */
  readonly planIds: readonly string[];
}

/**
 * The rules that hold at a moment, the one that says most first: of a plan before of any, a higher minimum before a lower one,
 * then by code.
 */
export const chooseRules = (rules: readonly UpsellRule[], moment: Moment): readonly UpsellRule[] =>
  rules
    .filter((rule) => holds(rule, moment))
    .toSorted(
      (left, right) =>
        Number(right.planId !== null) - Number(left.planId !== null) ||
        (right.minimum ?? -1) - (left.minimum ?? -1) ||
        (left.code < right.code ? -1 : 1),
    );

const holds = (rule: UpsellRule, { trigger, value, planIds }: Moment): boolean =>
  rule.isActive &&
  rule.trigger === trigger &&
  (rule.planId === null || planIds.includes(rule.planId)) &&
  (rule.minimum === null || (value !== null && value >= rule.minimum));

/** Whether the offer of a trigger can still be taken. */
export const isOpenTrigger = (
  trigger: UpsellTrigger,
  now: Date,
): trigger is UpsellTrigger & { readonly offerId: string; readonly expiresAt: Date } =>
  trigger.status === 'open' && trigger.offerId !== null && trigger.expiresAt !== null && trigger.expiresAt > now;
