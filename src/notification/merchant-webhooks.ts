import { Injectable } from '@nestjs/common';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import { toPayload, type MerchantEventType, type MerchantMessage } from './domain/merchant-event.js';
import { addDeliverJob } from './jobs/deliver-job.js';
import { DeliveryRepository } from './persistence/delivery.repository.js';

/** Tells the merchant's back end what happened. */
@Injectable()
export class MerchantWebhooks {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Puts the message out for every active endpoint that wants its type, in the caller's transaction: it is sent if and only
   * if what it tells of is committed. The same message id is put out once, however often it is published.
   */
  async publish(tx: Tx, message: MerchantMessage): Promise<void> {
    const made = await this.deliveries.insert(tx, message, toPayload(message));
    for (const delivery of made) await addDeliverJob(this.jobs, tx, delivery, 'first');
  }

  /** Whether anybody would be told of this type now: saves a batch the making of messages for nobody. */
  isWanted(tx: Tx, type: MerchantEventType): Promise<boolean> {
    return this.deliveries.isWanted(tx, type);
  }
}
