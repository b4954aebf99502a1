import { Injectable, Logger } from '@nestjs/common';
import type { ChangePlanCommand } from '../billing-providers/index.js';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { PlanQuoteRepository, type PlanQuote } from './persistence/plan-quote.repository.js';
import { RequestRepository } from './persistence/request.repository.js';
import { SubscriptionQueryRepository } from './persistence/subscription-query.repository.js';
import { checkImmediateChange, isAsQuoted } from './domain/plan-change-rules.js';
import { PlanQuotes } from './plan-quotes.js';
import type { PlanTarget } from './plan-targets.js';
import type { AccessibleSubscription } from './subscription-access.js';
import { requireWithinLimits, UsageService } from './usage.service.js';

/** Attempts of this purpose are about plan quotes. */
export const PLAN_CHANGE_PURPOSE = 'plan_change';

/** One quote of a subscription is executed at a time; the next one is another change, and another intent. */
export const toChangeIntent = (subscription: { readonly uuid: string }, quote: { readonly uuid: string }): string =>
  `plan:${subscription.uuid}:${quote.uuid}`;

/** The one transaction between a customer's yes and the call that moves their money. */
@Injectable()
export class ImmediateChangeClaim {
  private readonly logger = new Logger(ImmediateChangeClaim.name);

  constructor(
    private readonly charging: ChargingService,
    private readonly quotes: PlanQuotes,
    private readonly rows: PlanQuoteRepository,
    private readonly requests: RequestRepository,
    private readonly subscriptions: SubscriptionQueryRepository,
    private readonly usages: UsageService,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Of many at once one gets the attempt, and executes it.
   *
   * @returns undefined when the quote is open no more, or another one of the subscription is being executed
   * @throws ApplicationError plan_limits_exceeded, plan_quote_expired, plan_change_in_progress (a scheduled change is on its way),
   *   subscription_canceling, subscription_not_changeable, plan_unchanged
   */
  claim(quote: PlanQuote, accessible: AccessibleSubscription, target: PlanTarget): Promise<ChargeAttempt | undefined> {
    const command = toCommand(quote, accessible, target);
    return this.unitOfWork.run(async (tx) => {
      await this.rows.lockSubscription(tx, quote.subscriptionId);
      requireWithinLimits(await this.usages.decide(accessible.subscription.groupId, target.plan, tx), 'now');
      const executing = await this.quotes.move(tx, quote.id, 'executing');
      if (!executing) return undefined;
      await this.requireAsQuoted(tx, quote);
      return this.claimAttempt(tx, quote, accessible, command);
    });
  }

  /** Since it was looked at a change may have been asked for, or been made. */
  private async requireAsQuoted(tx: Tx, quote: PlanQuote): Promise<void> {
    const subscription = await this.subscriptions.findById(quote.subscriptionId, tx);
    const refusal = subscription && checkImmediateChange(subscription, quote.targetPlanId);
    if (refusal) throw new ApplicationError(refusal);
    const isOpen = await this.requests.isOpen(tx, quote.subscriptionId);
    if (isOpen || !subscription || !isAsQuoted(subscription, quote)) {
      throw new ApplicationError('plan_change_in_progress');
    }
  }

  private async claimAttempt(
    tx: Tx,
    quote: PlanQuote,
    { subscription }: AccessibleSubscription,
    command: ChangePlanCommand,
  ): Promise<ChargeAttempt> {
    const claim = await this.charging.claim(tx, {
      intentKey: toChangeIntent(subscription, quote),
      purpose: PLAN_CHANGE_PURPOSE,
      subjectId: quote.id,
      provider: subscription.provider,
      userId: quote.userId,
      amount: command.amount,
      currency: command.currency,
      command,
    });
    if (!claim.claimed) throw new ApplicationError('plan_change_in_progress');
    tx.afterCommit(() =>
      this.logger.log({
        message: 'a plan change was agreed to',
        subscription_uuid: subscription.uuid,
        quote_uuid: quote.uuid,
        attempt_uuid: claim.attempt.uuid,
        mode: quote.mode,
      }),
    );
    return claim.attempt;
  }
}

function toCommand(quote: PlanQuote, accessible: AccessibleSubscription, target: PlanTarget): ChangePlanCommand {
  const { subscription, group } = accessible;
  return {
    kind: 'change_plan',
    mode: quote.mode,
    customerId: subscription.providerCustomerId,
    subscriptionId: subscription.providerSubscriptionId,
    fromPriceId: quote.fromPriceId,
    planPriceId: quote.targetPriceId,
    productPriceId: quote.targetPriceId,
    amount: quote.amountDue,
    credit: quote.credit,
    currency: quote.currency,
    prorationAt: Math.floor(quote.prorationAt.getTime() / 1_000),
    description: target.plan.name,
    metadata: {
      purchase_type: 'plan_change',
      source: 'uplift',
      quote_id: quote.uuid,
      group_id: group.externalId,
      plan_id: target.plan.uuid,
    },
  };
}
