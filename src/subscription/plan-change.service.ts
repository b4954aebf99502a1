import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry } from '../billing-providers/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { Jobs } from '../common/jobs/index.js';
import type { User } from '../identity/index.js';
import { checkSchedule } from './domain/plan-change-rules.js';
import { RESUME_REQUEST, RequestExecutor } from './jobs/request-executor.js';
import { SubscriptionReader } from './jobs/subscription-reader.js';
import { RequestRepository, type NewRequest, type PlanChangeRequest } from './persistence/request.repository.js';
import { PlanQuoteRepository, type PlanQuote } from './persistence/plan-quote.repository.js';
import { SubscriptionQueryRepository } from './persistence/subscription-query.repository.js';
import { PlanTargets } from './plan-targets.js';
import { SubscriptionAccess } from './subscription-access.js';
import { requireWithinLimits, UsageService } from './usage.service.js';

/** After this time a request whose process died is taken up by another one. */
const TAKE_UP_AFTER_MILLISECONDS = 60_000;

/**
 * Plan changes that our own callers ask for. The wish is committed before the provider is called, and is never a fact:
 * subscription rows follow what the provider says.
 */
@Injectable()
export class PlanChangeService {
  private readonly logger = new Logger(PlanChangeService.name);

  constructor(
    private readonly access: SubscriptionAccess,
    private readonly providers: BillingProviderRegistry,
    private readonly targets: PlanTargets,
    private readonly usages: UsageService,
    private readonly quotes: PlanQuoteRepository,
    private readonly requests: RequestRepository,
    private readonly subscriptions: SubscriptionQueryRepository,
    private readonly executor: RequestExecutor,
    private readonly reader: SubscriptionReader,
    private readonly jobs: Jobs,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Has the subscription switch to another plan at its next renewal: up or down, in place of a change that is pending.
   *
   * @returns the request; undefined when that very change is pending already
   * @throws ApplicationError subscription_not_authorized, subscription_not_found, group_ambiguous, plan_not_found,
   *   plan_not_available, plan_unchanged, plan_limits_exceeded, subscription_canceling, subscription_not_changeable,
   *   plan_change_in_progress, provider_refused, provider_unavailable
   */
  async schedule(
    user: User,
    command: { planUuid: string; groupExternalId?: string },
  ): Promise<PlanChangeRequest | undefined> {
    const { subscription } = await this.access.find(user.id, command.groupExternalId, true);
    const { capabilities } = this.providers.get(subscription.provider);
    if (!capabilities.scheduledChanges) throw new ApplicationError('plan_not_available');
    const target = await this.targets.findByUuid(subscription, command.planUuid);
    const answer = checkSchedule(subscription, target.planId);
    if (answer === 'already_scheduled') return undefined;
    if (answer) throw new ApplicationError(answer);
    requireWithinLimits(await this.usages.decide(subscription.groupId, target.plan), 'renewal');
    return this.request({ subscriptionId: subscription.id, userId: user.id, kind: 'schedule', target });
  }

  /**
   * Schedules again what a switch at once had taken the place of, and did not come to be. Whoever has chosen something since is
   * left alone: the provider is asked first, since rows that are behind would have it replace a plan that was bought meanwhile.
   *
   * @throws ProviderError, ApplicationError plan_change_in_progress, provider_refused, provider_unavailable
   */
  async restore(quote: PlanQuote): Promise<void> {
    const { subscriptionId, userId, replacedPlanId } = quote;
    const subscription = await this.subscriptions.findById(subscriptionId);
    if (!subscription || replacedPlanId === null) return;
    await this.reader.read(subscription.provider, subscription.providerSubscriptionId);
    if (!(await this.unitOfWork.run((tx) => this.isUnrestored(tx, quote)))) return;
    const target = await this.targets.findById(subscription, replacedPlanId);
    const wish: NewRequest = { subscriptionId, userId, kind: 'schedule', target };
    const request = await this.unitOfWork.run(async (tx) =>
      (await this.isUnrestored(tx, quote)) ? this.intend(tx, wish) : undefined,
    );
    if (!request) return;
    const { status } = await this.execute(request, wish);
    // It may yet turn out not to have been carried out, and then nobody else asks again.
    if (status === 'unknown') throw new ApplicationError('provider_unavailable');
  }

  /**
   * Takes the pending change back.
   *
   * @throws ApplicationError no_scheduled_change, subscription_not_authorized, subscription_not_found, group_ambiguous,
   *   plan_change_in_progress, provider_refused, provider_unavailable
   */
  async undo(user: User, groupExternalId?: string): Promise<PlanChangeRequest> {
    const { subscription } = await this.access.find(user.id, groupExternalId, true);
    if (!subscription.scheduledPlanId) throw new ApplicationError('no_scheduled_change');
    return this.request({ subscriptionId: subscription.id, userId: user.id, kind: 'undo' });
  }

  /**
   * Ends the subscription with its current period; a pending change is taken back.
   *
   * @returns the request; undefined when it ends already
   * @throws as `undo`, without no_scheduled_change
   */
  async cancel(user: User, groupExternalId?: string): Promise<PlanChangeRequest | undefined> {
    const { subscription } = await this.access.find(user.id, groupExternalId, true);
    if (subscription.cancelAt) return undefined;
    return this.request({ subscriptionId: subscription.id, userId: user.id, kind: 'cancel' });
  }

  /** Takes `cancel` back. @returns the request; undefined when there is nothing to take back. @throws as `cancel` */
  async resume(user: User, groupExternalId?: string): Promise<PlanChangeRequest | undefined> {
    const { subscription } = await this.access.find(user.id, groupExternalId, true);
    if (!subscription.cancelAt) return undefined;
    return this.request({ subscriptionId: subscription.id, userId: user.id, kind: 'resume' });
  }

  private async request(wish: NewRequest): Promise<PlanChangeRequest> {
    const request = await this.unitOfWork.run(async (tx) => {
      await this.requireFree(tx, wish.subscriptionId);
      return this.intend(tx, wish);
    });
    return this.execute(request, wish);
  }

  private async isUnrestored(tx: Tx, { id, subscriptionId }: PlanQuote): Promise<boolean> {
    await this.requireFree(tx, subscriptionId);
    return this.quotes.isUnrestored(tx, id);
  }

  /** Locks the subscription. */
  private async requireFree(tx: Tx, subscriptionId: string): Promise<void> {
    await this.quotes.lockSubscription(tx, subscriptionId);
    const isBusy =
      (await this.quotes.isExecuting(tx, subscriptionId)) || (await this.requests.isOpen(tx, subscriptionId));
    if (isBusy) throw new ApplicationError('plan_change_in_progress');
  }

  private async intend(tx: Tx, wish: NewRequest): Promise<PlanChangeRequest> {
    const inserted = await this.requests.insert(tx, wish);
    if (!inserted) throw new ApplicationError('plan_change_in_progress');
    const runAt = new Date(Date.now() + TAKE_UP_AFTER_MILLISECONDS);
    const { uuid } = inserted;
    await this.jobs.add(tx, RESUME_REQUEST, { uuid }, { key: `${RESUME_REQUEST}:${uuid}`, runAt });
    return inserted;
  }

  private execute(request: PlanChangeRequest, { kind, userId }: NewRequest): Promise<PlanChangeRequest> {
    const message = 'plan change requested';
    this.logger.log({ message, request_uuid: request.uuid, kind, user_id: userId });
    return this.executor.execute(request);
  }
}
