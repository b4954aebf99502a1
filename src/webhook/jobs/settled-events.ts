import { Injectable } from '@nestjs/common';
import { Retention } from '../../common/retention/index.js';
import { WebhookEventRepository } from '../persistence/webhook-event.repository.js';

/**
 * Lets settled events go. While its row is there an event that is delivered again changes nothing; providers deliver for up to
 * 30 days, and the configuration allows no less than 35.
 */
@Injectable()
export class SettledEvents {
  constructor(events: WebhookEventRepository, retention: Retention) {
    retention.register({ name: 'webhook.settled_events', forget: (tx, page) => events.forgetSettled(tx, page) });
  }
}
