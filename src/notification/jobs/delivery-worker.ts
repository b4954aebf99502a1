import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { Config } from '../../config/index.js';
import { judgeAnswer, type Answer, type Verdict } from '../domain/delivery.js';
import { findUrlProblem } from '../domain/webhook-url.js';
import { NotificationMetrics } from '../notification-metrics.js';
import { DeliveryRepository, type ClaimedDelivery } from '../persistence/delivery.repository.js';
import { post } from '../sending/post.js';
import { signMessage } from '../sending/signature.js';
import { addDeliverJob, DELIVER, type DeliverPayload } from './deliver-job.js';

const TIMEOUT_MILLISECONDS = 15_000;
/** Of one claim: sent side by side. */
const MOST_AT_ONCE = 20;
/** Longer than a message can take to be sent and recorded. */
const LEASE_SECONDS = 60;
/** Then other jobs get their turn. */
const MOST_ROUNDS = 20;
/** By then a process that is stopping has stopped taking jobs. */
const LEFT_FOR_MILLISECONDS = 5_000;

/**
 * Sends messages: claim (commit), POST, record (commit). A process that dies between the last two has the message sent
 * again under the same `webhook-id`: at least once.
 */
@Injectable()
export class DeliveryWorker implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryWorker.name);
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly config: Config,
    private readonly deliveries: DeliveryRepository,
    private readonly jobs: Jobs,
    private readonly unitOfWork: UnitOfWork,
    private readonly metrics: NotificationMetrics,
  ) {
    jobs.register<DeliverPayload>(DELIVER, ({ endpointId }) => this.track(this.deliverDue(endpointId)));
  }

  /** A receiver that hangs does not hold up the stop. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** What came of the messages is written while the database is there. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  private async track(work: Promise<void>): Promise<void> {
    this.running.add(work);
    try {
      await work;
    } finally {
      this.running.delete(work);
    }
  }

  private async deliverDue(endpointId: string): Promise<void> {
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      if (this.stopping.signal.aborted) return this.leave(endpointId, new Date(Date.now() + LEFT_FOR_MILLISECONDS));
      const claimed = await this.claim(endpointId);
      if (claimed.length === 0) return;
      const results = await Promise.allSettled(claimed.map((delivery) => this.deliver(delivery)));
      const failure = results.find((result) => result.status === 'rejected');
      if (failure) throw failure.reason;
    }
    await this.leave(endpointId);
  }

  private claim(endpointId: string): Promise<ClaimedDelivery[]> {
    const terms = { most: MOST_AT_ONCE, leaseSeconds: LEASE_SECONDS };
    return this.unitOfWork.run((tx) => this.deliveries.claim(tx, endpointId, terms));
  }

  /** Leaves the rest to a job of its own. */
  private async leave(endpointId: string, runAt?: Date): Promise<void> {
    await this.unitOfWork.run((tx) => this.jobs.add(tx, DELIVER, { endpointId }, { runAt }));
  }

  private async deliver(claimed: ClaimedDelivery): Promise<void> {
    const answer = await this.send(claimed);
    const verdict = judgeAnswer(answer, claimed.attempts - claimed.triesFrom, Math.random());
    await this.unitOfWork.run(async (tx) => {
      const nextAttemptAt = await this.deliveries.record(tx, claimed, verdict);
      if (nextAttemptAt) await addDeliverJob(this.jobs, tx, claimed, `after-${claimed.attempts}`, nextAttemptAt);
      tx.afterCommit(() => this.report(claimed, verdict));
    });
  }

  private async send(claimed: ClaimedDelivery): Promise<Answer> {
    const { allowPrivateAddresses: allowPrivate } = this.config.merchantWebhooks;
    // What was allowed when the endpoint was made may no longer be.
    const problem = findUrlProblem(claimed.url, { allowPrivate });
    if (problem) return { kind: 'unreachable', problem: `The endpoint is not allowed: ${problem}.` };
    const message = { id: claimed.messageId, payload: claimed.payload };
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'uplift-webhooks',
      ...signMessage(message, claimed.secrets, new Date()), // the system's clock, by which receivers judge it
    };
    return post(new URL(claimed.url), headers, claimed.payload, {
      allowPrivate,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      interrupted: this.stopping.signal,
    });
  }

  private report(claimed: ClaimedDelivery, verdict: Verdict): void {
    this.metrics.messageSent(claimed.eventType, verdict.outcome);
    if (verdict.outcome === 'delivered') return;
    this.logger.warn({
      message: verdict.outcome === 'failed' ? 'merchant webhook failed for good' : 'merchant webhook not delivered yet',
      delivery_uuid: claimed.uuid,
      message_id: claimed.messageId,
      attempts: claimed.attempts,
      response_status: verdict.responseStatus,
    });
  }
}
