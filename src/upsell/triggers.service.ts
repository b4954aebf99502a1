import { Injectable, Logger } from '@nestjs/common';
import { CatalogService, type Offer } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkReturnUrl } from '../common/http/index.js';
import { Config } from '../config/index.js';
import { IdentityService, type Membership, type User } from '../identity/index.js';
import { PlanQuotes } from '../subscription/index.js';
import { isAboutGroups } from './about-groups.js';
import { CrossSellService } from './cross-sell.service.js';
import { chooseRules, type TriggerKind, type UpsellRule, type UpsellTrigger } from './domain/upsell-rule.js';
import { DecisionRepository } from './persistence/decision.repository.js';
import { TriggerRepository, type NewTrigger } from './persistence/trigger.repository.js';
import { UpsellRuleRepository } from './persistence/upsell-rule.repository.js';

/** A customer's moment, as the merchant's server tells of it. */
export interface MomentTold {
  readonly userExternalId: string;
  /** Undefined: any of the user's groups. */
  readonly groupExternalId?: string;
  readonly trigger: TriggerKind;
  /** The merchant's name of the moment: told twice, it is one. */
  readonly key: string;
  /** Uses, per cent of a limit, or whatever the rules count. */
  readonly value?: number;
  readonly details?: object;
  /** Where the customer comes back to from a bank's or a provider's page. */
  readonly returnUrl?: string;
}

/** A moment that is known, and what is offered at it. */
export interface ToldMoment {
  readonly trigger: UpsellTrigger;
  readonly offer: Offer | undefined;
}

interface Candidate {
  readonly rule: UpsellRule;
  readonly offer: Offer;
}

/** Moments at which existing customers are offered something: what, the rules say. */
@Injectable()
export class TriggersService {
  private readonly logger = new Logger(TriggersService.name);

  constructor(
    private readonly config: Config,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly planQuotes: PlanQuotes,
    private readonly crossSells: CrossSellService,
    private readonly rules: UpsellRuleRepository,
    private readonly triggers: TriggerRepository,
    private readonly decisions: DecisionRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Offers what the first rule has that holds and whose offer can be sold to the customer. The same moment told again is the
   * same, whatever the rules have become.
   *
   * @throws ApplicationError user_not_found, group_not_found, return_url_not_allowed
   */
  async tell(told: MomentTold): Promise<ToldMoment> {
    const origins = this.config.http.allowedReturnOrigins;
    const returnUrl = told.returnUrl === undefined ? null : checkReturnUrl(told.returnUrl, origins, 'return_url');
    const user = await this.identity.findUserByExternalId(told.userExternalId);
    if (!user) throw new ApplicationError('user_not_found');
    const groups = await this.findGroups(user, told.groupExternalId);
    const known = await this.triggers.findByKey(user.id, told.trigger, told.key);
    if (known) return this.complete(known);
    const candidates = await this.findCandidates(user, groups, told);
    const group = told.groupExternalId === undefined && groups.length > 1 ? undefined : groups[0];
    const moment = { userId: user.id, groupId: group?.id ?? null, trigger: told.trigger, key: told.key, returnUrl };
    const trigger = await this.unitOfWork.run((tx) =>
      this.insert(tx, { ...moment, details: { ...told.details, value: told.value } }, candidates),
    );
    return this.complete(trigger);
  }

  private async insert(
    tx: Tx,
    moment: Pick<NewTrigger, 'userId' | 'groupId' | 'trigger' | 'key' | 'returnUrl' | 'details'>,
    candidates: readonly Candidate[],
  ): Promise<UpsellTrigger> {
    const now = this.clock.now();
    const open = await this.triggers.findOpenOfferIds(tx, moment.userId, now);
    const chosen = candidates.find(({ offer }) => !open.has(offer.id));
    const inserted = await this.triggers.insert(tx, {
      ...moment,
      ruleId: chosen?.rule.id ?? null,
      offerId: chosen?.offer.id ?? null,
      status: chosen ? 'open' : 'nothing',
      triggeredAt: now,
      expiresAt: chosen ? new Date(now.getTime() + chosen.rule.validMinutes * 60_000) : null,
    });
    const trigger = inserted ?? (await this.triggers.findByKey(moment.userId, moment.trigger, moment.key, tx));
    if (!trigger) throw new Error('A moment is known already, and is not.');
    const line = {
      trigger_uuid: trigger.uuid,
      trigger: trigger.trigger,
      rule: chosen?.rule.code,
      status: trigger.status,
    };
    tx.afterCommit(() => this.logger.log({ message: 'a moment was told of', ...line }));
    return trigger;
  }

  /** Rules that hold, each with an offer that the customer has not got and has not said no to. */
  private async findCandidates(
    user: User,
    groups: readonly Membership[],
    { trigger, value, groupExternalId }: MomentTold,
  ): Promise<readonly Candidate[]> {
    const planIds = await this.findPlans(groups);
    const rules = chooseRules(await this.rules.findOfTrigger(trigger), { trigger, value: value ?? null, planIds });
    const offers = await this.catalog.findOffersByIds(rules.map(({ offerId }) => offerId));
    const declined = await this.decisions.findDeclinedOfferIds(user.id, [...offers.keys()]);
    const candidates: Candidate[] = [];
    for (const rule of rules) {
      const offer = offers.get(rule.offerId);
      if (!offer || declined.has(offer.id)) continue;
      const place = { offerUuid: offer.uuid, groupExternalId };
      if (await this.isSellable(user, place)) candidates.push({ rule, offer });
    }
    return candidates;
  }

  private async isSellable(user: User, place: { offerUuid: string; groupExternalId?: string }): Promise<boolean> {
    try {
      return await this.crossSells.isSellable(user, place);
    } catch (error) {
      if (isAboutGroups(error)) return false;
      throw error;
    }
  }

  private async findPlans(groups: readonly Membership[]): Promise<readonly string[]> {
    const planIds: string[] = [];
    for (const { id } of groups) {
      const living = await this.planQuotes.findLiving(id);
      if (living) planIds.push(living.planId);
    }
    return planIds;
  }

  private async findGroups(user: User, named: string | undefined): Promise<readonly Membership[]> {
    const groups = await this.identity.groupsOf(user.id);
    if (named === undefined) return groups;
    const group = groups.find(({ externalId }) => externalId === named);
    if (!group) throw new ApplicationError('group_not_found');
    return [group];
  }

  private async complete(trigger: UpsellTrigger): Promise<ToldMoment> {
    const { offerId } = trigger;
    const offer = offerId === null ? undefined : (await this.catalog.findOffersByIds([offerId])).get(offerId);
    return { trigger, offer };
  }
}
