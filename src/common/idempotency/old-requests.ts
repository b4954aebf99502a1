import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../database/index.js';
import { Jobs } from '../jobs/index.js';
import { IdempotentRequests } from './idempotent-requests.js';

const DELETE_OLD_REQUESTS = 'common.delete-old-idempotent-requests';
const HOURLY = '23 * * * *';

/** Forgets keys a day after they came. */
@Injectable()
export class OldRequests {
  private readonly logger = new Logger(OldRequests.name);

  constructor(
    private readonly requests: IdempotentRequests,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register(DELETE_OLD_REQUESTS, () => this.run());
    jobs.schedule(DELETE_OLD_REQUESTS, HOURLY);
  }

  async run(): Promise<void> {
    const deleted = await this.unitOfWork.run((tx) => this.requests.deleteOld(tx));
    this.logger.log({ message: 'old idempotent requests deleted', requests: deleted });
  }
}
