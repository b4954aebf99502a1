import { Injectable, Logger } from '@nestjs/common';
import { isUUID } from 'class-validator';
import {
  BillingProviderRegistry,
  type ChargeFailureCode,
  toApplicationError,
  type PlanChangePreview,
  type ProrationMode,
  type ProviderName,
  type SubscriptionStatus,
} from '../billing-providers/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkImmediateChange } from './domain/plan-change-rules.js';
import { computeQuoteExpiry, floorToSecond, type PlanQuoteStatus } from './domain/plan-quote.js';
import { PlanQuoteRepository, type PlanQuote } from './persistence/plan-quote.repository.js';
import { SubscriptionQueryRepository, type SubscriptionRecord } from './persistence/subscription-query.repository.js';
import { PlanTargets } from './plan-targets.js';
import { SubscriptionAccess } from './subscription-access.js';

/** A group's subscription that is not over and has begun. */
export interface LivingSubscription {
  readonly id: string;
  readonly provider: ProviderName;
  readonly providerSubscriptionId: string;
  readonly providerCustomerId: string;
  readonly status: SubscriptionStatus;
  readonly planId: string;
  /** Of the provider: what is billed now. */
  readonly priceId: string;
  readonly packageId: string;
  /** Whose customer pays for it. */
  readonly userId: string;
  readonly hasScheduledChange: boolean;
  /** It will end by itself. */
  readonly isEnding: boolean;
}

export interface QuoteCommand {
  /** Our id (`subscriptions.id`). */
  readonly subscriptionId: string;
  readonly userId: string;
  /** Our id (`package_plans.id`). */
  readonly targetPlanId: string;
  readonly mode: ProrationMode;
}

/**
 * What switching a subscription at once costs. A quote says nothing about the subscription: it is executed elsewhere, for the
 * very moment and amount that it names, and the subscription follows what the provider then says.
 */
@Injectable()
export class PlanQuotes {
  private readonly logger = new Logger(PlanQuotes.name);

  constructor(
    private readonly quotes: PlanQuoteRepository,
    private readonly subscriptions: SubscriptionQueryRepository,
    private readonly access: SubscriptionAccess,
    private readonly targets: PlanTargets,
    private readonly providers: BillingProviderRegistry,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @param groupId our id */
  async findLiving(groupId: string, tx?: Tx): Promise<LivingSubscription | undefined> {
    const subscription = await this.access.findLiving(groupId, tx);
    return subscription && toLiving(subscription);
  }

  /**
   * Asks the provider what the switch costs now, and keeps the answer for 15 minutes in place of an earlier one.
   *
   * @throws ApplicationError subscription_not_found, subscription_not_changeable, subscription_canceling, plan_not_found,
   *   plan_not_available, plan_unchanged, plan_change_in_progress (another quote is being executed), provider_refused,
   *   provider_unavailable
   */
  async quote(command: QuoteCommand): Promise<PlanQuote> {
    const subscription = await this.subscriptions.findById(command.subscriptionId);
    if (!subscription) throw new ApplicationError('subscription_not_found');
    const refusal = checkImmediateChange(subscription, command.targetPlanId);
    if (refusal) throw new ApplicationError(refusal);
    const target = await this.targets.findById(subscription, command.targetPlanId);
    const quotedAt = floorToSecond(this.clock.now());
    const preview = await this.preview(subscription, target.priceId, command.mode, quotedAt);
    const quote = await this.unitOfWork.run(async (tx) => {
      await this.quotes.lockSubscription(tx, subscription.id);
      if (await this.quotes.isExecuting(tx, subscription.id)) throw new ApplicationError('plan_change_in_progress');
      await this.quotes.supersedeOpen(tx, subscription.id, this.clock.now());
      return this.quotes.insert(tx, {
        subscriptionId: subscription.id,
        userId: command.userId,
        targetPlanId: target.planId,
        targetPriceId: target.priceId,
        fromPriceId: subscription.priceId,
        prorationAt: new Date(preview.prorationAt * 1_000),
        mode: command.mode,
        amountDue: preview.amountDue,
        credit: preview.credit,
        currency: preview.currency,
        method: preview.method,
        nextBillingAt: new Date(preview.nextBillingAt * 1_000),
        replacedPlanId: subscription.scheduledPlanId,
        expiresAt: computeQuoteExpiry(quotedAt),
      });
    });
    this.logger.log({ message: 'plan change quoted', quote_uuid: quote.uuid, amount_due: quote.amountDue });
    return quote;
  }

  /** As it is stored: one whose time is over may still be `open` for a minute, and can no longer be executed. */
  async find(uuid: string): Promise<PlanQuote | undefined> {
    return isUUID(uuid) ? this.quotes.find(uuid) : undefined;
  }

  /**
   * Moves a quote on, in the caller's transaction. One quote of a subscription is executed at a time.
   *
   * @param id our id, not the uuid
   * @param failureCode why, of one that failed
   * @returns undefined when it is in a status that does not lead there, or another quote is being executed
   * @throws ApplicationError plan_quote_expired when it is to be executed and its time is over
   */
  async move(
    tx: Tx,
    id: string,
    to: PlanQuoteStatus,
    failureCode: ChargeFailureCode | null = null,
  ): Promise<PlanQuote | undefined> {
    if (to === 'executing') return this.beginExecution(tx, id);
    return this.quotes.move(tx, id, to, failureCode);
  }

  private async beginExecution(tx: Tx, id: string): Promise<PlanQuote | undefined> {
    const quote = await this.quotes.load(tx, id);
    const isOver = quote?.status === 'open' && quote.expiresAt <= this.clock.now();
    if (isOver || quote?.status === 'expired') throw new ApplicationError('plan_quote_expired');
    if (quote?.status !== 'open') return undefined;
    await this.quotes.lockSubscription(tx, quote.subscriptionId);
    if (await this.quotes.isExecuting(tx, quote.subscriptionId)) return undefined;
    return this.quotes.move(tx, id, 'executing');
  }

  private async preview(
    subscription: SubscriptionRecord,
    targetPriceId: string,
    mode: ProrationMode,
    quotedAt: Date,
  ): Promise<PlanChangePreview> {
    try {
      return await this.providers.get(subscription.provider).previewPlanChange({
        subscriptionId: subscription.providerSubscriptionId,
        targetPriceId,
        mode,
        prorationAt: quotedAt.getTime() / 1_000,
      });
    } catch (error) {
      throw toApplicationError(error);
    }
  }
}

function toLiving(subscription: SubscriptionRecord): LivingSubscription {
  return {
    id: subscription.id,
    provider: subscription.provider,
    providerSubscriptionId: subscription.providerSubscriptionId,
    providerCustomerId: subscription.providerCustomerId,
    status: subscription.status,
    planId: subscription.planId,
    priceId: subscription.priceId,
    packageId: subscription.packageId,
    userId: subscription.userId,
    hasScheduledChange: subscription.scheduledPlanId !== null,
    isEnding: subscription.cancelAt !== null,
  };
}
