import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../common/observability/index.js';
import type { Verdict } from './domain/delivery.js';
import { DeliveryQueryRepository, type DeliveryQueueState } from './persistence/delivery-query.repository.js';

/** What the messages to the merchant tell Prometheus. */
@Injectable()
export class NotificationMetrics {
  private readonly logger = new Logger(NotificationMetrics.name);
  private readonly sent;

  constructor(
    metrics: Metrics,
    private readonly deliveries: DeliveryQueryRepository,
  ) {
    this.sent = metrics.counter('merchant_webhooks_total', 'Messages sent to the merchant by type and outcome', [
      'type',
      'outcome',
    ]);
    metrics.gauge('merchant_webhook_queue_age_seconds', 'Age of the oldest message that is due', () =>
      this.readQueue((state) => state.ageSeconds),
    );
    metrics.gauge('merchant_webhooks_pending', 'Messages that are not delivered yet', () =>
      this.readQueue((state) => state.pending),
    );
  }

  messageSent(type: string, outcome: Verdict['outcome']): void {
    this.sent.inc({ type, outcome });
  }

  /** Not a number when the database does not answer: the other metrics are needed most just then. */
  private async readQueue(pick: (state: DeliveryQueueState) => number): Promise<number> {
    try {
      return pick(await this.deliveries.loadQueueState());
    } catch (error) {
      this.logger.warn({ message: 'the queue of merchant webhooks cannot be measured', error: String(error) });
      return Number.NaN;
    }
  }
}
