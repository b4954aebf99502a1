import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry, type ProviderName } from '../billing-providers/index.js';
import { Clock } from '../common/clock/index.js';
import { isDatabaseUnavailable, sqlStateOf } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { toReceivedEvent, type ReceivedEvent } from './domain/received-event.js';
import { GroupCommit } from './group-commit.js';
import { INSERT_CONNECTIONS, InboxWriter } from './persistence/inbox-writer.js';
import { WebhookMetrics } from './webhook-metrics.js';

/** A provider that waits longer gives up by itself and delivers again. */
const COMMIT_DEADLINE_MILLISECONDS = 10_000;
const MEBIBYTE = 1024 * 1024;

/** Where signed events become durable. Nothing here looks at what is in them. */
@Injectable()
export class WebhookInbox {
  private readonly logger = new Logger(WebhookInbox.name);
  private readonly group: GroupCommit<ReceivedEvent>;

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly writer: InboxWriter,
    private readonly clock: Clock,
    private readonly metrics: WebhookMetrics,
  ) {
    this.group = new GroupCommit({
      commit: (events) => this.insert(events),
      mayBlameOne: (error) => sqlStateOf(error) !== undefined && !isDatabaseUnavailable(error),
      sizeOf: (event) => event.payload.length,
      mostItems: 500,
      mostBytes: 8 * MEBIBYTE,
      mostWaitingItems: 5_000,
      mostWaitingBytes: 64 * MEBIBYTE,
      parallel: INSERT_CONNECTIONS,
    });
  }

  /**
   * Stores the event that `body` is, once; resolves when it is durable, also when it was there already.
   *
   * @throws ApplicationError `signature_invalid`, and nothing is stored; `service_unavailable` when it could not be
   * made durable
   */
  async receive(
    providerName: ProviderName,
    body: Buffer,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): Promise<void> {
    const verified = this.providers.get(providerName).verifyWebhook(body, headers);
    if (verified === undefined) {
      this.metrics.requestAnswered('signature_invalid');
      this.logger.warn({
        message: 'a webhook was refused: none of the configured secrets signed it, or it is more than 5 minutes off',
        provider: providerName,
      });
      throw new ApplicationError('signature_invalid');
    }
    const digest = (): string => createHash('sha256').update(body).digest('hex');
    try {
      await this.group.add(toReceivedEvent(providerName, verified, { payload: body, digest }));
      this.metrics.requestAnswered('stored');
    } catch (error) {
      this.metrics.requestAnswered('unavailable');
      throw new ApplicationError('service_unavailable', { cause: error });
    }
  }

  private async insert(events: readonly ReceivedEvent[]): Promise<void> {
    this.metrics.batchStored(events.length);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      const error = new Error('the database did not commit in time');
      timer = setTimeout(() => reject(error), COMMIT_DEADLINE_MILLISECONDS);
    });
    try {
      // A commit that comes after the deadline does no harm: the provider delivers again, and the row is there.
      await Promise.race([this.writer.insertEvents(events, this.clock.now()), deadline]);
    } finally {
      clearTimeout(timer);
    }
  }
}
