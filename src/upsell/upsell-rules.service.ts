import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import type { TriggerKind, UpsellRule } from './domain/upsell-rule.js';
import { UpsellRuleRepository, type RuleCounts } from './persistence/upsell-rule.repository.js';

/** A rule as administrators write it. */
export interface RuleDraft {
  readonly code: string;
  readonly trigger: TriggerKind;
  readonly offerCode: string;
  readonly planCode: string | null;
  readonly minimum: number | null;
  readonly validMinutes: number;
  readonly isActive: boolean;
}

/** A rule with the names of what it is about, and what came of it. */
export interface NamedRule {
  readonly rule: UpsellRule;
  readonly offerCode: string;
  readonly planCode: string | null;
  readonly counts: RuleCounts;
}

const NOTHING_YET: RuleCounts = { offered: 0, taken: 0, declined: 0 };

/** Rules of what is offered at customers' moments. */
@Injectable()
export class UpsellRulesService {
  constructor(
    private readonly rules: UpsellRuleRepository,
    private readonly catalog: CatalogService,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async list(): Promise<readonly NamedRule[]> {
    return this.complete(await this.rules.list());
  }

  /** @throws ApplicationError upsell_rule_not_found */
  async get(code: string): Promise<NamedRule> {
    const rule = await this.rules.findByCode(code);
    const [named] = await this.complete(rule ? [rule] : []);
    if (!named) throw new ApplicationError('upsell_rule_not_found');
    return named;
  }

  /** What was offered before by the rule stays as it was. @throws ApplicationError offer_not_found, plan_not_found */
  async put(draft: RuleDraft): Promise<NamedRule> {
    const rule = await this.unitOfWork.run(async (tx) => {
      const offer = (await this.catalog.findOffersByCodes([draft.offerCode], tx)).get(draft.offerCode);
      if (!offer) throw new ApplicationError('offer_not_found');
      const { code, trigger, minimum, validMinutes, isActive } = draft;
      const planId = await this.findPlan(tx, draft.planCode);
      return this.rules.upsert(tx, { code, trigger, offerId: offer.id, planId, minimum, validMinutes, isActive });
    });
    return this.get(rule.code);
  }

  /** What it has offered stays offered. @throws ApplicationError upsell_rule_not_found */
  async delete(code: string): Promise<void> {
    const isDeleted = await this.unitOfWork.run((tx) => this.rules.delete(tx, code));
    if (!isDeleted) throw new ApplicationError('upsell_rule_not_found');
  }

  private async findPlan(tx: Tx, code: string | null): Promise<string | null> {
    if (code === null) return null;
    const plan = await this.catalog.findPlanByCode(code, tx);
    if (!plan) throw new ApplicationError('plan_not_found');
    return plan.id;
  }

  private async complete(rules: readonly UpsellRule[]): Promise<readonly NamedRule[]> {
    const offers = await this.catalog.findOffersByIds(rules.map(({ offerId }) => offerId));
    const planIds = rules.flatMap(({ planId }) => (planId === null ? [] : [planId]));
    const plans = await this.catalog.findPlansByIds(planIds);
    const counts = await this.rules.count(rules.map(({ id }) => id));
    return rules.map((rule) => ({
      rule,
      offerCode: offers.get(rule.offerId)?.code ?? '',
      planCode: rule.planId === null ? null : (plans.get(rule.planId)?.code ?? null),
      counts: counts.get(rule.id) ?? NOTHING_YET,
    }));
  }
}
