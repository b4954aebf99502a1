import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry, type ProrationMode } from '../billing-providers/index.js';
import { CatalogService, type Plan } from '../catalog/index.js';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import { ApplicationError, type ErrorCode } from '../common/errors/index.js';
import type { User } from '../identity/index.js';
import { checkImmediateChange, chooseMode, isAsQuoted } from './domain/plan-change-rules.js';
import type { LimitDecision } from './domain/plan-limits.js';
import { ImmediateChangeClaim } from './immediate-change-claim.js';
import { SubscriptionReader } from './jobs/subscription-reader.js';
import type { PlanQuote } from './persistence/plan-quote.repository.js';
import { SubscriptionQueryRepository, type SubscriptionRecord } from './persistence/subscription-query.repository.js';
import { PlanQuotes } from './plan-quotes.js';
import { PlanTargets, type PlanTarget } from './plan-targets.js';
import { SubscriptionAccess, type AccessibleSubscription } from './subscription-access.js';
import { UsageService } from './usage.service.js';

/** The route that opens the provider's page for another card: of whoever pays for the subscription. */
const UPDATE_PAGE = '/api/v1/general/subscription/billing-portal';

/** All that a customer is shown before they agree. */
export interface ShownQuote {
  readonly quote: PlanQuote;
  readonly currentPlan: Plan;
  readonly plan: Plan;
  readonly limits: LimitDecision;
}

export interface PreviewCommand {
  readonly planUuid: string;
  readonly groupExternalId: string | undefined;
  /** Default: the first that the merchant offers. */
  readonly mode: ProrationMode | undefined;
}

/** What became of executing a quote; `groupExternalId` is of the subscription. */
export type Execution = { readonly groupExternalId: string } & (
  | { readonly kind: 'applied' }
  /** Not final yet: the subscription's `latest_change` says how it goes on. */
  | { readonly kind: 'under_way' }
  /** It costs something else by now. Nothing was done. */
  | { readonly kind: 'changed'; readonly shown: ShownQuote }
);

/** Switches plans at once: asked for, shown, agreed to, charged, at most for what was shown. */
@Injectable()
export class ImmediateChangeService {
  private readonly logger = new Logger(ImmediateChangeService.name);

  constructor(
    private readonly access: SubscriptionAccess,
    private readonly subscriptions: SubscriptionQueryRepository,
    private readonly catalog: CatalogService,
    private readonly targets: PlanTargets,
    private readonly usages: UsageService,
    private readonly quotes: PlanQuotes,
    private readonly claims: ImmediateChangeClaim,
    private readonly charging: ChargingService,
    private readonly providers: BillingProviderRegistry,
    private readonly reader: SubscriptionReader,
    private readonly clock: Clock,
  ) {}

  /**
   * What the switch costs now, kept for 15 minutes. A plan that allows too little is quoted too: the answer says so.
   *
   * @throws ApplicationError subscription_not_authorized, group_ambiguous, proration_mode_not_available, and those of
   *   `PlanQuotes.quote`
   */
  async preview(user: User, command: PreviewCommand): Promise<ShownQuote> {
    const { subscription } = await this.access.find(user.id, command.groupExternalId, true);
    const target = await this.targets.findByUuid(subscription, command.planUuid);
    return this.show(user, subscription, target, command.mode);
  }

  /**
   * Carries a quote out, at most once however often it is asked for.
   *
   * @param groupExternalId where the caller names a group: the quote must be one of it
   * @throws ApplicationError plan_quote_not_found, plan_quote_expired, plan_limits_exceeded, plan_change_in_progress,
   *   proration_mode_not_available, payment_declined (with `failure`, and `update_page`, where another card is entered),
   *   provider_unavailable, provider_refused, and those of `PlanQuotes.quote`
   */
  async execute(user: User, quoteUuid: string, groupExternalId?: string): Promise<Execution> {
    const { quote, accessible } = await this.find(user, quoteUuid, groupExternalId);
    if (quote.status !== 'open') return this.tell(user, quote, accessible);
    // Whether or not the job that closes it has run: the answer must not hang on it.
    if (quote.expiresAt <= this.clock.now()) throw new ApplicationError('plan_quote_expired');
    const { subscription } = accessible;
    const refusal = checkImmediateChange(subscription, quote.targetPlanId);
    if (refusal) return this.refuse(user, quote, accessible, refusal);
    const target = await this.targets.findById(subscription, quote.targetPlanId);
    this.requireMode(subscription, target, quote.mode);
    if (target.priceId !== quote.targetPriceId || !isAsQuoted(subscription, quote)) {
      return this.quoteAgain(user, quote, accessible);
    }
    const attempt = await this.claims.claim(quote, accessible, target);
    if (!attempt) return this.tell(user, await this.reload(quote), accessible);
    await this.charge(attempt, subscription);
    return this.tell(user, await this.reload(quote), accessible);
  }

  /** Whoever executed the very same quote meanwhile has made the plan what it is. */
  private async refuse(
    user: User,
    before: PlanQuote,
    accessible: AccessibleSubscription,
    refusal: ErrorCode,
  ): Promise<Execution> {
    const quote = await this.reload(before);
    if (quote.status === 'open') throw new ApplicationError(refusal);
    return this.tell(user, quote, accessible);
  }

