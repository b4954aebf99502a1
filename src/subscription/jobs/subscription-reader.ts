import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry, type ProviderName } from '../../billing-providers/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { withLogFields } from '../../common/observability/index.js';
import { foldFacts } from '../domain/fold.js';
import { computeReadStamp } from '../domain/observations.js';
import { FactContext } from '../fact-context.js';
import { FactRepository } from '../persistence/fact.repository.js';
import { SubscriptionLifeCycleHandler } from '../subscription-life-cycle-handler.js';
import { READ_SUBSCRIPTION, ReadRequests, type ReadRequest } from './read-requests.js';

/** What was read cannot be applied until something appears, such as a plan for its price. */
class AnswerWaits extends Error {
  constructor(
    message: string,
    readonly waitingFor: string,
  ) {
    super(message);
  }
}

/** Reads a subscription from its provider and adds what it says as facts. The reading is outside any transaction. */
@Injectable()
export class SubscriptionReader {
  private readonly logger = new Logger(SubscriptionReader.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly facts: FactRepository,
    private readonly context: FactContext,
    private readonly handler: SubscriptionLifeCycleHandler,
    private readonly reads: ReadRequests,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register<ReadRequest>(READ_SUBSCRIPTION, (request) =>
      withLogFields({ subscription_id: request.subscriptionId }, () => this.readIfNeeded(request)),
    );
  }

  /** What was missing has mostly come in the meantime; then the provider is not asked. */
  private async readIfNeeded(request: ReadRequest): Promise<void> {
    const { provider, subscriptionId, isNeeded } = request;
    if (!isNeeded && !(await this.isInDoubt(provider, subscriptionId))) return;
    this.logger.log({ message: 'reading the subscription from its provider', why: request.why });
    try {
      await this.read(provider, subscriptionId, request.occurredAt);
    } catch (error) {
      if (!(error instanceof AnswerWaits)) throw error;
      const { message, waitingFor } = error;
      await this.unitOfWork.run((tx) => this.reads.addWaiting(tx, request, waitingFor));
      this.logger.warn({ message: `a subscription waits: ${message}`, waiting_for: waitingFor });
    }
  }

  private async isInDoubt(provider: ProviderName, subscriptionId: string): Promise<boolean> {
    const stream = await this.facts.loadStream(provider, subscriptionId);
    if (!stream) return true;
    const plans = await this.context.loadPlans([], [stream]);
    return foldFacts(stream.base, stream.facts, plans).mustRead !== undefined;
  }

  /**
   * @throws ProviderError when the provider does not answer, AnswerWaits when its price has no plan yet, Error when the answer
   *   cannot be applied: the job is then tried again
   */
  async read(provider: ProviderName, subscriptionId: string, occurredAt = 0): Promise<void> {
    // Placed among the events by what was known before the reading began: later ones may be newer than the answer.
    const stream = await this.facts.loadStream(provider, subscriptionId);
    const stamp = computeReadStamp(stream?.facts ?? [], occurredAt, Date.now());
    const { facts } = await this.providers.get(provider).fetchSubscription(subscriptionId, stamp);
    const outcomes = await this.unitOfWork.run((tx) => this.handler.handle(tx, facts));
    const failed = outcomes.find((outcome) => outcome.result === 'failed');
    if (failed?.waitingFor !== undefined) throw new AnswerWaits(failed.error, failed.waitingFor);
    if (failed) throw new Error(failed.error);
  }
}
