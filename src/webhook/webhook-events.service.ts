import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import {
  WebhookEventRepository,
  type WebhookEventFilter,
  type WebhookEventRow,
} from './persistence/webhook-event.repository.js';

/** The inbox as admins see it. */
@Injectable()
export class WebhookEventsService {
  private readonly logger = new Logger(WebhookEventsService.name);

  constructor(
    private readonly events: WebhookEventRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Newest first. @param page `before`: only events with a smaller id; `limit`: at most this many */
  async list(
    filter: WebhookEventFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<{ rows: WebhookEventRow[]; hasMore: boolean }> {
    const rows = await this.events.listEvents(filter, { ...page, limit: page.limit + 1 });
    return { rows: rows.slice(0, page.limit), hasMore: rows.length > page.limit };
  }

  /** @throws ApplicationError `not_found` */
  async get(id: string): Promise<WebhookEventRow & { readonly payload: Buffer }> {
    const row = await this.events.loadEvent(id);
    if (!row) throw new ApplicationError('not_found', { detail: `There is no webhook event ${id}.` });
    return row;
  }

  /**
   * Sends a settled event through the inbox again; one that is on its way already stays as it is.
   *
   * @returns how many events that were: 1 or 0
   * @throws ApplicationError `not_found`
   */
  async replay(id: string): Promise<number> {
    const { provider_event_id } = await this.get(id);
    const now = this.clock.now();
    const replayed = await this.unitOfWork.run((tx) => this.events.replayEvent(tx, id, now));
    this.logger.log({
      message: 'replayed a webhook event',
      inbox_id: id,
      event_id: provider_event_id,
      events: replayed,
    });
    return replayed;
  }

  /** Sends every failed event that the filter finds through the inbox again. @returns how many */
  async replayFailed(filter: { event_type?: string; outcome?: string }): Promise<number> {
    const now = this.clock.now();
    const replayed = await this.unitOfWork.run((tx) => this.events.replayFailedEvents(tx, filter, now));
    this.logger.log({
      message: 'replayed failed webhook events',
      filter,
      events: replayed,
    });
    return replayed;
  }
}
