import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry, ProviderError, toApplicationError } from '../../billing-providers/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { computeResumption, type RequestStatus } from '../domain/plan-change-request.js';
import { RequestRepository, type PlanChangeRequest } from '../persistence/request.repository.js';
import { SubscriptionQueryRepository, type SubscriptionRecord } from '../persistence/subscription-query.repository.js';
import { SubscriptionReader } from './subscription-reader.js';

export const RESUME_REQUEST = 'subscription.resume-request';

/** What a call to the provider came to. */
interface Outcome {
  readonly status: Extract<RequestStatus, 'scheduled' | 'applied' | 'failed' | 'unknown'>;
  readonly effectiveAt?: Date;
  readonly failure?: ProviderError;
}

/**
 * Carries a request to the provider. Every call may be repeated under the same request id, so a request whose process died,
 * or whose answer was lost, is simply carried again.
 */
@Injectable()
export class RequestExecutor {
  private readonly logger = new Logger(RequestExecutor.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly requests: RequestRepository,
    private readonly subscriptions: SubscriptionQueryRepository,
    private readonly reader: SubscriptionReader,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register<{ uuid: string }>(RESUME_REQUEST, ({ uuid }) => this.resume(uuid));
  }

  /**
   * @returns the request as it is then; `unknown` where the provider did not answer: it is resolved in the background
   * @throws ApplicationError provider_refused, provider_unavailable: nothing was changed
   */
  async execute(request: PlanChangeRequest, { isRepeated = false } = {}): Promise<PlanChangeRequest> {
    const sent = await this.unitOfWork.run((tx) => this.requests.move(tx, request.id, 'sent'));
    if (!sent) return (await this.requests.find(request.uuid)) ?? request;
    const subscription = await this.loadSubscription(request);
    const { status, effectiveAt, failure } = await this.call(sent, subscription, isRepeated);
    // Read back first: whoever sees the request as done sees what it did.
    if (!failure) await this.readBack(subscription);
    const details = { effectiveAt, error: failure?.message };
    const settled = await this.unitOfWork.run((tx) => this.requests.move(tx, request.id, status, details));
    if (failure)
      this.logger.warn({
        message: `plan change request ${status}`,
        request_uuid: request.uuid,
        error: failure.message,
      });
    if (status === 'failed') throw toApplicationError(failure);
    return settled ?? sent;
  }

  /**
   * Takes up a request whose process died or whose answer was lost. What happened is read first: it may have been carried
   * out, and the customer may have chosen something else since, which is then left alone.
   *
   * @throws ProviderError, Error when the provider still does not answer: the job is tried again
   */
  async resume(uuid: string): Promise<void> {
    const request = await this.requests.find(uuid);
    if (request?.status === 'intended') {
      // It never reached the provider, and nobody waits for it any more.
      return this.settle(request, 'failed', { error: 'interrupted before the provider was called' });
    }
    // Its process died between the call and the answer.
    if (request?.status === 'sent') await this.settle(request, 'unknown');
    else if (request?.status !== 'unknown') return;
    const before = await this.loadSubscription(request);
    await this.reader.read(before.provider, before.providerSubscriptionId);
    const subscription = await this.loadSubscription(request);
    const history = await this.subscriptions.findHistory([subscription.id]);
    const endSince = await this.subscriptions.findEndSince(subscription.id, request.createdAt);
    const earlier = await this.requests.findTakenBefore(request);
    const found = computeResumption(request, { ...subscription, endSince }, history, earlier);
    if (found !== 'carry_on') return this.settle(request, found.status, found);
    const result = await this.execute(request, { isRepeated: true });
    if (result.status === 'unknown') throw new Error(`request ${uuid}: the provider still does not answer`);
  }

  private async settle(
    request: PlanChangeRequest,
    status: RequestStatus,
    details: { readonly effectiveAt?: Date; readonly error?: string } = {},
  ): Promise<void> {
    await this.unitOfWork.run((tx) => this.requests.move(tx, request.id, status, details));
  }

  private async loadSubscription(request: PlanChangeRequest): Promise<SubscriptionRecord> {
    const subscription = await this.subscriptions.findById(request.subscriptionId);
    if (!subscription) throw new Error(`request ${request.uuid} has no subscription`);
    return subscription;
  }

  private async call(
    request: PlanChangeRequest,
    subscription: SubscriptionRecord,
    isRepeated: boolean,
  ): Promise<Outcome> {
    try {
      return await this.carry(request, subscription);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      // An earlier try may have been carried out: not being let in now says nothing about that one.
      const isUnknown = error.outcome === 'unknown' || (isRepeated && error.outcome === 'unavailable');
      return { status: isUnknown ? 'unknown' : 'failed', failure: error };
    }
  }

  private async carry(request: PlanChangeRequest, subscription: SubscriptionRecord): Promise<Outcome> {
    const provider = this.providers.get(subscription.provider);
    const command = { subscriptionId: subscription.providerSubscriptionId, requestId: request.uuid };
    switch (request.kind) {
      case 'schedule': {
        const targetPriceId = request.targetPriceId as string;
        const { effectiveAt } = await provider.schedulePlanChange({ ...command, targetPriceId });
        return { status: 'scheduled', effectiveAt: new Date(effectiveAt * 1000) };
      }
      case 'undo':
        await provider.cancelScheduledChange(command);
        return { status: 'applied' };
      case 'cancel':
        await provider.cancelAtPeriodEnd(command);
        return { status: 'applied' };
      case 'resume':
        await provider.resume(command);
        return { status: 'applied' };
    }
  }

  /** Shows the result at once. The provider's events say the same a moment later, so a failure here loses nothing. */
  private async readBack(subscription: SubscriptionRecord): Promise<void> {
    try {
      await this.reader.read(subscription.provider, subscription.providerSubscriptionId);
    } catch (error) {
      this.logger.warn({ message: 'the subscription could not be read back after its change', error: String(error) });
    }
  }
}
