import { Injectable } from '@nestjs/common';
import type { Plan } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import type { User } from '../identity/index.js';
import { ImmediateChangeService, PlanQuotes } from '../subscription/index.js';
import type { FaceAnswer } from './domain/eligibility.js';
import type { UpsellTrigger } from './domain/upsell-rule.js';
import type { QuoteView } from './domain/view.js';
import { TriggerRepository } from './persistence/trigger.repository.js';
import { toQuoteView } from './quote-view.js';

/** A plan that is offered at a moment to a group that has another. */
export interface OfferedUpgrade {
  readonly trigger: UpsellTrigger;
  readonly plan: Plan;
  readonly groupExternalId: string | undefined;
  /** Our id of what would be switched. */
  readonly subscriptionId: string;
  /** Digest of what was shown beside the quote. */
  readonly terms: string;
}

/** Plans that are offered at a moment to who has one: quoted and switched as every change of plan is. */
@Injectable()
export class EligibilityUpgrades {
  constructor(
    private readonly changes: ImmediateChangeService,
    private readonly quotes: PlanQuotes,
    private readonly triggers: TriggerRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** What the switch costs now. @throws as `ImmediateChangeService.preview` */
  async quote(user: User, { plan, groupExternalId, terms }: OfferedUpgrade): Promise<QuoteView> {
    const { quote } = await this.changes.preview(user, { planUuid: plan.uuid, groupExternalId, mode: undefined });
    return toQuoteView(quote, terms);
  }

  /**
   * Switches for what the quote said.
   *
   * @throws ApplicationError upsell_offer_changed (there is no quote, it is of another plan, or it costs something else by now),
   *   and as `ImmediateChangeService.execute`
   */
  async accept(user: User, upgrade: OfferedUpgrade, quoteUuid: string | undefined): Promise<FaceAnswer> {
    const { trigger, plan, subscriptionId } = upgrade;
    const quote = quoteUuid === undefined ? undefined : await this.quotes.find(quoteUuid);
    const isMeant = quote?.targetPlanId === plan.id && quote.subscriptionId === subscriptionId;
    if (!quote || !isMeant) throw new ApplicationError('upsell_offer_changed');
    const { kind } = await this.changes.execute(user, quote.uuid);
    if (kind === 'changed') throw new ApplicationError('upsell_offer_changed');
    if (kind === 'under_way') return { isPaid: false, sessionId: quote.uuid, status: 'processing' };
    await this.unitOfWork.run((tx) => this.triggers.decide(tx, trigger.id, 'taken', this.clock.now()));
    return { isPaid: true, sessionId: quote.uuid };
  }

  /** Whoever says yes again to what they have switched to is told so. */
  async answerAgain(user: User, quoteUuid: string): Promise<FaceAnswer | undefined> {
    const quote = await this.quotes.find(quoteUuid);
    const isApplied = quote?.userId === user.id && quote.status === 'applied';
    return isApplied ? { isPaid: true, sessionId: quote.uuid } : undefined;
  }
}
