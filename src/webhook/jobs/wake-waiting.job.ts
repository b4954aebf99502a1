import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { WAKE_WAITING_TASK } from '../../identity/index.js';
import { SubscriptionService } from '../../subscription/index.js';
import { WebhookEventRepository } from '../persistence/webhook-event.repository.js';
import { LEASE_SECONDS } from './inbox-worker.js';

export interface WakeWaitingPayload {
  /** What appeared: `customer:stripe:cus_1`, `price:stripe:price_1`. */
  readonly key: string;
  /** The second look of the same wake. */
  readonly again?: boolean;
}

/**
 * Nothing can be settled under a lease that is over: then a worker that had not seen the thing has settled, or never
 * will.
 */
const SECOND_LOOK_SECONDS = LEASE_SECONDS + 10;

/**
 * Sends the events that waited for a customer or a price through the inbox again, and has those subscriptions read. It looks twice: a worker that began
 * before the thing appeared may settle its event as waiting just after the first look.
 */
@Injectable()
export class WakeWaitingJob {
  private readonly logger = new Logger(WakeWaitingJob.name);

  constructor(
    private readonly jobs: Jobs,
    private readonly events: WebhookEventRepository,
    private readonly subscriptions: SubscriptionService,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    jobs.register<WakeWaitingPayload>(WAKE_WAITING_TASK, (payload) => this.run(payload));
  }

  async run({ key, again }: WakeWaitingPayload): Promise<void> {
    const { woken, readings } = await this.unitOfWork.run(async (tx) => {
      if (!again) {
        const runAt = new Date(Date.now() + SECOND_LOOK_SECONDS * 1_000); // leases and jobs go by the system's clock
        const secondLook: WakeWaitingPayload = { key, again: true };
        await this.jobs.add(tx, WAKE_WAITING_TASK, secondLook, { key: `${WAKE_WAITING_TASK}:${key}:again`, runAt });
      }
      return {
        woken: await this.events.wakeWaitingEvents(tx, key, this.clock.now()),
        readings: await this.subscriptions.wakeReadings(tx, key),
      };
    });
    if (woken + readings === 0) return;
    this.logger.log({ message: 'what waited is taken up again', waiting_for: key, events: woken, readings });
  }
}
