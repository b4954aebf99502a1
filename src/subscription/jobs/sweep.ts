import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { RequestRepository } from '../persistence/request.repository.js';
import { SubscriptionQueryRepository } from '../persistence/subscription-query.repository.js';
import { ReadRequests } from './read-requests.js';
import { RESUME_REQUEST } from './request-executor.js';

const SWEEP = 'subscription.sweep';
const HOURLY = '41 * * * *';
/** Readings in an hour: far below what the provider allows in a minute. */
const MOST = 500;

/**
 * Finds what an event that never came has left behind: a period that is over without a renewal, a payment that was not heard
 * of for a day, a request that nobody settled. Each is read from the provider; the rows follow what it says.
 */
@Injectable()
export class Sweep {
  private readonly logger = new Logger(Sweep.name);

  constructor(
    private readonly subscriptions: SubscriptionQueryRepository,
    private readonly requests: RequestRepository,
    private readonly reads: ReadRequests,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly jobs: Jobs,
  ) {
    jobs.register(SWEEP, () => this.run());
    jobs.schedule(SWEEP, HOURLY);
  }

  async run(): Promise<void> {
    const silent = await this.subscriptions.findSilent(this.clock.now(), MOST);
    const forgotten = await this.requests.findForgotten(MOST);
    await this.unitOfWork.run(async (tx) => {
      await this.reads.add(
        tx,
        silent.map((subscription) => ({ ...subscription, why: 'silent', isNeeded: true })),
      );
      for (const { uuid } of forgotten) {
        await this.jobs.add(tx, RESUME_REQUEST, { uuid }, { key: `${RESUME_REQUEST}:${uuid}` });
      }
    });
    if (silent.length + forgotten.length === 0) return;
    this.logger.log({ message: 'asking the provider', subscriptions: silent.length, requests: forgotten.length });
  }
}
