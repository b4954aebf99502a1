import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError, checkCursor } from '../common/errors/index.js';
import { Jobs } from '../common/jobs/index.js';
import { addDeliverJob } from './jobs/deliver-job.js';
import {
  DeliveryQueryRepository,
  type DeliveryFilter,
  type DeliveryRecord,
} from './persistence/delivery-query.repository.js';

/** The messages as admins see them. */
@Injectable()
export class WebhookDeliveriesService {
  private readonly logger = new Logger(WebhookDeliveriesService.name);

  constructor(
    private readonly deliveries: DeliveryQueryRepository,
    private readonly jobs: Jobs,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Newest first. @param page `before`: uuid of the last one of the page before; `limit`: at most this many */
  async list(
    filter: DeliveryFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<{ records: readonly DeliveryRecord[]; hasMore: boolean }> {
    const records = await this.deliveries.list(filter, { ...page, limit: page.limit + 1 });
    await checkCursor(records, page.before, (uuid) => this.deliveries.find(uuid));
    return { records: records.slice(0, page.limit), hasMore: records.length > page.limit };
  }

  /** @throws ApplicationError not_found */
  async get(uuid: string): Promise<DeliveryRecord & { readonly payload: string }> {
    const record = await this.deliveries.find(uuid);
    if (!record) throw new ApplicationError('not_found', { detail: `There is no webhook delivery ${uuid}.` });
    return record;
  }

  /**
   * Sends a message again under the same id, whatever became of it, and with a new schedule of retries. One that is being
   * sent just now is left alone.
   *
   * @returns how many messages that were: 1 or 0
   * @throws ApplicationError not_found
   */
  async replay(uuid: string): Promise<number> {
    await this.get(uuid);
    const replayed = await this.unitOfWork.run(async (tx) => {
      const delivery = await this.deliveries.replay(tx, uuid);
      if (delivery) await addDeliverJob(this.jobs, tx, delivery, 'replay');
      return delivery ? 1 : 0;
    });
    this.logger.log({ message: 'merchant webhook replayed', delivery_uuid: uuid, deliveries: replayed });
    return replayed;
  }

  /** Sends every failed message that the filter finds again. @returns how many */
  async replayFailed(filter: Omit<DeliveryFilter, 'status'>): Promise<number> {
    const replayed = await this.unitOfWork.run(async (tx) => {
      const deliveries = await this.deliveries.replayFailed(tx, filter);
      // One job sends everything that is due at its endpoint.
      const firsts = new Map(deliveries.map((delivery) => [delivery.endpointId, delivery]));
      for (const delivery of firsts.values()) await addDeliverJob(this.jobs, tx, delivery, 'replay');
      return deliveries.length;
    });
    this.logger.log({ message: 'failed merchant webhooks replayed', deliveries: replayed });
    return replayed;
  }
}