  private async charge({ uuid }: ChargeAttempt, subscription: SubscriptionRecord): Promise<void> {
    const attempt = await this.charging.execute(uuid);
    this.logger.log({
      message: `a plan change is ${attempt.status}`,
      attempt_uuid: uuid,
      subscription_uuid: subscription.uuid,
      code: attempt.failureCode,
    });
    if (attempt.status === 'succeeded') await this.readBack(subscription);
  }

  /** How a quote stands, to whoever executes it, now or again. */
  private async tell(user: User, quote: PlanQuote, accessible: AccessibleSubscription): Promise<Execution> {
    const groupExternalId = accessible.group.externalId;
    switch (quote.status) {
      case 'applied':
        return { kind: 'applied', groupExternalId };
      case 'executing':
        return { kind: 'under_way', groupExternalId };
      case 'failed':
        return this.tellFailure(user, quote, accessible);
      case 'open': // another one of the subscription is being executed
        throw new ApplicationError('plan_change_in_progress');
      case 'expired':
      case 'superseded':
        throw new ApplicationError('plan_quote_expired');
      default:
        return quote.status satisfies never;
    }
  }

  private async tellFailure(user: User, quote: PlanQuote, accessible: AccessibleSubscription): Promise<Execution> {
    const failure = quote.failureCode;
    if (failure === 'amount_changed') {
      await this.readBack(accessible.subscription); // what has changed may not have been told yet
      return this.quoteAgain(user, quote, accessible);
    }
    if (failure === 'provider_unavailable' || failure === 'provider_refused') throw new ApplicationError(failure);
    // Not the page itself: its URL is a bearer credential, and answers are kept for their Idempotency-Key.
    throw new ApplicationError('payment_declined', { extensions: { failure, update_page: UPDATE_PAGE } });
  }

  private async quoteAgain(user: User, quote: PlanQuote, accessible: AccessibleSubscription): Promise<Execution> {
    const subscription = await this.reloadSubscription(accessible.subscription);
    const target = await this.targets.findById(subscription, quote.targetPlanId);
    const shown = await this.show(user, subscription, target, quote.mode);
    return { kind: 'changed', groupExternalId: accessible.group.externalId, shown };
  }

  private async show(
    user: User,
    subscription: SubscriptionRecord,
    target: PlanTarget,
    wished: ProrationMode | undefined,
  ): Promise<ShownQuote> {
    const mode = this.requireMode(subscription, target, wished);
    const limits = await this.usages.decide(subscription.groupId, target.plan);
    const quote = await this.quotes.quote({
      subscriptionId: subscription.id,
      userId: user.id,
      targetPlanId: target.planId,
      mode,
    });
    const currentPlan = (await this.catalog.findPlansByIds([subscription.planId])).get(subscription.planId);
    // Rows name plans by foreign key: a missing one is a broken database, not a case.
    if (!currentPlan) throw new Error('a plan that a subscription refers to does not exist');
    return { quote, currentPlan, plan: target.plan, limits };
  }

  private requireMode(
    subscription: SubscriptionRecord,
    target: PlanTarget,
    wished: ProrationMode | undefined,
  ): ProrationMode {
    const offered = target.plan.package.prorationModes;
    const { prorationModes: supported } = this.providers.get(subscription.provider).capabilities;
    const mode = chooseMode({ wished, offered, supported, present: target.present, target: target.price });
    if (mode !== undefined) return mode;
    const detail = `This switch can be billed in these ways: ${offered.filter((each) => supported.includes(each)).join(', ')}.`;
    throw new ApplicationError('proration_mode_not_available', { detail });
  }

  /** Whoever may not manage the subscription is told nothing of its quotes. */
  private async find(
    user: User,
    uuid: string,
    groupExternalId: string | undefined,
  ): Promise<{ quote: PlanQuote; accessible: AccessibleSubscription }> {
    const quote = await this.quotes.find(uuid);
    const subscription = quote && (await this.subscriptions.findById(quote.subscriptionId));
    const group = subscription && (await this.access.findManaged(user.id, subscription.groupId));
    if (!quote || !subscription || !group) throw new ApplicationError('plan_quote_not_found');
    const isMeant = groupExternalId === undefined || groupExternalId === group.externalId;
    if (!isMeant) throw new ApplicationError('plan_quote_not_found');
    return { quote, accessible: { subscription, group } };
  }

  private async reload({ uuid }: PlanQuote): Promise<PlanQuote> {
    const quote = await this.quotes.find(uuid);
    if (!quote) throw new Error(`plan quote ${uuid} is not there any more`);
    return quote;
  }

  private async reloadSubscription({ id, uuid }: SubscriptionRecord): Promise<SubscriptionRecord> {
    const subscription = await this.subscriptions.findById(id);
    if (!subscription) throw new Error(`subscription ${uuid} is not there any more`);
    return subscription;
  }

  /** Shows the result at once. The provider's events, and a job, say the same a moment later, so a failure loses nothing. */
  private async readBack({ provider, providerSubscriptionId }: SubscriptionRecord): Promise<void> {
    try {
      await this.reader.read(provider, providerSubscriptionId);
    } catch (error) {
      this.logger.warn({ message: 'the subscription could not be read back after its change', error: String(error) });
    }
  }
}
