import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock/index.js';
import { Metrics } from '../common/observability/index.js';
import { toOutcomeLabel, type Settlement } from './domain/settlement.js';
import { WebhookEventRepository, type QueueState } from './persistence/webhook-event.repository.js';

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600];

/** What the inbox tells Prometheus. */
@Injectable()
export class WebhookMetrics {
  private readonly logger = new Logger(WebhookMetrics.name);
  private readonly received;
  private readonly stored;
  private readonly settled;
  private readonly batches;
  private readonly delays;

  constructor(
    metrics: Metrics,
    private readonly events: WebhookEventRepository,
    private readonly clock: Clock,
  ) {
    this.received = metrics.counter('webhook_requests_total', 'Webhook requests by what became of them', ['result']);
    this.stored = metrics.histogram('webhook_insert_batch_size', 'Events per inbox insert', [], SIZES);
    this.settled = metrics.counter('webhook_events_total', 'Settled events by type and outcome', ['type', 'outcome']);
    this.batches = metrics.histogram('webhook_batch_size', 'Events per claim', [], SIZES);
    this.delays = metrics.histogram('webhook_settle_seconds', 'From receipt to settlement', ['outcome'], SECONDS);
    metrics.gauge('webhook_queue_age_seconds', 'Age of the oldest due event that is not settled', () =>
      this.readQueue((state) => state.ageSeconds),
    );
    metrics.gauge('webhook_events_pending', 'Events that wait to be claimed (counted up to 100000)', () =>
      this.readQueue((state) => state.pending),
    );
  }

  requestAnswered(result: 'stored' | 'signature_invalid' | 'unavailable'): void {
    this.received.inc({ result });
  }

  batchStored(size: number): void {
    this.stored.observe(size);
  }

  batchTaken(size: number): void {
    this.batches.observe(size);
  }

  /** @param type bounded: `other` for types that we do not act on */
  eventSettled(type: string, settlement: Settlement, receivedAt: Date): void {
    const outcome = toOutcomeLabel(settlement);
    this.settled.inc({ type, outcome });
    this.delays.observe({ outcome }, Math.max(0, Date.now() - receivedAt.getTime()) / 1_000);
  }

  /** Not a number when the database does not answer: the other metrics are needed most just then. */
  private async readQueue(pick: (state: QueueState) => number): Promise<number> {
    try {
      return pick(await this.events.loadQueueState(this.clock.now()));
    } catch (error) {
      this.logger.warn({ message: 'the webhook queue cannot be measured', error: String(error) });
      return Number.NaN;
    }
  }
}
